-- [table.file] file as a table
SELECT * FROM 'orders.csv'
-- [table.file] file as a quoted table
SELECT * FROM "orders.parquet"
-- [table.file] folder pattern
SELECT * FROM '/etc/*'
-- [table.file] address
SELECT * FROM 'https://evil.example/x.parquet'
-- [table.file] bucket
SELECT * FROM 's3://bucket/x.parquet'
-- [table.file] file by dots
SELECT * FROM orders.csv
-- [table.file] file by quoted dots
SELECT * FROM "orders"."parquet"
-- [table.file] file in a join
SELECT o.id FROM orders o JOIN 'x.json' j ON o.id = j.id
-- [table.file] home folder
SELECT * FROM '~/secrets'
-- [function.unknown] read_csv
SELECT * FROM read_csv('/etc/passwd')
-- [function.unknown] read_csv_auto
SELECT * FROM read_csv_auto('/etc/passwd')
-- [function.unknown] read_parquet
SELECT * FROM read_parquet('x.parquet')
-- [function.unknown] parquet_scan
SELECT * FROM parquet_scan('x.parquet')
-- [function.unknown] read_text
SELECT content FROM read_text('/etc/passwd')
-- [function.unknown] read_blob
SELECT * FROM read_blob('/etc/shadow')
-- [function.unknown] read_json
SELECT * FROM read_json('x.json')
-- [function.unknown] glob
SELECT * FROM glob('/etc/*')
-- [function.unknown] sniff_csv
SELECT * FROM sniff_csv('x.csv')
-- [function.unknown] spreadsheet
SELECT * FROM read_xlsx('x.xlsx')
-- [function.unknown] other database
SELECT * FROM sqlite_scan('x.db', 't')
-- [function.unknown] PostgreSQL
SELECT * FROM postgres_scan('host=x', 'public', 't')
-- [function.unknown] PostgreSQL query
SELECT * FROM postgres_query('x', 'DROP TABLE t')
-- [function.unknown] SQL as text
SELECT * FROM query('SELECT 1')
-- [function.unknown] table as text
SELECT * FROM query_table('orders')
-- [function.unknown] environment
SELECT getenv('HOME')
-- [function.unknown] setting
SELECT current_setting('secret_directory')
-- [function.unknown] variable
SELECT getvariable('x')
-- [function.unknown] sequence
SELECT nextval('s')
-- [function.unknown] version
SELECT version()
-- [function.unknown] settings
SELECT * FROM duckdb_settings()
-- [function.unknown] secrets
SELECT * FROM duckdb_secrets()
-- [table.catalog] catalog view
SELECT * FROM duckdb_tables
-- [table.catalog] information schema
SELECT * FROM information_schema.tables
-- [table.catalog] PostgreSQL's catalog
SELECT * FROM pg_catalog.pg_tables
-- [table.catalog] SQLite's catalog
SELECT * FROM sqlite_master
-- [function.unknown] pragma as a table
SELECT * FROM pragma_table_info('orders')
-- [statement.kind] copy
COPY orders TO '/tmp/x.csv'
-- [statement.kind] install
INSTALL httpfs
-- [statement.kind] load
LOAD httpfs
-- [statement.kind] attach
ATTACH 'x.db' AS x
-- [statement.kind] pragma
PRAGMA database_list
-- [statement.kind] export
EXPORT DATABASE '/tmp/x'
-- [statement.kind] set
SET enable_external_access = true
-- [statement.kind] FROM first
FROM orders
-- [statement.kind] FROM a file
FROM 'x.csv'
-- [statement.kind] summarize
SUMMARIZE orders
-- [statement.kind] describe
DESCRIBE orders
-- [statement.kind] pivot
PIVOT orders ON a USING sum(b)
-- [statement.kind] call
CALL pragma_version()
-- [statement.kind] macro
CREATE MACRO m(x) AS x
-- [statement.kind] checkpoint
CHECKPOINT
-- [statement.kind] secret
CREATE SECRET (TYPE s3)
-- [statement.many] two statements
SELECT 1; INSTALL httpfs
-- [size.series] range bomb
SELECT count(*) FROM range(10000000000)
-- [size.series] list bomb
SELECT range(1000000000)
-- [size.text] repeat bomb
SELECT repeat('x', 1000000000)
-- [size.text] width bomb
SELECT printf('%1000000000d', 1)
-- [size.text] format bomb
SELECT format('{:1000000000}', 1)
-- [size.recursion] endless recursion
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r
-- [function.unknown] method of a file
SELECT '/etc/passwd'.read_text()
-- [node.Placeholder] parameter
SELECT id FROM orders WHERE id = ?
-- [name.variable] numbered parameter
SELECT id FROM orders WHERE id = $1
-- [node.PositionalColumn] column by position
SELECT #1 FROM orders
-- [part.when] another version
SELECT * FROM orders AT (VERSION => 1)
-- [statement.into] into
SELECT 1 INTO x
-- [function.unknown] write a log
SELECT write_log('x')
-- [function.unknown] wait
SELECT sleep_ms(1000)
-- [function.unknown] query text by column
SELECT * FROM json_execute_serialized_sql('x')
-- [function.unknown] error
SELECT error('x')
-- [function.unknown] list resize
SELECT list_resize([1], 1000000000)
-- [function.unknown] session
SELECT current_database()
-- [function.unknown] user
SELECT user
-- [table.file] file in a CTE
WITH x AS (SELECT * FROM 'a.csv') SELECT * FROM x
-- [table.file] file in a scalar
SELECT (SELECT count(*) FROM '/etc/passwd')
-- [table.file] file in EXISTS
SELECT 1 WHERE EXISTS (FROM 'x.csv')
-- [table.file] file in a union
SELECT 1 UNION ALL SELECT * FROM 'x.csv'
-- [table.file] file in a semi join
SELECT * FROM orders SEMI JOIN 'x.csv' USING (id)
-- [table.file] file in a lateral
SELECT * FROM orders, LATERAL (SELECT * FROM 'x.csv')
-- [table.file] file in a comma join
SELECT * FROM orders, 'x.csv'
-- [statement.kind] file by FROM first
FROM '/etc/passwd'
-- [statement.kind] file by FROM first with SELECT
FROM 'x.csv' SELECT *
-- [table.file] file by FROM first in brackets
(FROM 'x.csv')
-- [text.syntax] file list
SELECT * FROM ['a.csv', 'b.csv']
-- [table.file] file with a hive path
SELECT * FROM 'data/*/*.parquet'
-- [table.file] file without a folder
SELECT * FROM "data.parquet"
-- [table.file] file of another database
SELECT * FROM 'x.duckdb'
-- [table.file] file with a scheme
SELECT * FROM "gcs://b/x.csv"
-- [table.file] file over azure
SELECT * FROM 'az://c/x.parquet'
-- [table.file] file from a hub
SELECT * FROM 'hf://datasets/x/y.parquet'
-- [table.file] file with a home sign
SELECT * FROM '~/.ssh/id_rsa'
-- [table.file] file of the process
SELECT * FROM '/proc/self/environ'
-- [table.file] file with an upper-case ending
SELECT * FROM 'X.CSV'
-- [table.file] file compressed
SELECT * FROM 'x.csv.gz'
-- [table.file] file by windows path
SELECT * FROM 'C:\x.csv'
-- [table.file] file with a schema
SELECT * FROM main."x.csv"
-- [function.unknown] reader of files in SELECT
SELECT read_text('/etc/passwd')
-- [function.qualified] reader by its schema
SELECT * FROM main.read_csv('x')
-- [table.kind] reader between quotes
SELECT * FROM "read_csv"('x')
-- [function.unknown] reader in upper case
SELECT * FROM READ_CSV_AUTO('x')
-- [function.unknown] reader of ndjson
SELECT * FROM read_ndjson('x')
-- [function.unknown] reader of json objects
SELECT * FROM read_json_objects('x')
-- [function.unknown] reader of json auto
SELECT * FROM read_json_auto('x')
-- [table.kind] reader in a subquery
SELECT * FROM (SELECT * FROM read_csv('x'))
-- [table.kind] reader in a join
SELECT * FROM orders JOIN read_csv('x') r ON true
-- [function.unknown] reader of parquet facts
SELECT * FROM parquet_metadata('x')
-- [function.unknown] reader of parquet schema
SELECT * FROM parquet_schema('x')
-- [function.unknown] reader of parquet keys
SELECT * FROM parquet_kv_metadata('x')
-- [function.unknown] reader of parquet bloom filters
SELECT * FROM parquet_bloom_probe('x', 'a', 1)
-- [function.unknown] reader of parquet files
SELECT * FROM parquet_file_metadata('x')
-- [function.unknown] reader of arrow
SELECT * FROM arrow_scan(1, 2, 3)
-- [function.unknown] reader of arrow streams
SELECT * FROM scan_arrow_ipc(1)
-- [function.unknown] reader of data frames
SELECT * FROM pandas_scan(1)
-- [function.unknown] reader of python maps
SELECT * FROM python_map_function(1)
-- [function.unknown] reader of iceberg
SELECT * FROM iceberg_scan('x')
-- [function.unknown] reader of iceberg facts
SELECT * FROM iceberg_metadata('x')
-- [function.unknown] reader of delta
SELECT * FROM delta_scan('x')
-- [function.unknown] reader of shapes
SELECT * FROM st_read('x.shp')
-- [function.unknown] reader of shape facts
SELECT * FROM st_read_meta('x.shp')
-- [function.unknown] list of drivers
SELECT * FROM st_drivers()
-- [function.unknown] reader of MySQL
SELECT * FROM mysql_scan('host=evil', 'a', 'b')
-- [function.unknown] query of MySQL
SELECT * FROM mysql_query('x', 'DROP TABLE t')
-- [function.unknown] execute in PostgreSQL
SELECT * FROM postgres_execute('x', 'DROP TABLE t')
-- [statement.kind] attach PostgreSQL
CALL postgres_attach('host=evil')
-- [function.unknown] push down scan
SELECT * FROM postgres_scan_pushdown('x', 'a', 'b')
-- [statement.kind] attach SQLite
CALL sqlite_attach('x.db')
-- [function.unknown] query in SQLite
SELECT * FROM sqlite_query('x', 'DROP TABLE t')
-- [function.unknown] glob in SELECT
SELECT glob('*')
-- [statement.kind] sniff
FROM sniff_csv('x')
-- [statement.kind] query text
FROM query('DROP TABLE orders')
-- [function.unknown] query text by concatenation
SELECT * FROM query('SEL' || 'ECT 1')
-- [function.unknown] query table list
SELECT * FROM query_table(['orders', 'x.csv'])
-- [function.unknown] serialised query
SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))
-- [function.unknown] serialise a query
SELECT json_serialize_sql('SELECT 1')
-- [function.unknown] serialise a plan
SELECT json_serialize_plan('SELECT 1')
-- [function.unknown] plan from substrait
SELECT * FROM from_substrait('x'::blob)
-- [statement.kind] plan from substrait JSON
CALL from_substrait_json('x')
-- [function.unknown] completion of SQL
SELECT * FROM sql_auto_complete('SEL')
-- [function.unknown] check of SQL
SELECT * FROM check_peg_parser('SELECT 1')
-- [function.unknown] environment in WHERE
SELECT id FROM orders WHERE getenv('HOME') = 'x'
-- [function.unknown] environment by a method
SELECT 'HOME'.getenv()
-- [function.unknown] setting by a method
SELECT 'access_mode'.current_setting()
-- [function.unknown] secret for a path
SELECT * FROM which_secret('s3://x', 's3')
-- [statement.kind] secrets in FROM first
FROM duckdb_secrets()
-- [function.unknown] columns of the catalog
SELECT * FROM duckdb_columns()
-- [table.catalog] functions of the catalog
SELECT * FROM duckdb_functions
-- [function.unknown] databases of the catalog
SELECT * FROM duckdb_databases()
-- [function.unknown] extensions of the catalog
SELECT * FROM duckdb_extensions()
-- [function.unknown] memory of the server
SELECT * FROM duckdb_memory()
-- [function.unknown] temporary files
SELECT * FROM duckdb_temporary_files()
-- [function.unknown] logs
SELECT * FROM duckdb_logs()
-- [function.unknown] variables
SELECT * FROM duckdb_variables()
-- [table.catalog] views of the catalog
SELECT * FROM main.duckdb_views
-- [table.catalog] show as a table
SELECT * FROM (SHOW TABLES)
-- [node.Describe] describe as a table
SELECT * FROM (DESCRIBE orders)
-- [node.Summarize] summarize as a table
SELECT * FROM (SUMMARIZE orders)
-- [function.unknown] pragma of storage
SELECT * FROM pragma_storage_info('orders')
-- [statement.kind] pragma of databases
CALL pragma_database_size()
-- [function.unknown] pragma of a table
SELECT * FROM pragma_table_info('orders')
-- [function.unknown] pragma of the platform
SELECT * FROM pragma_platform()
-- [function.unknown] pragma of the user agent
SELECT * FROM pragma_user_agent()
-- [function.unknown] all types
SELECT * FROM test_all_types()
-- [function.unknown] vector types
SELECT * FROM test_vector_types(1)
-- [table.kind] repeat of rows
SELECT * FROM repeat(1, 1000000000)
-- [function.unknown] repeat of a row
SELECT * FROM repeat_row(1, num_rows = 1000000000)
-- [function.unknown] sequence
SELECT currval('s')
-- [table.catalog] in memory catalog
SELECT * FROM system.information_schema.tables
-- [table.catalog] temporary catalog
SELECT * FROM temp.main.x
-- [table.catalog] SQLite master by its schema
SELECT * FROM main.sqlite_master
-- [function.unknown] current schema
SELECT current_schema()
-- [function.unknown] current schemas
SELECT current_schemas(true)
-- [function.unknown] current query
SELECT current_query()
-- [function.unknown] connection id
SELECT current_connection_id()
-- [function.unknown] transaction id
SELECT txid_current()
-- [function.unknown] schema of the session
SELECT current_catalog()
-- [function.unknown] set a seed
SELECT setseed(0.5)
-- [statement.kind] set a variable
SET VARIABLE x = 1
-- [statement.kind] reset
RESET threads
-- [statement.kind] use
USE memory
-- [statement.kind] force install
FORCE INSTALL httpfs
-- [statement.kind] update extensions
UPDATE EXTENSIONS
-- [statement.kind] detach
DETACH x
-- [statement.kind] import
IMPORT DATABASE '/tmp/x'
-- [statement.kind] copy of a query
COPY (SELECT 1) TO 'x.csv'
-- [statement.kind] copy from a database
COPY FROM DATABASE a TO b
-- [statement.kind] vacuum
VACUUM
-- [statement.kind] analyze
ANALYZE
-- [statement.kind] explain analyze
EXPLAIN ANALYZE SELECT 1
-- [statement.kind] prepare
PREPARE p AS SELECT 1
-- [statement.kind] execute
EXECUTE p
-- [statement.kind] deallocate
DEALLOCATE p
-- [statement.kind] begin
BEGIN
-- [statement.kind] macro in a schema
CREATE OR REPLACE MACRO f(x) AS TABLE SELECT 1
-- [statement.kind] temporary table
CREATE TEMP TABLE x AS SELECT 1
-- [statement.kind] type
CREATE TYPE mood AS ENUM ('a')
-- [statement.kind] sequence made
CREATE SEQUENCE s
-- [statement.kind] insert
INSERT INTO orders VALUES (1)
-- [statement.kind] insert by FROM
INSERT INTO orders FROM 'x.csv'
-- [statement.kind] update
UPDATE orders SET a = 1
-- [statement.kind] delete
DELETE FROM orders
-- [statement.kind] truncate
TRUNCATE orders
-- [statement.kind] merge
MERGE INTO orders USING x ON true WHEN MATCHED THEN DELETE
-- [statement.kind] unpivot statement
UNPIVOT orders ON a
-- [statement.kind] pivot of a file
PIVOT 'x.csv' ON a USING sum(b)
-- [statement.kind] values
VALUES (1)
-- [statement.kind] table
TABLE orders
-- [statement.kind] show
SHOW ALL TABLES
-- [size.series] huge range with a step
SELECT * FROM range(0, 1000000000, 1)
-- [size.series] huge range in unnest
SELECT unnest(range(1000000000))
-- [size.series] huge series
SELECT unnest(generate_series(1, 1000000000))
-- [size.series] product of ranges
SELECT count(*) FROM range(99999) a, range(99999) b
-- [size.text] huge repeat of a list
SELECT repeat([1], 1000000000)
-- [size.text] huge padding
SELECT rpad('x', 1000000000, 'y')
-- [size.text] huge bar
SELECT lpad('x', 2000000000, '█')
-- [size.text] huge printf
SELECT printf('%*d', 1000000000, 1)
-- [size.recursion] recursion without an end
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT * FROM r
-- [size.recursion] recursion with a key that never ends
WITH RECURSIVE r(n) USING KEY (n) AS (SELECT 1 UNION SELECT n + 1 FROM r) SELECT * FROM r
-- [type.unknown] cast to a user type
SELECT 'a'::mood
-- [type.unknown] cast to regclass
SELECT 'orders'::regclass
-- [type.unknown] cast to oid
SELECT 1::oid
-- [function.unknown] lambda that reads a file
SELECT list_transform(['x'], f -> read_text(f))
-- [function.unknown] comprehension that reads a file
SELECT [read_text(f) FOR f IN ['x']]
-- [function.unknown] file in a struct
SELECT {'a': read_text('x')}
-- [function.unknown] file in a map
SELECT map {'a': read_blob('x')}
-- [function.unknown] file in a slice
SELECT [1, 2][1:read_text('x')]
-- [function.unknown] file in COLUMNS
SELECT COLUMNS(c -> read_text(c) = 'x') FROM orders
-- [function.unknown] file in QUALIFY
SELECT id FROM orders QUALIFY read_text('x') IS NULL
-- [text.syntax] file in a sample
SELECT * FROM orders USING SAMPLE (read_text('x')) ROWS
-- [function.unknown] file in EXCLUDE
SELECT * REPLACE (read_text('x') AS id) FROM orders
-- [function.unknown] file in ORDER BY ALL
SELECT read_text('x') FROM orders ORDER BY ALL
-- [table.file] file in an ASOF join
SELECT * FROM orders a ASOF JOIN 'x.csv' b ON a.id >= b.id
-- [name.variable] parameter by dollar name
SELECT $x
-- [name.variable] parameter by dollar number
SELECT $1
-- [node.Placeholder] parameter list
SELECT ?, ?
-- [statement.many] two statements
SELECT 1; LOAD 'x.duckdb_extension'
-- [statement.kind] dot command
.shell id
-- [size.text] list grown to a length
SELECT array_resize([1], 1000000000)
-- [size.text] a step that doubles a list
SELECT list_reduce([[x] FOR x IN range(60)], (a, b) -> a || a)
-- [size.text] a step that doubles a text, with a beginning
SELECT reduce(names, lambda a, b: a || a, 'x') FROM t
-- [size.text] width out of an argument
SELECT format('{:{}}', 'x', 1000000000)
-- [size.text] numbered width out of an argument
SELECT format('{0:{1}}', 'x', 1000000000)
-- [size.text] tower of regexp_replace
SELECT regexp_replace(regexp_replace(regexp_replace(regexp_replace(a, 'x', b, 'g'), 'x', b, 'g'), 'x', b, 'g'), 'x', b, 'g') FROM t
