-- [] plain
SELECT id, total FROM orders WHERE status = 'paid' ORDER BY id
-- [] month by date_trunc
SELECT date_trunc('month', placed_at) AS m, sum(total) FROM orders GROUP BY 1 ORDER BY 1
-- [] extract
SELECT extract(year FROM placed_at) AS y, count(*) FROM orders GROUP BY y
-- [] date_part
SELECT date_part('dow', placed_at), avg(total)::numeric(10, 2) FROM orders GROUP BY 1
-- [] intervals
SELECT id FROM orders WHERE placed_at >= now() - interval '30 days' AND placed_at < current_date + interval '1' day
-- [] date literals
SELECT count(*) FROM orders WHERE placed_at BETWEEN DATE '2024-01-01' AND TIMESTAMP '2024-12-31 23:59:59'
-- [] TPC-H 1
SELECT l_returnflag, l_linestatus, sum(l_quantity) AS sum_qty, sum(l_extendedprice * (1 - l_discount)) AS d, avg(l_discount), count(*) FROM lineitem WHERE l_shipdate <= date '1998-12-01' - interval '90' day GROUP BY l_returnflag, l_linestatus ORDER BY l_returnflag, l_linestatus
-- [] TPC-H 2
SELECT s_acctbal, s_name FROM part, supplier, partsupp WHERE p_partkey = ps_partkey AND s_suppkey = ps_suppkey AND p_type LIKE '%BRASS' AND ps_supplycost = (SELECT min(ps_supplycost) FROM partsupp, supplier WHERE p_partkey = ps_partkey AND s_suppkey = ps_suppkey) ORDER BY s_acctbal DESC LIMIT 100
-- [] TPC-H 7
SELECT supp_nation, l_year, sum(volume) AS revenue FROM (SELECT n1.n_name AS supp_nation, extract(year FROM l_shipdate) AS l_year, l_extendedprice * (1 - l_discount) AS volume FROM supplier, lineitem, nation n1 WHERE s_suppkey = l_suppkey AND n1.n_name = 'FRANCE') AS shipping GROUP BY supp_nation, l_year
-- [] TPC-H 13
SELECT c_count, count(*) AS custdist FROM (SELECT c_custkey, count(o_orderkey) FROM customer LEFT OUTER JOIN orders ON c_custkey = o_custkey AND o_comment NOT LIKE '%special%' GROUP BY c_custkey) AS c_orders (c_custkey, c_count) GROUP BY c_count ORDER BY custdist DESC, c_count DESC
-- [] TPC-H 14
SELECT 100.00 * sum(CASE WHEN p_type LIKE 'PROMO%' THEN l_extendedprice * (1 - l_discount) ELSE 0 END) / sum(l_extendedprice * (1 - l_discount)) AS promo_revenue FROM lineitem, part WHERE l_partkey = p_partkey AND l_shipdate >= date '1995-09-01' AND l_shipdate < date '1995-09-01' + interval '1' month
-- [] TPC-H 21
SELECT s_name, count(*) AS numwait FROM supplier, lineitem l1 WHERE s_suppkey = l1.l_suppkey AND EXISTS (SELECT * FROM lineitem l2 WHERE l2.l_orderkey = l1.l_orderkey AND l2.l_suppkey <> l1.l_suppkey) AND NOT EXISTS (SELECT * FROM lineitem l3 WHERE l3.l_orderkey = l1.l_orderkey) GROUP BY s_name ORDER BY numwait DESC
-- [] TPC-H 22
SELECT cntrycode, count(*) FROM (SELECT substring(c_phone FROM 1 FOR 2) AS cntrycode, c_acctbal FROM customer WHERE substring(c_phone FROM 1 FOR 2) IN ('13', '31')) AS custsale GROUP BY cntrycode
-- [] rollup
SELECT region, city, grouping(region), sum(total) FROM sales GROUP BY ROLLUP (region, city)
-- [] cube
SELECT region, city, sum(total) FROM sales GROUP BY CUBE (region, city)
-- [] grouping sets
SELECT region, city, sum(total) FROM sales GROUP BY GROUPING SETS ((region), (city), ())
-- [] window share
SELECT i_item_id, sum(x) * 100 / sum(sum(x)) OVER (PARTITION BY i_class) AS share FROM item GROUP BY i_item_id, i_class
-- [] window frame by range
SELECT sum(total) OVER (ORDER BY placed_at RANGE BETWEEN interval '7 days' PRECEDING AND CURRENT ROW) FROM orders
-- [] first and last value
SELECT first_value(total) OVER w, last_value(total) OVER w FROM orders WINDOW w AS (PARTITION BY customer_id ORDER BY id)
-- [] filter
SELECT count(*) FILTER (WHERE status = 'paid') AS paid FROM orders
-- [] percentile
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY total), mode() WITHIN GROUP (ORDER BY status) FROM orders
-- [] string_agg
SELECT string_agg(DISTINCT name, ', ' ORDER BY name) FROM customers
-- [] array_agg
SELECT array_agg(id ORDER BY id) FROM orders GROUP BY customer_id
-- [] any of an array
SELECT id FROM orders WHERE status = ANY (ARRAY['paid', 'shipped'])
-- [] unnest
SELECT t.tag, count(*) FROM products p CROSS JOIN LATERAL unnest(p.tags) AS t(tag) GROUP BY t.tag
-- [] lateral subquery
SELECT c.id, o.total FROM customers c LEFT JOIN LATERAL (SELECT total FROM orders o WHERE o.customer_id = c.id ORDER BY id DESC LIMIT 1) o ON true
-- [] distinct on
SELECT DISTINCT ON (customer_id) customer_id, total FROM orders ORDER BY customer_id, placed_at DESC
-- [] ilike
SELECT name FROM customers WHERE name ILIKE '%smith%' AND name !~* '^x' AND name ~ 'y$'
-- [] similar to
SELECT name FROM customers WHERE name SIMILAR TO '(a|b)%'
-- [] json operators
SELECT data ->> 'color', data #>> '{size,width}', data -> 'a' -> 0 FROM products WHERE data @> '{"a": 1}'::jsonb AND data ? 'color'
-- [] jsonb functions
SELECT jsonb_array_length(data -> 'tags'), jsonb_typeof(data) FROM products
-- [] json_build_object
SELECT json_build_object('id', id, 'total', total) FROM orders
-- [] json elements
SELECT e.value ->> 'x' FROM products p, jsonb_array_elements(p.data -> 'items') AS e(value)
-- [] series of numbers
SELECT n, count(o.id) FROM generate_series(1, 12) AS n LEFT JOIN orders o ON extract(month FROM o.placed_at) = n GROUP BY n
-- [] series of days
SELECT d::date, count(o.id) FROM generate_series('2024-01-01'::date, '2024-12-31'::date, '1 day'::interval) AS d LEFT JOIN orders o ON o.placed_at::date = d::date GROUP BY 1 ORDER BY 1
-- [] series from the data
SELECT d FROM generate_series((SELECT min(placed_at) FROM orders), (SELECT max(placed_at) FROM orders), interval '1 month') AS d
-- [] recursion over a hierarchy
WITH RECURSIVE tree AS (SELECT id, parent_id, 1 AS depth FROM categories WHERE parent_id IS NULL UNION ALL SELECT c.id, c.parent_id, t.depth + 1 FROM categories c JOIN tree t ON c.parent_id = t.id) SELECT * FROM tree
-- [] recursion with an end
WITH RECURSIVE n(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM n WHERE x < 100) SELECT sum(x) FROM n
-- [] materialized CTE
WITH a AS MATERIALIZED (SELECT * FROM orders), b AS NOT MATERIALIZED (SELECT * FROM a) SELECT count(*) FROM b
-- [] values
SELECT v.a FROM (VALUES (1, 'x'), (2, 'y')) AS v(a, b)
-- [] nested set operations
(SELECT id FROM orders UNION SELECT id FROM customers) EXCEPT (SELECT id FROM items INTERSECT SELECT id FROM products)
-- [] fetch first
SELECT id FROM orders ORDER BY id FETCH FIRST 5 ROWS ONLY
-- [] offset rows
SELECT id FROM orders ORDER BY id OFFSET 10 ROWS FETCH NEXT 5 ROWS ONLY
-- [] nulls last
SELECT id FROM orders ORDER BY total DESC NULLS LAST, id ASC NULLS FIRST
-- [] casts
SELECT total::text, CAST(id AS bigint), '5'::int, total::double precision, '{1,2}'::int[] FROM orders
-- [] text functions
SELECT initcap(name), split_part(email, '@', 2), left(name, 3), right(name, 2), position('a' IN name), overlay(name PLACING 'x' FROM 1), trim(BOTH ' ' FROM name), btrim(name), regexp_replace(name, 'a', 'b', 'g') FROM customers
-- [] padding
SELECT lpad(id::text, 8, '0'), repeat('*', 3) FROM orders
-- [] to_char
SELECT to_char(placed_at, 'YYYY-MM'), to_date('2024-01-01', 'YYYY-MM-DD'), to_timestamp(0) FROM orders
-- [] time zone
SELECT placed_at AT TIME ZONE 'Europe/Berlin', timezone('UTC', placed_at) FROM orders
-- [] age and justify
SELECT age(now(), born_on), justify_days(interval '40 days') FROM customers
-- [] coalesce, nullif, greatest, least
SELECT coalesce(a, b), nullif(a, 0), greatest(a, b), least(a, b) FROM t
-- [] statistics
SELECT stddev_samp(total), variance(total), corr(total, qty), regr_slope(total, qty) FROM orders
-- [] bool aggregates
SELECT bool_and(paid), bool_or(paid), every(paid) FROM orders
-- [] is distinct from
SELECT id FROM orders WHERE a IS DISTINCT FROM b AND c IS NOT TRUE AND d IS UNKNOWN
-- [] row comparison
SELECT id FROM orders WHERE (a, b) < (1, 2) AND (a, b) IN (SELECT 1, 2)
-- [] full text search
SELECT id FROM docs WHERE to_tsvector('english', body) @@ to_tsquery('english', 'cat & dog')
-- [] natural and using
SELECT count(*) FROM orders JOIN items USING (order_id) NATURAL JOIN products
-- [] full outer join
SELECT a.id FROM a FULL OUTER JOIN b ON a.id = b.id
-- [] qualified names
SELECT s.orders.id, "o"."total" FROM s.orders, "Sales"."Orders" AS "o"
-- [] tablesample
SELECT avg(total) FROM orders TABLESAMPLE BERNOULLI (10)
-- [] arithmetic
SELECT (a + b) * c / d % e - -f, a ^ 2, |/ 25, a & b | c # d, ~a, a << 2 FROM t
-- [] overlaps
SELECT id FROM t WHERE (a, b) OVERLAPS (c, d)
-- [] width bucket
SELECT width_bucket(total, 0, 1000, 10), count(*) FROM orders GROUP BY 1
-- [] text that looks like a statement
SELECT name FROM products WHERE name = 'x''; DROP TABLE orders; --'
-- [] dollar text
SELECT id FROM orders WHERE note = $$it's$$
-- [] collation
SELECT name FROM customers ORDER BY name COLLATE "C"
-- [] having with a subquery
SELECT customer_id FROM orders GROUP BY customer_id HAVING sum(total) > (SELECT avg(total) FROM orders)
-- [] all
SELECT id FROM orders WHERE total >= ALL (SELECT total FROM orders)
-- [] array functions
SELECT cardinality(tags), array_length(tags, 1), tags[1], tags[1:2], array_to_string(tags, ','), 'a' = ANY(tags), tags && ARRAY['a'], tags @> ARRAY['b'] FROM products
-- [] literal only
SELECT 1, 'a', NULL, TRUE
-- [] make_date
SELECT make_date(2024, 1, 31), make_interval(days => 3) FROM orders
-- [] TPC-DS window with rank
SELECT * FROM (SELECT i_category, sum(ss) AS s, rank() OVER (PARTITION BY i_category ORDER BY sum(ss) DESC) AS rk FROM store_sales GROUP BY ROLLUP (i_category)) AS dw WHERE rk <= 100 ORDER BY i_category NULLS FIRST, rk LIMIT 100
-- [] TPC-DS stddev
SELECT w, CASE mean WHEN 0 THEN NULL ELSE stdev / mean END AS cov FROM (SELECT w, stddev_samp(inv) AS stdev, avg(inv) AS mean FROM inventory GROUP BY w) AS foo WHERE CASE mean WHEN 0 THEN 0 ELSE stdev / mean END > 1
-- [] regexp_matches in SELECT
SELECT (regexp_match(name, '(\d+)'))[1] FROM products
