-- [] plain
SELECT name FROM customers WHERE city = 'Berlin'
-- [] star
SELECT * FROM orders
-- [] count
SELECT COUNT(*) FROM orders
-- [] count distinct
SELECT COUNT(DISTINCT customer_id) FROM orders
-- [] text between double quotes
SELECT name FROM customers WHERE city = "Berlin"
-- [] back-ticks with signs
SELECT `Free Meal Count (K-12)` / `Enrollment (K-12)` FROM schools WHERE `County Name` = 'Alameda' ORDER BY `Enrollment (K-12)` DESC LIMIT 1
-- [] brackets around names
SELECT [County Name] FROM [schools] WHERE [Enrollment (K-12)] > 500
-- [] join with aliases
SELECT T1.name, T2.total FROM customers AS T1 JOIN orders AS T2 ON T1.id = T2.customer_id WHERE T2.total > 100
-- [] inner join of three
SELECT T3.name FROM customers AS T1 INNER JOIN orders AS T2 ON T1.id = T2.customer_id INNER JOIN products AS T3 ON T2.product_id = T3.id
-- [] left join without a match
SELECT c.name FROM customers c LEFT JOIN orders o ON o.customer_id = c.id WHERE o.id IS NULL
-- [] group and having
SELECT city, COUNT(*) FROM customers GROUP BY city HAVING COUNT(*) > 1
-- [] order by an aggregate
SELECT customer_id FROM orders GROUP BY customer_id ORDER BY SUM(total) DESC LIMIT 1
-- [] share in percent
SELECT CAST(SUM(CASE WHEN city = 'Berlin' THEN 1 ELSE 0 END) AS REAL) * 100 / COUNT(id) FROM customers
-- [] iif
SELECT SUM(IIF(total > 100, 1, 0)) * 1.0 / COUNT(*) FROM orders
-- [] year by strftime
SELECT STRFTIME('%Y', placed_on) AS y, SUM(total) FROM orders GROUP BY y
-- [] difference of years
SELECT CAST(STRFTIME('%Y', 'now') AS INTEGER) - CAST(STRFTIME('%Y', born_on) AS INTEGER) FROM customers
-- [] julianday
SELECT AVG(JULIANDAY(shipped_on) - JULIANDAY(placed_on)) FROM orders
-- [] date with modifier
SELECT id FROM orders WHERE placed_on >= DATE('now', '-30 days')
-- [] start of the month
SELECT DATE(placed_on, 'start of month') AS m, COUNT(*) FROM orders GROUP BY 1 ORDER BY 1
-- [] in a subquery
SELECT name FROM customers WHERE id IN (SELECT customer_id FROM orders WHERE total > 200)
-- [] not in a subquery
SELECT name FROM customers WHERE id NOT IN (SELECT customer_id FROM orders)
-- [] correlated
SELECT name FROM customers c WHERE (SELECT COUNT(*) FROM orders o WHERE o.customer_id = c.id) > 1
-- [] exists
SELECT name FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id)
-- [] greater than the average
SELECT id FROM orders WHERE total > (SELECT AVG(total) FROM orders)
-- [] maximum by a subquery
SELECT name FROM products WHERE price = (SELECT MAX(price) FROM products)
-- [] intersect
SELECT city FROM customers WHERE id < 3 INTERSECT SELECT city FROM customers WHERE id > 1
-- [] except
SELECT id FROM customers EXCEPT SELECT customer_id FROM orders
-- [] union
SELECT name FROM customers UNION SELECT name FROM products ORDER BY name
-- [] union all in a subquery
SELECT COUNT(*) FROM (SELECT id FROM customers UNION ALL SELECT id FROM orders) AS u
-- [] CTE
WITH spent AS (SELECT customer_id, SUM(total) AS s FROM orders GROUP BY customer_id) SELECT c.name, s FROM spent JOIN customers c ON c.id = spent.customer_id ORDER BY s DESC
-- [] two CTEs
WITH a AS (SELECT id FROM orders), b AS (SELECT id FROM a WHERE id > 1) SELECT * FROM b
-- [] window rank
SELECT name, RANK() OVER (PARTITION BY city ORDER BY id DESC) AS r FROM customers
-- [] running total
SELECT id, SUM(total) OVER (ORDER BY placed_on ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM orders
-- [] row number filter
SELECT * FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY total DESC) AS rn FROM orders) WHERE rn = 1
-- [] lag
SELECT id, total - LAG(total, 1, 0) OVER (ORDER BY id) FROM orders
-- [] filter
SELECT COUNT(*) FILTER (WHERE total > 100) FROM orders
-- [] named window
SELECT id, SUM(total) OVER w FROM orders WINDOW w AS (ORDER BY id)
-- [] like
SELECT name FROM customers WHERE name LIKE 'A%' AND city NOT LIKE '%burg'
-- [] like with escape
SELECT name FROM products WHERE name LIKE '50\%%' ESCAPE '\'
-- [] glob
SELECT name FROM products WHERE name GLOB 'B*'
-- [] between
SELECT id FROM orders WHERE total BETWEEN 10 AND 200 AND placed_on BETWEEN '2024-01-01' AND '2024-12-31'
-- [] substr and instr
SELECT SUBSTR(name, 1, INSTR(name, ' ') - 1) FROM customers
-- [] concatenation
SELECT name || ' (' || city || ')' FROM customers
-- [] printf
SELECT PRINTF('%.2f', AVG(total)) FROM orders
-- [] round and cast
SELECT ROUND(CAST(total AS FLOAT) / 3, 2) FROM orders
-- [] coalesce, ifnull, nullif
SELECT COALESCE(city, 'none'), IFNULL(city, 'none'), NULLIF(city, '') FROM customers
-- [] group_concat
SELECT city, GROUP_CONCAT(name, ', ') FROM customers GROUP BY city
-- [] replace of signs
SELECT SUM(CAST(REPLACE(REPLACE(REPLACE(name, '$', ''), ',', ''), ' ', '') AS REAL)) FROM products
-- [] upper, lower, trim, length
SELECT UPPER(TRIM(name)), LOWER(name), LENGTH(name) FROM products
-- [] limit with offset
SELECT id FROM orders ORDER BY total DESC LIMIT 5 OFFSET 1
-- [] limit with a comma
SELECT id FROM orders ORDER BY total DESC LIMIT 1, 1
-- [] nulls last
SELECT city FROM customers ORDER BY city DESC NULLS LAST
-- [] is null
SELECT COUNT(*) FROM orders WHERE shipped_on IS NULL OR shipped_on IS NOT NULL
-- [] double equals
SELECT id FROM orders WHERE total == 50 OR id <> 3 OR id != 4
-- [] case with a value
SELECT CASE city WHEN 'Berlin' THEN 'B' ELSE 'other' END FROM customers
-- [] collate
SELECT name FROM customers ORDER BY name COLLATE NOCASE
-- [] comma join
SELECT a.name, b.total FROM customers a, orders b WHERE a.id = b.customer_id
-- [] cross join
SELECT COUNT(*) FROM customers CROSS JOIN products
-- [] using
SELECT COUNT(*) FROM orders JOIN (SELECT id AS customer_id FROM customers) USING (customer_id)
-- [] json
SELECT JSON_EXTRACT(data, '$.color'), data ->> '$.size' FROM products
-- [] json_each
SELECT p.name, j.value FROM products AS p, JSON_EACH(p.data, '$.tags') AS j
-- [] recursion with an end
WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 10) SELECT x FROM n
-- [] recursion over a hierarchy
WITH RECURSIVE up(id, boss_id) AS (SELECT id, boss_id FROM staff WHERE id = 3 UNION ALL SELECT s.id, s.boss_id FROM staff s JOIN up ON s.id = up.boss_id) SELECT id FROM up
-- [] recursion with a limit inside
WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 5) SELECT x FROM n
-- [] random order
SELECT name FROM products ORDER BY RANDOM() LIMIT 1
-- [] text that looks like a statement
SELECT name FROM products WHERE name = 'DROP TABLE orders; --'
-- [] quotes inside a text
SELECT name FROM customers WHERE name = 'O''Brien'
-- [] comments
SELECT id -- the key
FROM orders /* all of them */ WHERE total > 1
-- [] semicolon at the end
SELECT id FROM orders;
-- [] literal only
SELECT 1 + 1
-- [] boolean arithmetic
SELECT SUM(total > 100) * 100.0 / COUNT(*) FROM orders
-- [] rowid
SELECT rowid, name FROM customers
-- [] typeof, min, max, total
SELECT TYPEOF(total), MIN(total, 5), MAX(total, 5), ABS(total) FROM orders
-- [] nested CTE in a subquery
SELECT * FROM (WITH x AS (SELECT id FROM orders) SELECT COUNT(*) FROM x)
-- [] values in a CTE
WITH v(a, b) AS (VALUES (1, 'x'), (2, 'y')) SELECT a, b FROM v
-- [] time of day
SELECT TIME('12:30:00'), DATETIME('now'), UNIXEPOCH('2024-01-01'), CURRENT_TIMESTAMP
-- [] row value
SELECT id FROM orders WHERE (customer_id, product_id) IN (SELECT 1, 1)
-- [] ntile and dense_rank
SELECT NTILE(4) OVER (ORDER BY total), DENSE_RANK() OVER (ORDER BY total) FROM orders
-- [] ratio of two subqueries
SELECT CAST((SELECT COUNT(*) FROM orders WHERE total > 100) AS REAL) / (SELECT COUNT(*) FROM orders)
-- [] a name between single quotes
SELECT T1.'County Name' FROM schools AS T1
