-- [statement.kind] delete in lower case
delete from orders
-- [statement.kind] delete in mixed case with white space
  	dElEtE FROM orders
-- [statement.kind] drop behind a comment
/* harmless */ DROP TABLE orders
-- [statement.kind] grant
GRANT ALL ON orders TO public
-- [statement.kind] create table as
CREATE TABLE x AS SELECT 1
-- [statement.kind] alter
ALTER TABLE orders ADD x INT
-- [statement.kind] prose
Here is your query: SELECT 1
-- [statement.kind] markdown fence
```sql
SELECT 1
```
-- [statement.many] select and delete
SELECT 1; DELETE FROM orders;
-- [statement.many] three selects
SELECT 1; SELECT 2; SELECT 3
-- [text.empty] only a comment
-- nothing
-- [text.syntax] brackets around a delete
(DELETE FROM orders)
-- [table.none] column without a table
SELECT secret
-- [table.catalog] information schema
SELECT * FROM information_schema.tables
-- [statement.kind] BOM and delete
DELETE FROM orders WHERE 1 = 1 -- SELECT
-- [text.executable_comment] executable comment
SELECT 1 /*! , 2 */
-- [function.unknown] unknown function
SELECT exfiltrate(id) FROM orders
-- [function.unknown] unknown function in FROM
SELECT * FROM exfiltrate(1) AS t
-- [limit.offset] negative OFFSET
SELECT id FROM orders LIMIT 5 OFFSET -1
-- [text.syntax] unfinished
SELECT id FROM
-- [text.syntax] brackets do not match
SELECT (1 FROM orders
-- [statement.nested] a statement where a table stands
SELECT * FROM FROM orders
