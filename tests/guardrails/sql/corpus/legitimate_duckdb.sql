-- [] plain
SELECT region, sum(total) FROM sales GROUP BY region
-- [] group by all
SELECT region, city, sum(total) FROM sales GROUP BY ALL ORDER BY ALL
-- [] exclude and replace
SELECT * EXCLUDE (secret) REPLACE (upper(city) AS city) FROM sales
-- [] columns
SELECT COLUMNS('t.*') FROM sales
-- [] qualify
SELECT id, total FROM sales QUALIFY row_number() OVER (PARTITION BY region ORDER BY total DESC) = 1
-- [] lists
SELECT [1, 2, 3], list_transform([1, 2], x -> x + 1), list_filter([1, 2], x -> x > 1), len([1]), unnest([1, 2])
-- [] comprehension
SELECT [x * 2 FOR x IN [1, 2, 3] IF x > 1]
-- [] structs and maps
SELECT {'a': 1, 'b': 'x'} AS s, map {'k': 1} AS m, struct_pack(a := 1)
-- [] slices
SELECT tags[1], tags[1:2] FROM sales
-- [] dates
SELECT date_trunc('month', sold_on), strftime(sold_on, '%Y-%m'), date_diff('day', sold_on, current_date), year(sold_on), dayname(sold_on) FROM sales
-- [] casts
SELECT total::varchar, TRY_CAST(city AS integer), CAST(total AS decimal(10, 2)) FROM sales
-- [] aggregates
SELECT median(total), quantile_cont(total, 0.9), arg_max(city, total), approx_count_distinct(city), list(city), mode(city), string_agg(city, ',') FROM sales
-- [] filter
SELECT count(*) FILTER (WHERE total > 5), count_if(total > 5) FROM sales
-- [] ranges
SELECT range FROM range(10)
-- [] series
SELECT * FROM generate_series(1, 12) AS t(m)
-- [] sample
SELECT * FROM sales USING SAMPLE 10 PERCENT
-- [] asof join
SELECT a.id FROM sales a ASOF JOIN sales b ON a.region = b.region AND a.sold_on >= b.sold_on
-- [] methods
SELECT city.upper(), 'x'.lower() FROM sales
-- [] integer division
SELECT total // 2, total ** 2, total % 3 FROM sales
-- [] regular expressions
SELECT regexp_matches(city, 'a'), regexp_replace(city, 'a', 'b'), regexp_extract(city, '(.)', 1) FROM sales
-- [] window
SELECT lag(total) OVER (PARTITION BY region ORDER BY sold_on) FROM sales
-- [] CTE
WITH a AS (SELECT * FROM sales) SELECT count(*) FROM a
-- [] recursion with an end
WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 10) SELECT * FROM n
-- [] rollup
SELECT region, sum(total) FROM sales GROUP BY ROLLUP (region)
-- [] limit in percent becomes rows
SELECT id FROM sales LIMIT 10 PERCENT
-- [] union by name
SELECT id FROM sales UNION ALL BY NAME SELECT id FROM sales
-- [] json
SELECT json_extract('{"a": 1}', '$.a'), '{"a": 1}' ->> '$.a'
-- [] values
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v(x, y)
-- [] interval
SELECT id FROM sales WHERE sold_on > current_date - INTERVAL 30 DAY
-- [] qualified
SELECT main.sales.id FROM main.sales
-- [] quoted with a space
SELECT "my column" FROM "my table"
-- [] similar and ilike
SELECT id FROM sales WHERE city ILIKE 'b%' AND city NOT SIMILAR TO 'x.*'
-- [] semi and anti
SELECT id FROM sales SEMI JOIN other USING (id)
-- [] pivot by hand
SELECT region, sum(CASE WHEN city = 'a' THEN total END) AS a FROM sales GROUP BY region
