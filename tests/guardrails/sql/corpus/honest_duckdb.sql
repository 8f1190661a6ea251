--# DuckDB
SELECT * EXCLUDE (a, b) FROM t
SELECT * EXCLUDE a FROM t
SELECT * REPLACE (a / 100 AS a), t.* EXCLUDE (b) FROM t
SELECT * RENAME (a AS b) FROM t
SELECT COLUMNS('x.*') FROM t
SELECT min(COLUMNS(*)), max(COLUMNS(*)) FROM t
SELECT COLUMNS(c -> c LIKE 'x%') FROM t
SELECT a, sum(b) FROM t GROUP BY ALL ORDER BY ALL DESC
SELECT a, b FROM t QUALIFY row_number() OVER (PARTITION BY a ORDER BY b DESC) <= 3
SELECT a FROM t WHERE b = 1 GROUP BY a HAVING count(*) > 1 QUALIFY rank() OVER (ORDER BY a) = 1 ORDER BY a LIMIT 5
SELECT [1, 2, 3][1], [1,2,3][1:2], list_value(1, 2), len(x), x[-1], x.y, x['y'], {'a': 1}.a, {'a': 1}['a'], map {'a': 1}['a'] FROM t
SELECT unnest(l), unnest([1,2,3]), unnest({'a': 1}), unnest(l, recursive := true), generate_subscripts(l, 1) FROM t
SELECT u FROM t, unnest(t.l) AS u(u)
SELECT s.a, s.* FROM t
SELECT struct_pack(a := 1, b := 'x'), row(1, 2), struct_extract(s, 'a'), {'x': a, 'y': b} FROM t
SELECT date_trunc('month', d), date_diff('day', a, b), datediff('day', a, b), date_part('year', d), extract(year FROM d), year(d), monthname(d), strftime(d, '%Y-%m'), strptime(s, '%Y-%m-%d'), try_strptime(s, '%d'), d + INTERVAL 1 DAY, d + INTERVAL '1 month', d - INTERVAL (n) DAY, d + to_days(3), make_date(2024, 1, 1), last_day(d), age(d), epoch(d), epoch_ms(d), to_timestamp(x), time_bucket(INTERVAL '1 week', d), current_date, now(), today(), get_current_timestamp(), d::date, d AT TIME ZONE 'UTC' FROM t
SELECT a::int, a::varchar, a::decimal(10,2), a::double, a::hugeint, a::int[], a::struct(x int, y varchar), a::map(varchar, int), TRY_CAST(a AS int), CAST(a AS timestamp), a::timestamptz, a::date, a::json, a::blob, a::uuid, a::utinyint, a::ubigint, a::float, a::real, a::bool, a::time, a::interval, a::bit FROM t
SELECT median(a), mode(a), quantile_cont(a, 0.5), quantile_cont(a, [0.25, 0.75]), quantile(a, 0.5), approx_count_distinct(a), approx_quantile(a, 0.5), arg_max(a, b), arg_min(a, b), max_by(a, b), max(a, 3), min_by(a, b), first(a), last(a), any_value(a), list(a ORDER BY b), array_agg(a), string_agg(a, ','), group_concat(a), listagg(a, ','), histogram(a), count_if(a), countif(a), bool_and(a), product(a), kurtosis(a), skewness(a), entropy(a), mad(a), sem(a), stddev(a), var_samp(a), corr(a, b), regr_slope(a, b), bit_and(a), avg(a), fsum(a), sum(DISTINCT a), percentile_cont(0.5) WITHIN GROUP (ORDER BY a), mode() WITHIN GROUP (ORDER BY a) FROM t
SELECT regexp_matches(a, 'x'), regexp_extract(a, 'x', 1), regexp_extract_all(a, 'x'), regexp_replace(a, 'x', 'y', 'g'), regexp_full_match(a, 'x'), a ~ 'x', a SIMILAR TO 'x', a LIKE 'x', a ILIKE 'x', a GLOB 'x*', a ^@ 'x', starts_with(a, 'x'), contains(a, 'x'), string_split(a, ','), split_part(a, ',', 1), str_split(a, ','), a[1:3], a || b, concat(a, b), format('{} {}', a, b), printf('%d', a), lpad(a, 5, '0'), levenshtein(a, b), jaccard(a, b), strip_accents(a), upper(a), length(a), strlen(a), reverse(a), trim(a), instr(a, 'x'), position('x' in a), substring(a, 1, 2), left(a, 1), md5(a), sha256(a), base64(a), hex(a), ord(a), chr(65), bar(a, 0, 10), array_to_string(l, ','), ends_with(a, 'x'), prefix(a, 'x') FROM t
SELECT a // b, a ** b, a ^ b, a % b, a & b, xor(a, b), a << 1, !a, round(a, 2), even(a), gcd(a, b), ceil(a), log2(a), greatest(a, b), least(a, b), if(a, b, c), ifnull(a, b), nullif(a, b), coalesce(a, b), isnan(a), random(), trunc(a) FROM t
SELECT * FROM t USING SAMPLE 10%
SELECT * FROM t USING SAMPLE reservoir(50 ROWS) REPEATABLE (100)
SELECT * FROM t TABLESAMPLE 5%
SELECT * FROM t TABLESAMPLE reservoir(20%)
SELECT * FROM a ASOF JOIN b ON a.k = b.k AND a.ts >= b.ts
SELECT * FROM a ASOF LEFT JOIN b USING (k, ts)
SELECT * FROM a POSITIONAL JOIN b
SELECT * FROM a SEMI JOIN b USING (id)
SELECT * FROM a ANTI JOIN b ON a.id = b.id
SELECT * FROM a UNION BY NAME SELECT * FROM b
SELECT * FROM a, b, LATERAL (SELECT a.x + b.x AS y)
SELECT * FROM range(5), generate_series(1, 3) AS g(i)
SELECT * FROM range(DATE '2024-01-01', DATE '2024-02-01', INTERVAL 1 DAY) AS r(d)
SELECT a, count(*) FILTER (b > 1), count(*) FILTER (WHERE c) FROM t GROUP BY a
SELECT sum(x) OVER (ORDER BY d RANGE BETWEEN INTERVAL 7 DAYS PRECEDING AND CURRENT ROW), lag(x IGNORE NULLS) OVER w, first_value(x IGNORE NULLS) OVER w, quantile_cont(x, 0.5) OVER w FROM t WINDOW w AS (PARTITION BY y ORDER BY d)
SELECT a, b, grouping(a), grouping_id(a, b) FROM t GROUP BY GROUPING SETS ((a), (b), ())
SELECT a.upper().lower(), 'x'.concat('y'), (a + 1).abs(), l.list_sum() FROM t
SELECT a AS b, b + 1 AS c FROM t WHERE b > 1
SELECT x: 42, y: 'a'
SELECT a, FROM t
SELECT DISTINCT ON (a) a, b FROM t ORDER BY a, b
SELECT data->'$.a', data->>'$.a.b', json_extract(data, '$.x'), json_extract_string(data, '$.x'), data->>'name', json_array_length(data), json_keys(data), to_json(t), json_object('a', 1), json_valid(data), json_type(data), json_group_array(a), json_transform(data, '{"a":"INT"}') FROM t
SELECT "a b", "t"."c d", t."order" FROM "my table" AS t
SELECT main.t.a, memory.main.t.b FROM memory.main.t
SELECT a FROM main.t
SELECT count() FROM t
SELECT count(*) FROM t LIMIT 10%
SELECT count(*) FROM t LIMIT (SELECT 5)
SELECT typeof(a), hash(a), uuid(), gen_random_uuid(), alias(a), constant_or_null(1, a), error_x FROM t
SELECT (SELECT max(a) FROM t) - (SELECT min(a) FROM t)
SELECT a FROM t WHERE a IN [1, 2, 3] AND b IN (1, 2) AND c = ANY([1, 2]) AND d NOT IN (SELECT x FROM u) AND e IS NOT DISTINCT FROM f
SELECT a FROM t WHERE list_has_any(l, [1]) AND l && [1] AND l @> [2] AND array_contains(l, 3)
SELECT map_keys(m), map_values(m), map_entries(m), m['k'], element_at(m, 'k'), cardinality(m), map_from_entries(l) FROM t
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 10) SELECT * FROM r
WITH RECURSIVE r(n) AS (SELECT 0 UNION SELECT b FROM t JOIN r ON t.a = r.n) SELECT * FROM r
WITH a AS MATERIALIZED (SELECT 1 AS x) FROM a SELECT x
SELECT 1_000_000, 1e3, 0xFF, 'it''s', $$x$$, '\x41'::blob, DATE '2024-01-01', TIMESTAMP '2024-01-01', INTERVAL '1' YEAR, INTERVAL 5 MINUTES FROM t
SELECT ST_Distance(a, b), ST_Point(1, 2), ST_AsText(g) FROM t
SELECT date_add(d, INTERVAL 1 DAY), date_sub('day', a, b), dayofweek(d), isodow(d), weekofyear(d), quarter(d), hour(ts), dayname(d), datetrunc('day', d), datepart('year', d), epoch_us(ts), make_timestamp(2024,1,1,0,0,0), to_years(1), century(d), yearweek(d), julian(d) FROM t
SELECT a FROM t ORDER BY a NULLS FIRST, b DESC NULLS LAST
SELECT round(100.0 * sum(a) / sum(sum(a)) OVER (), 2) AS pct FROM t GROUP BY b
SELECT t1.a, t2.b FROM t AS t1 LEFT JOIN u AS t2 ON t1.id = t2.id AND t2.x > t1.x
SELECT CASE WHEN a BETWEEN 1 AND 5 THEN 'low' ELSE 'high' END AS bucket, count(*) FROM t GROUP BY bucket
SELECT a FROM t WHERE a = (FROM u SELECT max(x))
SELECT a FROM t WHERE EXISTS (FROM u WHERE u.id = t.id)
SELECT count(DISTINCT a), count(DISTINCT (a, b)), bitstring_agg(a), reservoir_quantile(a, 0.5), max(a) FILTER (a > 1) FROM t
SELECT list_cosine_similarity(a, b), array_cosine_similarity(a, b), array_distance(a, b), array_inner_product(a::float[3], b::float[3]) FROM t
SELECT coalesce(try_cast(a AS int), 0), try(a / 0), ifnull(b, 'x') FROM t
--# textbooks, benchmarks and models, written against the guard
SELECT * EXCLUDE (a) FROM t
SELECT date_trunc('week', d), strftime(d, '%Y-%m'), date_diff('day', a, b), epoch(d) FROM t
SELECT a, count(*) FROM t GROUP BY ALL ORDER BY ALL
SELECT list(a ORDER BY b), list_aggregate(list(a), 'sum'), [x * 2 FOR x IN l IF x > 1] FROM t GROUP BY c
SELECT struct_pack(a := 1, b := 2), {'a': 1}, s.a, s['b'], l[1], l[1:2], m['k'] FROM t
SELECT arg_max(name, score), median(x), quantile_cont(x, 0.9), mode(y), approx_count_distinct(z) FROM t
SELECT a FROM t QUALIFY row_number() OVER (PARTITION BY b ORDER BY c) = 1
SELECT unnest([1,2,3])
SELECT * FROM range(10) r(i)
SELECT list_transform([1,2], x -> x + 1), list_filter([1,2], lambda x: x > 1)
SELECT t.a.b.c FROM t
SELECT a::DATE, TRY_CAST(b AS INTEGER), c::DECIMAL(18,3), d::HUGEINT, e::STRUCT(x INT) FROM t
SELECT * FROM t ASOF JOIN u ON t.k = u.k AND t.ts >= u.ts
SELECT COUNT(*) FILTER (a > 1) FROM t
SELECT * FROM t USING SAMPLE 10
SELECT 'x'.upper(), ('a').concat('b')
SELECT a FROM t WHERE regexp_matches(a, '^x') AND b SIMILAR TO 'y.*' AND c ILIKE '%z'
SELECT json_extract_string(j, '$.a'), j->>'$.b', j->'c' FROM t
SELECT max(COLUMNS('x_.*')) FROM t
SELECT SUM(a) OVER w FROM t WINDOW w AS (ORDER BY d ROWS 3 PRECEDING)
SELECT INTERVAL 1 DAY, INTERVAL '1' MONTH, DATE '2024-01-01' + INTERVAL 3 DAYS, today()
SELECT make_date(2024, 1, 1), dayname(d), monthname(d), last_day(d), isodow(d) FROM t
SELECT x // 2, x ** 2, x ^ 2, x % 2, 7 / 2 FROM t
SELECT string_split(a, ',')[1], array_to_string(l, ','), len(l), list_contains(l, 1), list_sort(l), list_distinct(l) FROM t
SELECT map {'a': 1}, map_keys(m) FROM t
SELECT UNNEST(s, recursive := true) FROM t
SELECT * FROM (VALUES (1, 2)) v(a, b)
SELECT histogram(a), entropy(b), skewness(c), kurtosis(d) FROM t
