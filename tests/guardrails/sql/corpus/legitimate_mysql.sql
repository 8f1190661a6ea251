-- [] plain
SELECT `name` FROM `customers` WHERE `city` = "Berlin"
-- [] date format
SELECT DATE_FORMAT(placed_at, '%Y-%m') AS m, SUM(total) FROM orders GROUP BY m ORDER BY m
-- [] last 30 days
SELECT id FROM orders WHERE placed_at >= DATE_SUB(CURDATE(), INTERVAL 30 DAY)
-- [] interval arithmetic
SELECT id FROM orders WHERE placed_at > NOW() - INTERVAL 1 MONTH
-- [] year and month
SELECT YEAR(placed_at), MONTH(placed_at), QUARTER(placed_at), WEEK(placed_at), DAYNAME(placed_at) FROM orders
-- [] differences
SELECT DATEDIFF(shipped_at, placed_at), TIMESTAMPDIFF(HOUR, placed_at, shipped_at) FROM orders
-- [] if and ifnull
SELECT IF(total > 100, 'big', 'small'), IFNULL(city, '-') FROM orders
-- [] group_concat
SELECT GROUP_CONCAT(DISTINCT name ORDER BY name SEPARATOR '; ') FROM customers GROUP BY city
-- [] limit with a comma
SELECT id FROM orders LIMIT 5, 10
-- [] rollup
SELECT city, COUNT(*) FROM customers GROUP BY city WITH ROLLUP
-- [] regexp
SELECT name FROM customers WHERE name REGEXP '^A' AND name NOT RLIKE 'z$'
-- [] null-safe equal
SELECT id FROM orders WHERE a <=> b AND NOT (c XOR d)
-- [] div and mod
SELECT 7 DIV 2, 7 MOD 2, 7 % 2
-- [] concatenation
SELECT CONCAT(first_name, ' ', last_name), CONCAT_WS('-', a, b) FROM customers
-- [] text functions
SELECT SUBSTRING_INDEX(email, '@', -1), LOCATE('a', name), LPAD(id, 5, '0'), REVERSE(name), CHAR_LENGTH(name) FROM customers
-- [] JSON
SELECT JSON_EXTRACT(data, '$.a'), data ->> '$.b', JSON_UNQUOTE(data -> '$.c') FROM products
-- [] cast and convert
SELECT CAST(total AS DECIMAL(10, 2)), CAST(id AS CHAR), CONVERT(total, SIGNED), CAST(x AS UNSIGNED) FROM orders
-- [] window
SELECT id, ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY total DESC) AS rn FROM orders
-- [] CTE
WITH s AS (SELECT customer_id, SUM(total) AS t FROM orders GROUP BY customer_id) SELECT * FROM s WHERE t > 100
-- [] recursion with an end
WITH RECURSIVE n AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM n WHERE x < 31) SELECT x FROM n
-- [] straight join
SELECT COUNT(*) FROM orders STRAIGHT_JOIN customers ON customers.id = orders.customer_id
-- [] union
(SELECT id FROM orders LIMIT 3) UNION ALL (SELECT id FROM customers LIMIT 3) ORDER BY id
-- [] dual
SELECT 1 FROM DUAL
-- [] schema-qualified
SELECT shop.orders.id FROM shop.orders
-- [] escapes
SELECT id FROM t WHERE a = 'it\'s' AND b = 'back\\slash' AND c = 'x''y'
-- [] hint is taken out
SELECT /*+ MAX_EXECUTION_TIME(1000) */ id FROM orders
-- [] full text
SELECT id FROM docs WHERE MATCH(body) AGAINST('cat' IN NATURAL LANGUAGE MODE)
-- [] classical corpus
SELECT DISTINCT CITYalias0.CITY_NAME FROM CITY AS CITYalias0 WHERE CITYalias0.POPULATION = (SELECT MAX(CITYalias1.POPULATION) FROM CITY AS CITYalias1 WHERE CITYalias1.STATE_NAME = "texas")
-- [] comments
SELECT id # the key
FROM orders -- all
-- [] exists and all
SELECT id FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.id = a.id) AND x > ALL (SELECT y FROM c)
-- [] field and elt
SELECT id FROM orders ORDER BY FIELD(status, 'new', 'paid'), FIND_IN_SET('a', tags)
-- [] unix time
SELECT FROM_UNIXTIME(ts), UNIX_TIMESTAMP(placed_at), STR_TO_DATE('2024', '%Y'), LAST_DAY(placed_at) FROM orders
-- [] json_table
SELECT j.a FROM products, JSON_TABLE(data, '$[*]' COLUMNS (a INT PATH '$.a')) AS j
-- [] rand
SELECT id FROM orders ORDER BY RAND() LIMIT 5
