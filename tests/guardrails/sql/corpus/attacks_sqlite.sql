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
