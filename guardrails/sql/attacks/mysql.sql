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
-- [statement.into] outfile with a field list
SELECT * INTO OUTFILE '/tmp/x' FIELDS TERMINATED BY ',' FROM orders
-- [statement.into] outfile in a union
SELECT 1 UNION SELECT 2 INTO OUTFILE '/tmp/x'
-- [statement.into] outfile in a subquery
SELECT * FROM (SELECT 1 INTO OUTFILE '/tmp/x') y
-- [statement.into] outfile in mixed case
SELECT 1 iNtO oUtFiLe '/tmp/x'
-- [statement.into] outfile with a comment between
SELECT 1 INTO/**/OUTFILE '/tmp/x'
-- [statement.into] into two variables
SELECT 1, 2 INTO @a, @b
-- [statement.into] into a local variable
SELECT 1 INTO a
-- [name.variable] assign in WHERE
SELECT id FROM orders WHERE (@a := id) > 1
-- [name.variable] assign in ORDER BY
SELECT id FROM orders ORDER BY @a := 1
-- [name.variable] assign in a CASE
SELECT CASE WHEN (@x := 1) THEN 1 END
-- [name.variable] variable in LIMIT
SELECT id FROM orders LIMIT @n
-- [name.variable] quoted variable
SELECT @`a`
-- [name.variable] text variable
SELECT @'a'
-- [name.variable] session variable
SELECT @@session.sql_mode
-- [name.variable] variable without a scope
SELECT @@version
-- [name.variable] persisted variable
SELECT @@persist.x
-- [name.variable] host name
SELECT @@hostname
-- [function.unknown] sleep between comments
SELECT SLEEP/**/(5)
-- [function.unknown] sleep with a space
SELECT SLEEP (5)
-- [function.unknown] sleep in HAVING
SELECT 1 FROM orders HAVING SLEEP(1)
-- [function.unknown] sleep in ORDER BY
SELECT 1 FROM orders ORDER BY SLEEP(1)
-- [function.unknown] sleep in GROUP BY
SELECT 1 FROM orders GROUP BY SLEEP(1)
-- [function.unknown] sleep in LIMIT
SELECT 1 FROM orders LIMIT SLEEP(1)
-- [function.unknown] sleep in ON
SELECT 1 FROM orders a JOIN orders b ON SLEEP(1)
-- [function.unknown] sleep in a window
SELECT SUM(1) OVER (ORDER BY SLEEP(1)) FROM orders
-- [function.unknown] sleep in GROUP_CONCAT
SELECT GROUP_CONCAT(id ORDER BY SLEEP(1)) FROM orders
-- [function.unknown] sleep in an interval
SELECT NOW() + INTERVAL SLEEP(1) DAY
-- [function.unknown] sleep in COALESCE
SELECT COALESCE(NULL, SLEEP(1))
-- [function.unknown] sleep in IN
SELECT 1 FROM orders WHERE 1 IN (SLEEP(1))
-- [function.unknown] sleep in ROW
SELECT ROW(1, SLEEP(1)) = ROW(1, 2)
-- [text.syntax] sleep in MATCH AGAINST
SELECT MATCH(a) AGAINST(SLEEP(1)) FROM orders
-- [function.unknown] sleep in JSON_TABLE
SELECT * FROM JSON_TABLE(SLEEP(1), '$' COLUMNS (a INT PATH '$')) t
-- [function.unknown] sleep in a lateral
SELECT * FROM orders, LATERAL (SELECT SLEEP(1)) x
-- [function.unknown] sleep in CONVERT
SELECT CONVERT(SLEEP(1), CHAR)
-- [function.unknown] sleep in a bound of BETWEEN
SELECT 1 FROM orders WHERE 1 BETWEEN 0 AND SLEEP(1)
-- [function.unknown] sleep behind a hash comment
SELECT 1 #
, SLEEP(1)
-- [function.unknown] sleep behind a double dash without a space
SELECT 1 --1, SLEEP(1)
-- [function.unknown] sleep behind a dash comment
SELECT 1 -- 
, SLEEP(1)
-- [function.unknown] sleep behind an escaped quote
SELECT 'a\'', SLEEP(1), ''
-- [function.unknown] sleep behind a doubled quote
SELECT 'a''', SLEEP(1), ''
-- [function.unknown] sleep behind a double-quoted text
SELECT "a\"", SLEEP(1), ""
-- [function.unknown] sleep behind a back-tick
SELECT `a```, SLEEP(1) FROM orders
-- [function.unknown] file in a comparison
SELECT id FROM orders WHERE LOAD_FILE('/etc/passwd') LIKE 'r%'
-- [function.unknown] file by its hexadecimal name
SELECT LOAD_FILE(0x2F6574632F706173737764)
-- [function.unknown] file in a subquery
SELECT (SELECT LOAD_FILE('/etc/passwd'))
-- [function.unknown] file in EXTRACTVALUE
SELECT EXTRACTVALUE(LOAD_FILE('x'), '/')
-- [function.unknown] benchmark in mixed case
SELECT bEnChMaRk(1, 1)
-- [function.unknown] lock in WHERE
SELECT 1 FROM orders WHERE GET_LOCK('a', 1)
-- [function.unknown] used lock
SELECT IS_USED_LOCK('x')
-- [function.unknown] release a lock
SELECT RELEASE_LOCK('x')
-- [function.unknown] wait for the source
SELECT SOURCE_POS_WAIT('x', 1)
-- [function.unknown] gtid subset
SELECT GTID_SUBSET('a', 'b')
-- [function.unknown] schema name
SELECT SCHEMA()
-- [function.unknown] system user
SELECT SYSTEM_USER()
-- [node.SessionUser] session user
SELECT SESSION_USER()
-- [function.unknown] roles
SELECT ROLES_GRAPHML()
-- [function.unknown] found rows
SELECT FOUND_ROWS()
-- [text.syntax] new identifier by sequence
SELECT NEXT VALUE FOR s
-- [function.unknown] last value of a sequence
SELECT LASTVAL(s)
-- [function.unknown] set a sequence
SELECT SETVAL(s, 1)
-- [function.unknown] short identifier
SELECT UUID_SHORT()
-- [function.unknown] statement digest
SELECT STATEMENT_DIGEST('x')
-- [function.unknown] encrypt
SELECT AES_ENCRYPT('a', 'k')
-- [function.unknown] old encrypt
SELECT ENCODE('a', 'k')
-- [text.syntax] encrypt by the system
SELECT ENCRYPT('a')
-- [function.unknown] random bytes
SELECT RANDOM_BYTES(1024)
-- [function.unknown] compress bomb
SELECT UNCOMPRESS(x) FROM orders
-- [function.unknown] keyring
SELECT KEYRING_KEY_FETCH('x')
-- [function.unknown] audit log
SELECT AUDIT_LOG_FILTER_SET_USER('x', 'y')
-- [function.unknown] firewall
SELECT SET_FIREWALL_MODE('x', 'OFF')
-- [function.unknown] version tokens
SELECT VERSION_TOKENS_SET('x')
-- [function.unknown] group replication
SELECT group_replication_set_as_primary('x')
-- [function.unknown] loadable library function
SELECT lib_mysqludf_sys_info()
-- [function.unknown] write by a loadable function
SELECT sys_set('a', 'b')
-- [function.unknown] geometry of XML
SELECT ST_GeomFromGML('x')
-- [text.executable_comment] executable comment with a version
SELECT /*!99999 SLEEP(1), */ 1
-- [text.executable_comment] executable comment inside a name
SELECT SL/*!EEP(1)*/
-- [text.executable_comment] executable comment around FROM
SELECT 1 /*! FROM mysql.user */
-- [text.executable_comment] executable comment of MariaDB with a small m
SELECT 1 /*m!50000 , SLEEP(1) */
-- [text.executable_comment] executable comment nested
SELECT 1 /*!50000 /* x */ , SLEEP(1) */
-- [text.executable_comment] executable comment at the end
SELECT id FROM orders LIMIT 1 /*!FOR UPDATE*/
-- [text.empty] executable comment of a statement
/*!50000 DROP TABLE orders */
-- [function.unknown] hint comment with a setting
SELECT /*+ SET_VAR(sql_mode = '') */ SLEEP(1)
-- [table.catalog] user table behind a space
SELECT * FROM mysql . user
-- [table.catalog] user table between back-ticks and dots
SELECT * FROM `mysql` . `user`
-- [table.catalog] user table in a join
SELECT * FROM orders JOIN mysql.user u ON 1
-- [table.catalog] user table behind a comma
SELECT * FROM orders, mysql.user
-- [table.catalog] user table in brackets
SELECT * FROM (mysql.user)
-- [table.catalog] user table in a CTE
WITH x AS (SELECT * FROM mysql.user) SELECT * FROM x
-- [table.catalog] user table in a scalar subquery
SELECT (SELECT authentication_string FROM mysql.user LIMIT 1)
-- [table.catalog] user table in upper case
SELECT * FROM MYSQL.USER
-- [table.catalog] servers
SELECT * FROM mysql.servers
-- [table.catalog] general log
SELECT * FROM mysql.general_log
-- [table.catalog] statements of others
SELECT * FROM performance_schema.events_statements_history
-- [table.catalog] process list
SELECT * FROM information_schema.processlist
-- [table.catalog] files
SELECT * FROM information_schema.files
-- [table.catalog] innodb tables
SELECT * FROM information_schema.innodb_tables
-- [table.catalog] system schema view
SELECT * FROM sys.session
-- [table.catalog] system schema with dollar
SELECT * FROM sys.`x$session`
-- [node.Lock] lock of the old kind in a subquery
SELECT * FROM (SELECT id FROM orders LOCK IN SHARE MODE) x
-- [node.Lock] lock with skip
SELECT id FROM orders FOR UPDATE SKIP LOCKED
-- [node.Lock] share lock of a table
SELECT id FROM orders FOR SHARE OF orders
-- [node.Lock] lock in a union
SELECT id FROM orders UNION SELECT id FROM orders FOR UPDATE
-- [part.operation_modifiers] found rows kept
SELECT SQL_CALC_FOUND_ROWS * FROM orders LIMIT 1
-- [part.operation_modifiers] result buffered
SELECT SQL_BUFFER_RESULT * FROM orders
-- [text.syntax] procedure with arguments
SELECT * FROM orders PROCEDURE ANALYSE(EXTRACTVALUE(1, CONCAT(0x3a, VERSION())), 1)
-- [statement.kind] handler read
HANDLER orders READ FIRST
-- [statement.kind] load XML
LOAD XML INFILE 'x' INTO TABLE orders
-- [statement.kind] load local
LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE orders
-- [statement.kind] table statement
TABLE mysql.user
-- [statement.kind] values statement
VALUES ROW(1, 2)
-- [statement.kind] do statement
DO GET_LOCK('x', 1)
-- [statement.kind] set statement
SET @@global.read_only = 0
-- [statement.kind] set statement for a query
SET STATEMENT max_statement_time=0 FOR SELECT 1
-- [statement.kind] show variables
SHOW VARIABLES
-- [statement.kind] show create
SHOW CREATE TABLE orders
-- [statement.kind] flush
FLUSH TABLES WITH READ LOCK
-- [statement.kind] lock tables
LOCK TABLES orders WRITE
-- [statement.kind] unlock tables
UNLOCK TABLES
-- [statement.kind] install a plugin
INSTALL PLUGIN x SONAME 'x.so'
-- [statement.kind] create a function from a library
CREATE FUNCTION sys_exec RETURNS INT SONAME 'x.so'
-- [statement.kind] create a user
CREATE USER x IDENTIFIED BY 'y'
-- [statement.kind] grant
GRANT FILE ON *.* TO x
-- [statement.kind] rename
RENAME TABLE orders TO x
-- [statement.kind] truncate
TRUNCATE orders
-- [statement.kind] optimize
OPTIMIZE TABLE orders
-- [statement.kind] check table
CHECK TABLE orders
-- [statement.kind] xa
XA START 'x'
-- [statement.kind] signal
SIGNAL SQLSTATE '45000'
-- [statement.kind] begin block
BEGIN NOT ATOMIC SELECT 1; END
-- [statement.kind] change source
CHANGE REPLICATION SOURCE TO SOURCE_HOST = 'evil'
-- [statement.kind] purge
PURGE BINARY LOGS TO 'x'
-- [statement.kind] shutdown
SHUTDOWN
-- [statement.kind] restart
RESTART
-- [statement.kind] clone
CLONE LOCAL DATA DIRECTORY = '/tmp/x'
-- [statement.kind] execute immediate
EXECUTE IMMEDIATE 'DROP TABLE orders'
-- [statement.kind] execute
EXECUTE s
-- [statement.kind] deallocate
DEALLOCATE PREPARE s
-- [statement.kind] explain for a connection
EXPLAIN FOR CONNECTION 5
-- [statement.kind] analyze of MariaDB
ANALYZE FORMAT=JSON SELECT 1
-- [statement.kind] help
HELP 'x'
-- [statement.kind] delete with a join
DELETE o FROM orders o JOIN items i ON 1
-- [statement.kind] update behind a CTE
WITH x AS (SELECT 1) UPDATE orders SET a = 1
-- [statement.kind] delete behind a CTE
WITH x AS (SELECT 1) DELETE FROM orders
-- [statement.kind] insert with a select
INSERT INTO orders SELECT * FROM orders
-- [statement.kind] replace
REPLACE orders VALUES (1)
-- [statement.kind] call
CALL sys.ps_trace_thread(1, 'x', 1, 1, 1, 1, 1)
-- [text.syntax] old delimiter
SELECT 1 \\G
-- [text.syntax] odbc escape of a date
SELECT {d '2024-01-01'}, SLEEP(1)
-- [text.unreadable] introducer hiding a quote
SELECT _gbk'\xbf'', SLEEP(1), ''
-- [function.unknown] hexadecimal text as a query
SELECT 0x53454C454354, SLEEP(1)
-- [size.text] repeat by a column
SELECT REPEAT('x', id) FROM orders
-- [size.text] repeat of repeat
SELECT REPEAT(REPEAT('x', 9999), 9999)
-- [size.text] padding by a column
SELECT LPAD('x', id, 'y') FROM orders
-- [size.recursion] recursion without an end in MariaDB
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n * 2 FROM r) SELECT * FROM r
-- [size.recursion] recursion that grows text
WITH RECURSIVE r AS (SELECT 'a' AS s UNION ALL SELECT CONCAT(s, s) FROM r) SELECT * FROM r
-- [node.Version] system versioning
SELECT * FROM orders FOR SYSTEM_TIME ALL
-- [table.catalog] sequence engine of MariaDB
SELECT * FROM seq_1_to_1000000000
