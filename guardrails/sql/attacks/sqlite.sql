-- [statement.kind] attach
ATTACH DATABASE '/tmp/x.db' AS x
-- [statement.kind] detach
DETACH DATABASE x
-- [statement.kind] pragma
PRAGMA table_info(orders)
-- [statement.kind] writable schema
PRAGMA writable_schema = 1
-- [statement.kind] vacuum into
VACUUM INTO '/tmp/x.db'
-- [statement.kind] insert
INSERT INTO orders VALUES (1)
-- [statement.kind] replace
REPLACE INTO orders VALUES (1)
-- [statement.kind] drop
DROP TABLE orders
-- [statement.kind] begin
BEGIN IMMEDIATE
-- [statement.kind] reindex
REINDEX
-- [statement.kind] analyze
ANALYZE
-- [statement.kind] explain
EXPLAIN SELECT 1
-- [statement.kind] values
VALUES (1)
-- [statement.kind] shell command
.shell id
-- [function.unknown] load extension
SELECT load_extension('/tmp/x.so')
-- [function.unknown] load extension, upper case
SELECT LOAD_EXTENSION('/tmp/x.so', 'init')
-- [function.quoted] load extension, quoted
SELECT "load_extension"('/tmp/x.so')
-- [function.quoted] load extension, in brackets
SELECT [load_extension]('/tmp/x.so')
-- [function.unknown] load extension in a CTE
WITH x AS (SELECT load_extension('x')) SELECT * FROM x
-- [function.unknown] read a file
SELECT readfile('/etc/passwd')
-- [function.unknown] write a file
SELECT writefile('/tmp/x', 'y')
-- [function.unknown] edit
SELECT edit('x')
-- [function.unknown] tokenizer pointer
SELECT fts3_tokenizer('simple', x'4141414141414141')
-- [function.unknown] pragma as a table
SELECT * FROM pragma_table_info('orders')
-- [table.catalog] pragma as a table without brackets
SELECT * FROM pragma_database_list
-- [table.catalog] pragma as a table, quoted
SELECT * FROM "pragma_database_list"
-- [function.unknown] list a folder
SELECT * FROM fsdir('/')
-- [function.unknown] unzip
SELECT * FROM zipfile('/tmp/x.zip')
-- [table.catalog] master table
SELECT sql FROM sqlite_master
-- [table.catalog] master table, upper case
SELECT * FROM SQLITE_MASTER
-- [table.catalog] master table, quoted
SELECT * FROM "sqlite_master"
-- [table.catalog] master table, single quotes
SELECT * FROM 'sqlite_master'
-- [table.catalog] master table in brackets
SELECT * FROM [sqlite_schema]
-- [table.catalog] master table, back-ticks
SELECT * FROM `sqlite_master`
-- [table.catalog] master table, qualified
SELECT * FROM main.sqlite_master
-- [table.catalog] temporary master table
SELECT * FROM sqlite_temp_master
-- [table.catalog] temporary schema
SELECT * FROM temp.secrets
-- [table.catalog] sequences
SELECT * FROM sqlite_sequence
-- [table.catalog] statistics
SELECT * FROM sqlite_stat1
-- [table.catalog] page statistics
SELECT * FROM dbstat
-- [table.catalog] pages
SELECT data FROM sqlite_dbpage
-- [table.catalog] in a subquery
SELECT id FROM orders WHERE name IN (SELECT name FROM sqlite_master)
-- [part.field] a table as a list
SELECT 1 WHERE 'x' IN sqlite_master
-- [table.catalog] in a union
SELECT name FROM orders UNION SELECT sql FROM sqlite_schema
-- [statement.many] two statements
SELECT 1; ATTACH 'x' AS y
-- [size.recursion] endless recursion
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r
-- [size.recursion] endless recursion without the word
WITH r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r
-- [size.recursion] endless recursion of texts
WITH RECURSIVE r(s) AS (SELECT 'a' UNION ALL SELECT s || s FROM r) SELECT max(length(s)) FROM r
-- [function.unknown] huge blob
SELECT zeroblob(1000000000)
-- [function.unknown] random blob
SELECT hex(randomblob(1000000000))
-- [size.text] huge width
SELECT printf('%1000000000d', 1)
-- [size.text] width as an argument
SELECT printf('%*d', 1000000000, 1)
-- [size.text] computed format
SELECT printf(name, 1) FROM orders
-- [size.text] tower of replace
SELECT replace(replace(replace(replace('a','a','aaaaaaaaaaa'),'a','aaaaaaaaaaa'),'a','aaaaaaaaaaa'),'a','aaaaaaaaaaa')
-- [node.Match] full-text match
SELECT * FROM docs WHERE docs MATCH 'x'
-- [name.variable] parameter
SELECT id FROM orders WHERE id = @id
-- [node.Placeholder] question mark
SELECT id FROM orders WHERE id = ?
-- [node.Placeholder] named parameter
SELECT id FROM orders WHERE id = :id
-- [name.strange] dollar parameter
SELECT id FROM orders WHERE id = $id
-- [function.unknown] version
SELECT sqlite_version()
-- [function.unknown] compile options
SELECT sqlite_compileoption_get(1)
-- [function.unknown] changes
SELECT total_changes()
-- [function.unknown] last rowid
SELECT last_insert_rowid()
-- [function.unknown] offset of a column
SELECT sqlite_offset(id) FROM orders
-- [function.unknown] log
SELECT sqlite_log(1, 'x')
-- [node.Delete] delete in a CTE
WITH x AS (DELETE FROM orders RETURNING *) SELECT * FROM x
-- [limit.offset] computed OFFSET
SELECT id FROM orders LIMIT 5 OFFSET (SELECT 3)
-- [statement.kind] delete behind WITH
WITH x AS (SELECT 1) DELETE FROM orders
-- [function.unknown] geometry of a driver
SELECT ST_AsText(g) FROM orders
-- [table.catalog] series without bounds
SELECT count(*) FROM generate_series
-- [size.recursion] recursion that runs away from its bound
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n > 0) SELECT count(*) FROM r
-- [size.recursion] recursion that falls away from its bound
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n - 1 FROM r WHERE n < 5) SELECT count(*) FROM r
-- [size.recursion] recursion that stands still
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n FROM r WHERE n < 5) SELECT count(*) FROM r
-- [size.recursion] recursion that never meets its end
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 2 FROM r WHERE n <> 100) SELECT count(*) FROM r
-- [size.text] three long replacements inside each other
SELECT replace(replace(replace('a','a','aaaaaaaaaaaaaaa'),'a','aaaaaaaaaaaaaaa'),'a','aaaaaaaaaaaaaaa')
-- [statement.many] attach behind a select
SELECT 1; ATTACH DATABASE '/etc/passwd' AS p
-- [statement.kind] attach without DATABASE
ATTACH '/tmp/x' AS y
-- [statement.kind] attach with a key
ATTACH 'x' AS y KEY 'z'
-- [statement.kind] pragma assigning
PRAGMA query_only = OFF
-- [statement.kind] pragma with brackets
PRAGMA journal_mode(DELETE)
-- [statement.kind] pragma of a schema
PRAGMA main.user_version
-- [function.unknown] pragma function in a join
SELECT * FROM orders o JOIN pragma_table_info('orders') p
-- [table.catalog] pragma function in a subquery
SELECT (SELECT file FROM pragma_database_list LIMIT 1)
-- [function.qualified] pragma function with a schema
SELECT * FROM main.pragma_table_info('orders')
-- [function.unknown] pragma function in upper case
SELECT * FROM PRAGMA_FUNCTION_LIST()
-- [table.catalog] pragma function between back-ticks
SELECT * FROM `pragma_function_list`
-- [table.catalog] pragma of compile options
SELECT * FROM pragma_compile_options
-- [function.unknown] pragma of modules
SELECT * FROM pragma_module_list()
-- [table.catalog] pragma in a CTE
WITH x AS (SELECT * FROM pragma_database_list) SELECT * FROM x
-- [table.catalog] pragma in EXISTS
SELECT 1 WHERE EXISTS (SELECT 1 FROM pragma_database_list)
-- [table.catalog] pragma in a union
SELECT id FROM orders UNION ALL SELECT file FROM pragma_database_list
-- [table.catalog] master in a join
SELECT * FROM orders JOIN sqlite_master
-- [table.catalog] master in a comma join
SELECT * FROM orders, sqlite_master m
-- [table.catalog] master in a natural join
SELECT * FROM orders NATURAL JOIN sqlite_master
-- [table.catalog] master in a CTE
WITH x AS (SELECT sql FROM sqlite_master) SELECT * FROM x
-- [table.catalog] master in a scalar
SELECT (SELECT sql FROM sqlite_master LIMIT 1)
-- [table.catalog] master in ORDER BY
SELECT id FROM orders ORDER BY (SELECT count(*) FROM sqlite_master)
-- [table.catalog] master in LIMIT
SELECT id FROM orders LIMIT (SELECT count(*) FROM sqlite_master)
-- [table.catalog] master in CASE
SELECT CASE WHEN (SELECT count(*) FROM sqlite_master) > 0 THEN 1 END
-- [table.catalog] master with a comment
SELECT * FROM/**/sqlite_master
-- [table.catalog] master in brackets
SELECT * FROM (sqlite_master)
-- [table.catalog] master with spaces in brackets
SELECT * FROM [sqlite_master]
-- [table.catalog] master of an attached database
SELECT * FROM other.sqlite_master
-- [part.field] master by IN
SELECT 1 WHERE 'x' IN main.sqlite_master
-- [table.catalog] schema alias
SELECT * FROM sqlite_temp_schema
-- [function.unknown] dbstat with an argument
SELECT * FROM dbstat('main')
-- [table.catalog] statements in memory
SELECT * FROM sqlite_stmt
-- [function.unknown] bytecode
SELECT * FROM bytecode('SELECT 1')
-- [function.unknown] tables used
SELECT * FROM tables_used('SELECT 1')
-- [function.unknown] completion
SELECT * FROM completion('sel')
-- [function.unknown] file system walk
SELECT * FROM fsdir('/etc', 0)
-- [function.unknown] list of files
SELECT * FROM lsdir('/')
-- [function.unknown] csv virtual table
SELECT * FROM csv('/etc/passwd')
-- [table.catalog] zip file table
SELECT * FROM zipfile
-- [function.unknown] extension load with an entry
SELECT load_extension('x', 'y')
-- [function.unknown] extension load in WHERE
SELECT id FROM orders WHERE load_extension('x')
-- [function.unknown] extension load in ORDER BY
SELECT id FROM orders ORDER BY load_extension('x')
-- [function.unknown] extension load in a window
SELECT sum(1) OVER (ORDER BY load_extension('x')) FROM orders
-- [function.unknown] extension load in FILTER
SELECT count(*) FILTER (WHERE load_extension('x')) FROM orders
-- [function.unknown] extension load in ON
SELECT 1 FROM orders a JOIN orders b ON load_extension('x')
-- [function.unknown] extension load in CASE
SELECT CASE load_extension('x') WHEN 1 THEN 2 END
-- [function.unknown] extension load in GROUP BY
SELECT 1 FROM orders GROUP BY load_extension('x')
-- [function.unknown] extension load in HAVING
SELECT 1 FROM orders GROUP BY id HAVING load_extension('x')
-- [function.unknown] extension load in LIMIT
SELECT 1 FROM orders LIMIT load_extension('x')
-- [function.unknown] extension load in VALUES
SELECT * FROM (VALUES (load_extension('x')))
-- [function.unknown] extension load in json_each
SELECT * FROM json_each(load_extension('x'))
-- [function.unknown] extension load in IN
SELECT 1 FROM orders WHERE id IN (load_extension('x'))
-- [function.unknown] extension load in BETWEEN
SELECT 1 FROM orders WHERE id BETWEEN 1 AND load_extension('x')
-- [function.unknown] extension load in CAST
SELECT CAST(load_extension('x') AS TEXT)
-- [function.unknown] extension load in COLLATE
SELECT load_extension('x') COLLATE NOCASE
-- [function.unknown] extension load with a comment
SELECT load_extension/**/('x')
-- [function.unknown] extension load behind a doubled quote
SELECT 'a''', load_extension('x'), ''
-- [function.unknown] extension load behind a name with quotes
SELECT "a""b", load_extension('x') FROM orders
-- [text.syntax] extension load between single quotes
SELECT 'load_extension'('x')
-- [function.unknown] read a file in WHERE
SELECT id FROM orders WHERE readfile('/etc/passwd') IS NOT NULL
-- [function.unknown] write a file in CASE
SELECT CASE WHEN 1 THEN writefile('/tmp/x', 'y') END
-- [function.unknown] edit with an editor
SELECT edit('x', 'vi')
-- [function.unknown] evaluate SQL
SELECT eval('DROP TABLE orders')
-- [function.unknown] shell module
SELECT shell('id')
-- [function.unknown] tokenizer with one argument
SELECT fts3_tokenizer('simple')
-- [statement.kind] full text commands
INSERT INTO docs(docs) VALUES ('optimize')
-- [function.unknown] rtree check
SELECT rtreecheck('orders')
-- [function.unknown] rtree node
SELECT rtreenode(2, x) FROM orders
-- [function.unknown] blob by offset
SELECT sqlite_readint32(x) FROM orders
-- [table.catalog] database pages
SELECT * FROM sqlite_dbdata
-- [table.catalog] database as a blob
SELECT sqlite_dbpage FROM sqlite_dbpage
-- [function.unknown] source identifier
SELECT sqlite_source_id()
-- [function.unknown] compile option used
SELECT sqlite_compileoption_used('x')
-- [function.unknown] last inserted row
SELECT last_insert_rowid() FROM orders
-- [function.unknown] subtype
SELECT subtype(x) FROM orders
-- [function.unknown] raise
SELECT RAISE(ABORT, 'x')
-- [function.unknown] hash of a query
SELECT sha3_query('SELECT * FROM orders')
-- [function.unknown] sql to text of a query
SELECT decimal_exec('x')
-- [function.unknown] network function
SELECT http_get('http://evil')
-- [function.unknown] regexp of a driver with sleep
SELECT sleep(5)
-- [function.unknown] usleep
SELECT usleep(5000000)
-- [function.unknown] random blob in a CTE
WITH x AS (SELECT randomblob(1000000000)) SELECT * FROM x
-- [function.unknown] zero blob in WHERE
SELECT id FROM orders WHERE length(zeroblob(999999999)) > 0
-- [size.text] huge text by printf
SELECT printf('%.*c', 1000000000, 'x')
-- [size.text] huge text by format
SELECT format('%999999999s', 'x')
-- [size.text] huge text by a flag
SELECT printf('%-0999999999d', 1)
-- [size.series] huge series
SELECT count(*) FROM generate_series(1, 1000000000)
-- [text.syntax] endless series
SELECT count(*) FROM generate_series(1)
-- [size.recursion] join of recursions
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 100000000) SELECT count(*) FROM r
-- [size.recursion] recursion to a far number
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 1000000000) SELECT count(*) FROM r
-- [statement.kind] update behind WITH
WITH x AS (SELECT 1) UPDATE orders SET a = 1
-- [statement.into] insert behind WITH
WITH x AS (SELECT 1) INSERT INTO orders SELECT * FROM x
-- [statement.into] replace behind WITH
WITH x AS (SELECT 1) REPLACE INTO orders SELECT * FROM x
-- [statement.kind] returning
DELETE FROM orders RETURNING *
-- [statement.kind] upsert
INSERT INTO orders VALUES (1) ON CONFLICT DO NOTHING
-- [statement.kind] create a table
CREATE TABLE x AS SELECT * FROM orders
-- [statement.kind] create a temporary view
CREATE TEMP VIEW x AS SELECT 1
-- [statement.kind] create a trigger
CREATE TRIGGER t AFTER INSERT ON orders BEGIN SELECT 1; END
-- [statement.kind] create a virtual table
CREATE VIRTUAL TABLE x USING fts5(a)
-- [statement.kind] alter a table
ALTER TABLE orders RENAME TO x
-- [statement.kind] drop a view
DROP VIEW IF EXISTS x
-- [statement.kind] vacuum
VACUUM
-- [statement.kind] savepoint
SAVEPOINT x
-- [statement.kind] release
RELEASE x
-- [statement.kind] commit
COMMIT
-- [statement.kind] rollback
ROLLBACK
-- [statement.kind] end
END TRANSACTION
-- [statement.kind] explain query plan
EXPLAIN QUERY PLAN SELECT 1
-- [statement.kind] dot command
.load x
-- [node.Dot] dot command behind a newline
SELECT 1
.shell id
-- [text.syntax] parameter by number
SELECT ?1
-- [name.strange] parameter by name with a dollar
SELECT $x
-- [name.strange] parameter of TCL
SELECT $a::b(c)
-- [name.variable] parameter by at
SELECT @x
-- [statement.many] semicolon behind a comment
SELECT 1 /* x */ ; DROP TABLE orders
-- [text.unreadable] unterminated comment
SELECT 1 /* DROP TABLE orders
-- [statement.many] comment that ends a statement
SELECT 1; -- 
DROP TABLE orders
-- [text.syntax] full-width semicolon
SELECT 1；DROP TABLE orders
-- [text.number] a name glued to a number
SELECT 1x FROM t
-- [text.number] a name that would run as a part of a text
SELECT 'Total' 'label' FROM t
