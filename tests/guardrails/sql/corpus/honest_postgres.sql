--# PostgreSQL
SELECT id, created_at::date, amount::numeric(10,2), name::varchar(20), data::jsonb, tags::text[] FROM orders
SELECT date_trunc('week', ts AT TIME ZONE 'UTC' AT TIME ZONE 'America/New_York')::date FROM events
SELECT extract(epoch FROM (b - a)) / 3600, EXTRACT(ISODOW FROM a), extract(quarter from a), date_part('year', age(b)) FROM t
SELECT now() - INTERVAL '1 month', CURRENT_DATE - 7, CURRENT_DATE - INTERVAL '1 year 2 months', current_timestamp, localtimestamp, CURRENT_TIME(0), now()::date FROM t
SELECT a FROM t WHERE a >= date_trunc('month', CURRENT_DATE) - INTERVAL '1 month' AND a < date_trunc('month', CURRENT_DATE)
SELECT a FROM t WHERE a > (SELECT max(a) - INTERVAL '30 days' FROM t)
SELECT to_char(a, 'YYYY-MM'), to_char(b, 'FM999,999.00'), to_char(a, 'Day'), to_number('12', '99'), to_date(c, 'DD/MM/YYYY'), to_timestamp(d), to_timestamp(e, 'YYYY') FROM t
SELECT make_date(2024, 1, 1), make_interval(days => 10), make_timestamp(2024, 1, 1, 0, 0, 0), date_bin('15 minutes', ts, TIMESTAMP '2001-01-01') FROM t
SELECT a, count(*) FILTER (WHERE b > 1) AS x, sum(c) FILTER (WHERE d IS NOT NULL) FROM t GROUP BY a
SELECT string_agg(DISTINCT a, ', ' ORDER BY a), array_agg(a ORDER BY b DESC), json_agg(t), jsonb_agg(a), jsonb_object_agg(k, v), json_agg(json_build_object('a', a) ORDER BY a) FROM t
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY a), percentile_disc(ARRAY[0.25, 0.75]) WITHIN GROUP (ORDER BY a), mode() WITHIN GROUP (ORDER BY b), rank(5) WITHIN GROUP (ORDER BY a) FROM t
SELECT DISTINCT ON (a, b) a, b, c FROM t ORDER BY a, b, c DESC NULLS LAST
SELECT * FROM (VALUES (1, 'one'), (2, 'two')) AS t (num, letter)
SELECT a FROM t WHERE b ~* '^x' AND c !~ 'y' AND d SIMILAR TO '(a|b)%' AND e NOT SIMILAR TO 'c' AND f ILIKE ANY (ARRAY['a%', 'b%']) AND g NOT ILIKE '%z' AND h LIKE ALL (ARRAY['a', 'b'])
SELECT a FROM t WHERE b = ANY ('{1,2,3}'::int[]) AND c <> ALL (ARRAY['x']) AND d = SOME (SELECT x FROM u) AND e IN (1, 2) AND (f, g) IN ((1, 2), (3, 4))
SELECT a -> 'b' -> 'c', a ->> 'b', a #> '{b,c}', a #>> '{b,c}', a @> '{"x":1}', a ? 'x', a ?| array['x'], a ?& array['x'], a - 'x', a || '{"y":2}' FROM t
SELECT (data ->> 'price')::numeric, (data -> 'items' -> 0 ->> 'name'), jsonb_path_query_first(data, '$.a'), data @? '$.a', data @@ '$.a > 1' FROM t
SELECT t.id, item ->> 'sku' FROM t, jsonb_array_elements(t.data -> 'items') AS item
SELECT t.id, e.key, e.value FROM t CROSS JOIN LATERAL jsonb_each_text(t.data) AS e
SELECT t.id, x.a, x.b FROM t, jsonb_to_recordset(t.data) AS x(a int, b text)
SELECT id, unnest(tags) AS tag FROM t
SELECT id, tag FROM t, unnest(tags) WITH ORDINALITY AS u(tag, n)
SELECT tag FROM t, unnest(string_to_array(tags, ',')) AS tag
SELECT regexp_split_to_table(a, ','), regexp_replace(a, '[^0-9]', '', 'g'), regexp_matches(a, 'x', 'g'), substring(a from '[0-9]+'), substring(a, 1, 3), (regexp_match(a, 'x'))[1], split_part(a, '-', 1), strpos(a, 'x'), position('x' in a), left(a, -1), translate(a, 'abc', 'xyz'), initcap(a), concat(a, b), concat_ws(' ', a, b), format('%s-%s', a, b), lpad(a, 5, '0'), reverse(a), length(a), char_length(a), md5(a), quote_literal(a), trim(a), ltrim(a), rtrim(a, 'x'), ascii(a), chr(65), upper(a), overlay(a placing 'x' from 1 for 2), starts_with(a, 'x') FROM t
SELECT generate_series(1, 10), g.d::date FROM generate_series(date '2024-01-01', date '2024-12-31', interval '1 month') AS g(d)
SELECT d.day, coalesce(count(o.id), 0) FROM generate_series(current_date - interval '30 days', current_date, interval '1 day') AS d(day) LEFT JOIN orders o ON o.created_at::date = d.day GROUP BY d.day
SELECT d::date FROM generate_series(date_trunc('month', now()) - interval '11 months', date_trunc('month', now()), '1 month') d
SELECT h, count(*) FROM generate_series(0, 23) AS h GROUP BY h
SELECT a, sum(b) OVER (PARTITION BY c ORDER BY d ROWS BETWEEN 6 PRECEDING AND CURRENT ROW), avg(b) OVER (ORDER BY d RANGE BETWEEN INTERVAL '7 days' PRECEDING AND CURRENT ROW), sum(b) OVER w, lag(a, 1) OVER w, ntile(4) OVER (ORDER BY a), cume_dist() OVER w, percent_rank() OVER w, nth_value(a, 2) OVER w FROM t WINDOW w AS (PARTITION BY c ORDER BY d)
SELECT a, b, grouping(a, b), sum(c) FROM t GROUP BY GROUPING SETS ((a, b), (a), ()) HAVING sum(c) > 0
SELECT a, b, sum(c) FROM t GROUP BY CUBE (a, b), ROLLUP (d)
SELECT a, b, sum(c) FROM t GROUP BY a, ROLLUP (b, c)
SELECT a FROM t EXCEPT ALL SELECT a FROM u INTERSECT ALL SELECT a FROM v
(SELECT a FROM t ORDER BY a LIMIT 5) UNION ALL (SELECT a FROM u LIMIT 5) ORDER BY 1 OFFSET 2
SELECT a FROM t FETCH FIRST 10 ROWS ONLY
SELECT a FROM t FETCH NEXT ROW ONLY
SELECT a FROM t ORDER BY a FETCH FIRST 3 ROWS WITH TIES
SELECT a FROM t ORDER BY a LIMIT ALL OFFSET 10 ROWS
WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 100) SELECT sum(n) FROM t
WITH RECURSIVE org AS (SELECT id, name, manager_id, 1 AS level, ARRAY[id] AS path FROM emp WHERE manager_id IS NULL UNION ALL SELECT e.id, e.name, e.manager_id, o.level + 1, o.path || e.id FROM emp e JOIN org o ON e.manager_id = o.id WHERE NOT e.id = ANY(o.path)) SELECT * FROM org ORDER BY path
WITH RECURSIVE s AS (SELECT 1 AS depth, id FROM t UNION ALL SELECT s.depth + 1, t.id FROM t, s WHERE t.parent = s.id AND s.depth < 10) SELECT * FROM s
WITH a AS NOT MATERIALIZED (SELECT 1 AS x), b (y) AS (SELECT x FROM a) SELECT * FROM a CROSS JOIN b
SELECT a, (SELECT count(*) FROM u WHERE u.tid = t.id) AS n FROM t ORDER BY n DESC
SELECT * FROM t JOIN LATERAL (SELECT * FROM u WHERE u.tid = t.id ORDER BY u.x DESC LIMIT 3) s ON TRUE
SELECT * FROM t CROSS JOIN LATERAL (VALUES (t.a), (t.b)) AS v(x)
SELECT count(*), count(DISTINCT (a, b)), count(DISTINCT a), sum(DISTINCT a), bool_and(a), every(a), bit_and(b), corr(a, b), covar_pop(a, b), regr_slope(a, b), stddev(a), var_pop(a), variance(a) FROM t
SELECT round(avg(a), 2), round(a::numeric, 2), ceil(a), floor(a), trunc(a, 2), abs(a), mod(a, 2), power(a, 2), sqrt(a), cbrt(a), exp(a), ln(a), log(a), log(2, a), sign(a), pi(), random(), degrees(a), radians(a), gcd(a, b), div(a, b), width_bucket(a, 0, 10, 5), a % 2, a ^ 2, |/ a, a # b, ~ a FROM t
SELECT coalesce(a, b, 0), nullif(a, ''), greatest(a, b), least(a, b), CASE WHEN a THEN 1 END, a IS DISTINCT FROM b, a IS NOT DISTINCT FROM b, a IS TRUE, a IS NOT UNKNOWN, a ISNULL, b NOTNULL, a BETWEEN SYMMETRIC 1 AND 2 FROM t
SELECT array_length(a, 1), cardinality(a), a[1], a[1:2], a || ARRAY[1], array_append(a, 1), array_remove(a, 1), array_to_string(a, ','), array_position(a, 1), ARRAY(SELECT x FROM u), a && b, a @> b, a <@ b, 1 = ANY(a), ARRAY[[1,2],[3,4]], ARRAY[]::int[] FROM t
SELECT row_to_json(t), to_jsonb(t), json_build_array(1, 2), jsonb_pretty(data), jsonb_typeof(data), jsonb_array_length(data), jsonb_object_keys(data), jsonb_strip_nulls(data), jsonb_set(data, '{a}', '1') FROM t
SELECT ROW(a, b), ROW(1, 2) = ROW(a, b), (a, b) = (1, 2), (a, b) < (1, 2) FROM t
SELECT to_tsvector('english', a) @@ plainto_tsquery('x'), ts_rank(to_tsvector(a), to_tsquery('x & y')), a @@ 'x' FROM t
SELECT a FROM t WHERE tsrange(a, b) && tsrange('2024-01-01', '2024-02-01') AND daterange(a, b, '[]') @> current_date AND int4range(1, 10) @> 5
SELECT (a, b) OVERLAPS (DATE '2024-01-01', INTERVAL '100 days') FROM t
SELECT host(ip), masklen(ip), ip << '10.0.0.0/8', ip::inet, network(ip) FROM t
SELECT a COLLATE "de_DE", b COLLATE "C" < c FROM t ORDER BY a COLLATE "en_US"
SELECT "Order"."Id", "Order"."Total Amount" FROM "Order" WHERE "Order"."Customer Name" = 'x'
SELECT U.name FROM users U WHERE U.email LIKE '%@example.com'
SELECT 'it''s', $$dollar$$, $tag$dollar$tag$, 'a' 'b' FROM t
SELECT 1.5e3, .5, 5., 1_000, 0x1F, 0b101, B'101', X'1F' FROM t
SELECT true, false, null, 't'::bool, '1'::int, 'NaN'::float8, 'infinity'::timestamp
SELECT INTERVAL '1' YEAR, INTERVAL '1-2' YEAR TO MONTH, INTERVAL '3 4:05:06', '1 day'::interval, interval '1 day' * 5, 5 * interval '1 hour' FROM t
SELECT timestamp '2024-01-01 00:00:00', timestamptz '2024-01-01 00:00:00+00', time '12:00', timestamp with time zone '2024-01-01', date '2024-01-01' FROM t
SELECT CAST(a AS timestamp with time zone), CAST(a AS timestamp(3) without time zone), CAST(a AS double precision), CAST(a AS character varying(10)), a::real, a::bigint, a::smallint, a::uuid, a::bytea, a::money, a::json, a::time, a::char(3), a::bit(4), a::decimal, a::float, a::int8, a::bpchar, a::point FROM t
SELECT a FROM ONLY t
SELECT a FROM t TABLESAMPLE SYSTEM (5) REPEATABLE (1)
SELECT count(*) AS "Number of %" FROM t
SELECT a "b c", d e FROM t f
SELECT a AS value, b AS date, c AS year, d AS rank, e AS name, f AS type, g AS count, h AS user_name FROM t
SELECT value, date, year, month, day, rank, name, type, count, status, level, key, position, text, time, language, class, role, zone, no, rows, first, last, share, percent FROM t
SELECT t.user, t.value, t.end_date, t.order_id, t.desc_text FROM t
SELECT t.* FROM t, u WHERE t.id = u.id
SELECT * FROM a NATURAL JOIN b LEFT JOIN c USING (x, y) FULL JOIN d ON a.id = d.id CROSS JOIN e
SELECT * FROM (a JOIN b ON a.id = b.id) LEFT JOIN c ON c.id = a.id
SELECT * FROM a, b, c
SELECT a.x FROM schema1.table1 a JOIN schema2.table2 b ON a.id = b.id
SELECT public.t.x FROM public.t
SELECT x FROM mydb.public.t
select count(*) from t where (a = 1 or b = 2) and not (c = 3) and d is not null and e not in (select x from u where x is not null)
SELECT sum(CASE WHEN a = 'x' THEN 1 ELSE 0 END)::float / nullif(count(*), 0) * 100 AS pct FROM t
SELECT 100.0 * count(*) FILTER (WHERE a) / count(*) FROM t
SELECT a FROM t GROUP BY a HAVING count(*) > 1 ORDER BY count(*) DESC, 1 LIMIT 10
SELECT a FROM t ORDER BY random() LIMIT 5
SELECT a FROM t WHERE b IN (SELECT unnest(c) FROM u)
SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.id = t.id HAVING count(*) > 1)
SELECT a FROM t WHERE (SELECT count(*) FROM u WHERE u.x = t.x) BETWEEN 1 AND 3
SELECT max(a) - min(a) AS span, (max(a) - min(a)) / interval '1 day' FROM t
SELECT extract(year from age(current_date, birthdate))::int AS age FROM t
SELECT a IS JSON, a IS JSON OBJECT FROM t
SELECT a FROM t WHERE a::text ~ '^\d+$' AND b LIKE '%\%' AND c = 'back\slash'
SELECT a FROM t WHERE lower(a) = lower('X') AND a LIKE '_x%' ESCAPE '!'
SELECT bool_or(a > 1), array_agg(DISTINCT a) FILTER (WHERE a IS NOT NULL), count(*) OVER (), first_value(a) OVER (PARTITION BY b ORDER BY c) FROM t
SELECT round(100.0 * sum(x) / sum(sum(x)) OVER (), 2) FROM t GROUP BY y
SELECT a, b FROM t WHERE (b, a) = (SELECT max(b), max(a) FROM t)
SELECT t1.a FROM t t1 WHERE t1.b > (SELECT percentile_cont(0.9) WITHIN GROUP (ORDER BY b) FROM t)
SELECT EXTRACT(DOW FROM d), EXTRACT(HOUR FROM ts)::int, DATE(ts), ts::time, ts + make_interval(mins => 5), ts - '1 day'::interval, d + 1, d - DATE '2020-01-01', date '2001-09-28' + integer '7' FROM t
SELECT justify_interval(a - b), age(a), isfinite(a), timezone('UTC', a), date_trunc('day', a, 'UTC'), clock_timestamp() - a, to_char(interval '1 hour', 'HH24:MI') FROM t
SELECT encode(a, 'hex'), decode('00', 'hex'), sha256(a), convert_from(a, 'UTF8'), octet_length(a), bit_length(a), get_byte(a, 0), gen_random_uuid() FROM t
SELECT xmin FROM t
SELECT levenshtein(a, b), similarity(a, b), a % b, a <-> b, soundex(a), unaccent(a) FROM t
SELECT st_distance(a, b), st_dwithin(a, b, 100), st_x(geom), st_y(geom), st_astext(geom), st_area(geom), st_contains(a, b), st_intersects(a, b), st_setsrid(st_makepoint(1, 2), 4326), st_transform(geom, 3857), st_length(geom), st_centroid(geom), st_isvalid(geom) FROM t
SELECT crosstab.a FROM crosstab
SELECT point(1, 2) <-> point(3, 4), a <@ b, box(a), circle(point(0,0), 1) @> p, area(box(a)) FROM t
SELECT * FROM ROWS FROM (generate_series(1, 3), generate_series(1, 2)) AS x(a, b)
SELECT trim(BOTH 'x' FROM a), trim(LEADING FROM a), substring(a from 2 for 3), substring(a for 3), position(a in b), extract('year' from c), normalize(a), collation_for FROM t
SELECT num_nonnulls(a, b), num_nulls(a, b), jsonb_path_exists(data, '$.a ? (@ > 1)'), string_to_array('a,b', ','), bit_count(a), scale(a), factorial(5), lcm(2, 3), erf(a) FROM t
SELECT cast(a as date) - cast(b as date), a::date - 30, (a || ' days')::interval, (b::text || ' days')::interval + now() FROM t
SELECT strftime('%Y', a), iif(a > 1, 1, 0), ifnull(a, 0), instr(a, 'x'), group_concat(a), julianday(a), printf('%d', a), total(a), datetime('now') FROM t
SELECT year(a), month(a), datediff(a, b), date_format(a, '%Y'), isnull(a), nvl(a, 0), len(a), getdate(), if(a, 1, 2), dateadd(a, 1), substr(a, 1, 2), char_length(a), curdate(), rand(), truncate(a, 2), log10(a), unix_timestamp(a), from_unixtime(a), lcase(a), ucase(a), space(3), locate('x', a), str_to_date(a, '%Y') FROM t
--# textbooks, benchmarks and models, written against the guard
SELECT date_trunc('month', created_at)::date AS month, count(*) FROM orders WHERE created_at >= now() - interval '1 year' GROUP BY 1 ORDER BY 1
SELECT to_char(d, 'YYYY-MM') FROM t
SELECT a::int, b::numeric(10,2), c::text[], d::timestamptz AT TIME ZONE 'UTC' FROM t
SELECT extract(epoch FROM (b - a)) / 3600 AS hours FROM t
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount) FROM t
SELECT percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY amount) FROM t
SELECT DISTINCT ON (customer_id) * FROM orders ORDER BY customer_id, created_at DESC
SELECT generate_series(1, 10)
SELECT d::date FROM generate_series('2024-01-01'::date, '2024-12-31'::date, '1 day'::interval) AS d
SELECT d.day, COALESCE(SUM(o.x), 0) FROM generate_series(date '2024-01-01', date '2024-01-31', interval '1 day') AS d(day) LEFT JOIN orders o ON o.created_at::date = d.day GROUP BY d.day
SELECT * FROM t, LATERAL (SELECT * FROM u WHERE u.tid = t.id ORDER BY u.x DESC LIMIT 3) s
SELECT * FROM t LEFT JOIN LATERAL (SELECT 1 AS one) x ON true
SELECT tags @> ARRAY['x'], 'a' = ANY(tags), tags && ARRAY['a','b'] FROM t
SELECT data->>'name', data#>>'{a,b}', data->'x'->>0, data ? 'k', data @> '{"a":1}'::jsonb FROM t
SELECT jsonb_array_elements(data->'items')->>'sku' FROM t
SELECT x.value->>'a' FROM t CROSS JOIN LATERAL jsonb_array_elements(t.data) AS x(value)
SELECT k, v FROM t, jsonb_each_text(t.data) AS e(k, v)
SELECT string_agg(DISTINCT name, ', ' ORDER BY name) FROM t
SELECT (array_agg(a ORDER BY b))[1] FROM t
SELECT name ILIKE '%x%', name ~* '^a', name !~ 'b', name SIMILAR TO '(a|b)%' FROM t
SELECT a, b, sum(c) FROM t GROUP BY ROLLUP (a, b)
SELECT a, b, sum(c) FROM t GROUP BY GROUPING SETS ((a), (b), ())
SELECT a, GROUPING(a) FROM t GROUP BY CUBE (a, b)
SELECT * FROM t FETCH FIRST 5 ROWS ONLY
SELECT * FROM t OFFSET 5 ROWS FETCH NEXT 10 ROWS ONLY
SELECT COUNT(*) FILTER (WHERE status = 'paid')::float / COUNT(*) FROM t
SELECT age(birth), extract(year FROM age(birth)) FROM t
SELECT current_date - interval '30 days', CURRENT_TIMESTAMP, localtime, now()::date - 7
SELECT make_interval(days => 10), interval '1' day, interval '2 hours 3 minutes'
SELECT regexp_replace(phone, '[^0-9]', '', 'g'), split_part(email, '@', 2), initcap(name) FROM t
SELECT (now() AT TIME ZONE 'Europe/Berlin')::date
SELECT width_bucket(x, 0, 100, 10) AS bucket, count(*) FROM t GROUP BY bucket
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v(id, name)
SELECT * FROM unnest(ARRAY[1,2,3]) WITH ORDINALITY AS u(x, n)
SELECT a IS NOT DISTINCT FROM b FROM t
SELECT bool_and(x), bool_or(y), every(z) FROM t
SELECT corr(a, b), regr_slope(a, b), stddev_samp(a), var_pop(a), mode() WITHIN GROUP (ORDER BY a) FROM t
SELECT EXTRACT(DOW FROM d), EXTRACT(ISODOW FROM d), date_part('week', d) FROM t
SELECT sum(x) OVER (ORDER BY d RANGE BETWEEN INTERVAL '7 days' PRECEDING AND CURRENT ROW) FROM t
SELECT CASE WHEN x THEN 'y' END AS "Is It?" FROM "My Table" WHERE "Weird ""Q""x" = 1
SELECT row_to_json(r) FROM (SELECT a, b FROM t) r
SELECT jsonb_build_object('a', a, 'b', jsonb_agg(b)) FROM t GROUP BY a
SELECT encode(sha256(email::bytea), 'hex') FROM t
SELECT greatest(a, b), least(a, b), round(a::numeric, 2), trunc(a), ceil(a), floor(a), mod(a, 2) FROM t
SELECT position('x' in a), overlay(a placing 'x' from 2 for 1), substring(a from 2 for 3), substring(a from '[0-9]+'), trim(both ' ' from a) FROM t
SELECT to_timestamp(1700000000), to_date('2024-01-01', 'YYYY-MM-DD'), to_number('12,454.8', '99G999D9')
SELECT TO_CHAR(amount, 'FM999,999,990.00') FROM t
SELECT (a, b) OVERLAPS (c, d) FROM t
SELECT daterange(a, b) @> CURRENT_DATE FROM t
SELECT to_tsvector('english', body) @@ plainto_tsquery('english', 'cats') FROM t
SELECT a FROM t WHERE a = ALL (ARRAY[1,2]) OR b <> ALL ('{1,2}'::int[])
SELECT a FROM t ORDER BY b DESC NULLS LAST, c ASC NULLS FIRST
SELECT sum(1) AS "select" FROM public.orders AS o
SELECT * FROM "public"."orders"
SELECT json_array_length(data) FROM t
SELECT a::varchar(10) COLLATE "C" FROM t
WITH t AS MATERIALIZED (SELECT 1 a) SELECT * FROM t
SELECT avg(x)::numeric(10,2), sum(x)::money, pi()::real, 'a'::char, '{}'::json FROM t
SELECT ARRAY(SELECT a FROM t ORDER BY 1), ARRAY[1,2] || 3, cardinality(b) FROM t
SELECT TIMESTAMP '2024-01-01 00:00:00', DATE '2024-01-01', TIME '10:00'
SELECT a FROM t TABLESAMPLE SYSTEM (10) REPEATABLE (1)
SELECT unnest(string_to_array(tags, ',')) AS tag, count(*) FROM t GROUP BY tag
SELECT x IS TRUE, x IS NOT FALSE, x IS UNKNOWN FROM t
SELECT date '2024-01-31' + 1, now() - created_at > interval '1 hour' FROM t
SELECT LEFT(a, 3), RIGHT(a, 2), repeat('*', 5), lpad(id::text, 8, '0'), reverse(a), md5(a), concat_ws(' ', a, b), format('%s-%s', a, b), chr(65), ascii('a') FROM t
SELECT INTERVAL '1-2' YEAR TO MONTH
SELECT d_week_seq, sum(case when (d_day_name='Sunday') then sales_price else null end) sun_sales FROM (select ws_sold_date_sk sold_date_sk, ws_ext_sales_price sales_price from web_sales union all select cs_sold_date_sk, cs_ext_sales_price from catalog_sales) x, date_dim where d_date_sk = sold_date_sk group by d_week_seq
select * from date_dim where d_date between cast('1999-02-22' as date) and (cast('1999-02-22' as date) + interval '30' day)
select * from date_dim where d_date between cast('1999-02-22' as date) and (cast('1999-02-22' as date) + 30)
select * from date_dim where d_date >= date '1995-01-01' and d_date < date '1995-01-01' + interval '3' month
select avg(ss_quantity), stddev_samp(ss_quantity)/avg(ss_quantity) as cov, grouping(i_category)+grouping(i_class) as lochierarchy, rank() over (partition by grouping(i_category)+grouping(i_class), case when grouping(i_class) = 0 then i_category end order by sum(ss_net_profit)/sum(ss_ext_sales_price) asc) from store_sales, item group by rollup(i_category,i_class) order by lochierarchy desc, case when lochierarchy = 0 then i_category end limit 100
select substr(r_reason_desc,1,20), avg(ws_quantity) from web_sales, reason where (cd1.cd_marital_status = 'M' and ws_sales_price between 100.00 and 150.00) or (ca_state in ('IN','OH','NJ')) group by r_reason_desc
with inv as (select w_warehouse_name, stdev, mean, case mean when 0 then null else stdev/mean end cov from (select w_warehouse_name, stddev_samp(inv_quantity_on_hand) stdev, avg(inv_quantity_on_hand) mean from inventory, warehouse group by w_warehouse_name) foo where case mean when 0 then 0 else stdev/mean end > 1) select inv1.w_warehouse_name from inv inv1, inv inv2 where inv1.mean = inv2.mean
select count(*) from ((select distinct c_last_name from store_sales, customer) intersect (select distinct c_last_name from catalog_sales, customer) except (select distinct c_last_name from web_sales)) cool_cust
select case when pmc=0 then null else cast(amc as decimal(15,4))/cast(pmc as decimal(15,4)) end am_pm_ratio from (select count(*) amc from web_sales) at, (select count(*) pmc from web_sales) pt
