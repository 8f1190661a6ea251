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
