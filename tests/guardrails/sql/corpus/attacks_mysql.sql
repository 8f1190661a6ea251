-- [statement.into] write a file
SELECT * FROM orders INTO OUTFILE '/tmp/x'
-- [statement.into] write a file before FROM
SELECT 'x' INTO OUTFILE '/var/www/shell.php'
-- [statement.into] dump a file
SELECT 0x41 INTO DUMPFILE '/tmp/x.so'
-- [statement.into] into a variable
SELECT id INTO @a FROM orders
-- [function.unknown] read a file
SELECT LOAD_FILE('/etc/passwd')
-- [function.unknown] sleep
SELECT SLEEP(10)
-- [function.unknown] sleep in WHERE
SELECT id FROM orders WHERE id = 1 AND SLEEP(5)
-- [function.unknown] sleep in IF
SELECT IF(1 = 1, SLEEP(5), 0)
-- [function.unknown] sleep in a subquery
SELECT * FROM (SELECT SLEEP(5)) x
-- [function.quoted] sleep between back-ticks
SELECT `SLEEP`(5)
-- [function.unknown] sleep by ODBC escape
SELECT {fn SLEEP(5)}
-- [function.unknown] benchmark
SELECT BENCHMARK(100000000, SHA2('x', 512))
-- [function.unknown] lock
SELECT GET_LOCK('x', 100)
-- [function.unknown] release locks
SELECT RELEASE_ALL_LOCKS()
-- [function.unknown] is a lock free
SELECT IS_FREE_LOCK('x')
-- [function.unknown] wait for replication
SELECT MASTER_POS_WAIT('x', 1)
-- [function.unknown] wait for a transaction
SELECT WAIT_FOR_EXECUTED_GTID_SET('x')
-- [function.unknown] XML error leak
SELECT EXTRACTVALUE(1, CONCAT(0x7e, (SELECT password FROM users LIMIT 1)))
-- [function.unknown] XML update leak
SELECT UPDATEXML(1, CONCAT(0x7e, 'x'), 1)
-- [function.unknown] user
SELECT USER()
-- [node.CurrentUser] current user
SELECT CURRENT_USER()
-- [function.unknown] database
SELECT DATABASE()
-- [function.unknown] version
SELECT VERSION()
-- [function.unknown] connection
SELECT CONNECTION_ID()
-- [function.unknown] last insert
SELECT LAST_INSERT_ID(5)
-- [function.unknown] row count
SELECT ROW_COUNT()
-- [function.unknown] sequence
SELECT NEXTVAL(s)
-- [function.unknown] loadable function
SELECT sys_exec('id')
-- [function.unknown] loadable function with result
SELECT sys_eval('id')
-- [function.unknown] decrypt
SELECT AES_DECRYPT(x, 'k') FROM orders
-- [function.unknown] name constant
SELECT NAME_CONST('a', 1)
-- [text.executable_comment] executable comment
SELECT 1 /*!50000 INTO OUTFILE '/tmp/x' */
-- [text.executable_comment] executable comment as union
SELECT id FROM orders /*!UNION SELECT password FROM mysql.user*/
-- [text.executable_comment] MariaDB executable comment
SELECT 1 /*M!100100 , SLEEP(5) */
-- [text.executable_comment] executable comment before the statement
/*!DROP TABLE orders*/ SELECT 1
-- [name.variable] user variable
SELECT @a := 1
-- [name.variable] server variable
SELECT @@datadir
-- [name.variable] global variable
SELECT @@global.secure_file_priv
-- [name.variable] variable in WHERE
SELECT id FROM orders WHERE id = @id
-- [table.catalog] users
SELECT user, authentication_string FROM mysql.user
-- [table.catalog] users, quoted
SELECT * FROM `mysql`.`user`
-- [table.catalog] information schema
SELECT table_name FROM information_schema.tables
-- [table.catalog] information schema, upper case
SELECT * FROM INFORMATION_SCHEMA.COLUMNS
-- [table.catalog] performance schema
SELECT * FROM performance_schema.threads
-- [table.catalog] sys
SELECT * FROM sys.processlist
-- [table.catalog] in a union
SELECT id FROM orders UNION SELECT User FROM mysql.db
-- [table.catalog] in EXISTS
SELECT id FROM orders WHERE EXISTS (SELECT 1 FROM mysql.user)
-- [node.Lock] for update
SELECT id FROM orders FOR UPDATE
-- [node.Lock] share mode
SELECT id FROM orders LOCK IN SHARE MODE
-- [text.syntax] procedure analyse
SELECT * FROM orders PROCEDURE ANALYSE()
-- [statement.kind] handler
HANDLER orders OPEN
-- [statement.kind] do
DO SLEEP(5)
-- [statement.kind] load data
LOAD DATA INFILE '/etc/passwd' INTO TABLE orders
-- [statement.kind] set
SET GLOBAL general_log = 1
-- [statement.kind] show
SHOW GRANTS
-- [statement.kind] call
CALL wipe()
-- [statement.kind] replace
REPLACE INTO orders VALUES (1)
-- [statement.kind] insert
INSERT INTO orders SELECT * FROM orders
-- [statement.kind] prepare
PREPARE s FROM 'DROP TABLE orders'
-- [statement.kind] explain analyze
EXPLAIN ANALYZE SELECT 1
-- [statement.kind] describe
DESCRIBE orders
-- [statement.kind] use
USE mysql
-- [statement.kind] kill
KILL 5
-- [statement.kind] delimiter
DELIMITER // DROP TABLE orders //
-- [statement.many] two statements
SELECT 1; DROP TABLE orders
-- [statement.many] hash comment between
SELECT 1 # x
; DELETE FROM orders
-- [part.operation_modifiers] changes a session counter
SELECT SQL_CALC_FOUND_ROWS id FROM orders
-- [node.IndexTableHint] index hint
SELECT id FROM orders USE INDEX (i)
-- [part.partition] partition
SELECT id FROM orders PARTITION (p0)
-- [node.Placeholder] placeholder
SELECT id FROM orders WHERE id = ?
-- [size.text] huge repeat
SELECT REPEAT('a', 100000000)
-- [size.text] huge space
SELECT SPACE(100000000)
-- [size.text] huge padding
SELECT RPAD('a', 99999999, 'b')
-- [size.type] huge type
SELECT CAST('a' AS CHAR(1000000000))
-- [size.recursion] endless recursion
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT COUNT(*) FROM r
-- [function.qualified] function of a schema
SELECT shop.wipe()
-- [function.unknown] password
SELECT PASSWORD('x')
-- [function.unknown] role
SELECT CURRENT_ROLE()
-- [text.unreadable] unfinished text
SELECT 'abc
-- [part.field] a table as a list
SELECT id FROM orders WHERE id IN items
-- [function.unknown] values
SELECT VALUES(id) FROM orders
-- [function.unknown] role without brackets
SELECT CURRENT_ROLE FROM orders
-- [table.catalog] look-alike letter that MySQL folds
SELECT * FROM `İnformation_schema`.tables
-- [table.catalog] table of another schema by TABLE
SELECT id FROM orders UNION TABLE mysql.user
