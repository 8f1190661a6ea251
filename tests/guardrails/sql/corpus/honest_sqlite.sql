--# shapes that text-to-SQL benchmarks and models write
SELECT T1.name FROM singer AS T1 WHERE T1.age > 20
SELECT count(*) FROM singer
select COUNT ( * ) from singer where country = "France"
SELECT DISTINCT country FROM singer WHERE age > 20;
SELECT song_name FROM singer WHERE age > (SELECT avg(age) FROM singer)
SELECT T2.name, count(*) FROM concert AS T1 JOIN stadium AS T2 ON T1.stadium_id = T2.stadium_id GROUP BY T1.stadium_id
SELECT name FROM stadium WHERE stadium_id NOT IN (SELECT stadium_id FROM concert)
SELECT country FROM singer WHERE age > 40 INTERSECT SELECT country FROM singer WHERE age < 30
SELECT name FROM stadium EXCEPT SELECT T2.name FROM concert AS T1 JOIN stadium AS T2 ON T1.stadium_id = T2.stadium_id WHERE T1.year = 2014
SELECT t1.name, t1.capacity FROM stadium AS t1 JOIN concert AS t2 ON t1.stadium_id = t2.stadium_id WHERE t2.year >= 2014 GROUP BY t2.stadium_id ORDER BY count(*) DESC LIMIT 1
SELECT max(weight), petType FROM pets GROUP BY petType
SELECT avg(Percentage), LANGUAGE FROM countrylanguage WHERE LANGUAGE = "Spanish" GROUP BY CountryCode
SELECT T1.Fname, T1.Sex FROM student AS T1 WHERE T1.StuID IN (SELECT T2.StuID FROM has_pet AS T2 GROUP BY T2.StuID HAVING COUNT(*) > 1)
SELECT Id FROM cars_data ORDER BY Horsepower ASC LIMIT 1 ;
SELECT DISTINCT T1.Model FROM MODEL_LIST AS T1 JOIN CAR_NAMES AS T2 ON T1.Model = T2.Model JOIN CARS_DATA AS T3 ON T2.MakeId = T3.Id WHERE T3.Weight < (SELECT avg(Weight) FROM CARS_DATA)
SELECT T1.Year FROM CARS_DATA AS T1 WHERE T1.Year BETWEEN 1975 AND 1980
SELECT rank FROM player
SELECT T1.rank, T2.order, T1.date FROM a AS T1 JOIN b AS T2 ON T1.id = T2.id
SELECT `order`, `group`, `select` FROM `table`
SELECT [order], [group by], [date of birth] FROM [user table]
SELECT "order", "group", "First Name" FROM "order"
SELECT date, year, month, day, time, timestamp, value, key, name, type, status, level, position, count, number, text, data, language, match, cast, rank, row, rows, first, last, language, zone FROM t
SELECT T1.date, T1.year, T1.match, T1.cast, T1.rank, T1.row, T1.key, T1.values, T1.filter, T1.left, T1.right, T1.end FROM t AS T1
SELECT end, begin, start, stop, owner, role, schema, view, trigger FROM t
SELECT * FROM match
SELECT T2.home FROM match AS T1 JOIN Match AS T2 ON T1.id = T2.id WHERE T1.season = '2009/2010'
SELECT count(*) FROM Match WHERE league_id = 1729
SELECT T1.home_player_1 FROM Match T1, League T2 WHERE T1.league_id = T2.id
SELECT a.name FROM actor AS a , cast AS c WHERE c.aid = a.aid
SELECT DISTINCT ACTORalias0.NAME FROM ACTOR AS ACTORalias0 , CAST AS CASTalias0 , MOVIE AS MOVIEalias0 WHERE CASTalias0.AID = ACTORalias0.AID AND MOVIEalias0.MID = CASTalias0.MSID AND MOVIEalias0.TITLE = "x" ;
SELECT * FROM user
SELECT * FROM `user` WHERE `user`.id = 3
SELECT users.name FROM users
SELECT t.state, t.index FROM transactions t
SELECT Ref_Document_Types.code FROM Ref_Document_Types
SELECT T1.transcript_date FROM Transcripts AS T1 ORDER BY T1.transcript_date DESC LIMIT 1
SELECT sets.name FROM sets JOIN cards ON cards.setCode = sets.code
SELECT T1.`T-CHO`, T1.`GOT`, T1.`U-PRO`, T1.`aCL IgG` FROM Laboratory AS T1
SELECT `2013 CDSCode` FROM frpm
SELECT `Percent (%) Eligible Free (K-12)` FROM frpm WHERE `Charter School (Y/N)` = 1
SELECT CAST(`Free Meal Count (Ages 5-17)` AS REAL) / `Enrollment (Ages 5-17)` FROM frpm WHERE `Educational Option Type` = 'Continuation School' AND `Free Meal Count (Ages 5-17)` / `Enrollment (Ages 5-17)` IS NOT NULL ORDER BY `Free Meal Count (Ages 5-17)` / `Enrollment (Ages 5-17)` ASC LIMIT 3
SELECT T2.`MailStreet` FROM frpm AS T1 INNER JOIN schools AS T2 ON T1.CDSCode = T2.CDSCode WHERE T2.GSoffered = 'K-12' ORDER BY T1."FRPM Count (K-12)" DESC LIMIT 1
SELECT T1.'School Name' FROM frpm AS T1
SELECT 'School Name' FROM frpm
SELECT COUNT(*) AS 'number of schools' FROM frpm
SELECT COUNT(*) 'n' FROM frpm
SELECT COUNT(*) "number of schools" FROM frpm
SELECT COUNT(*) n FROM frpm
SELECT COUNT(*) AS "%" FROM frpm
SELECT COUNT(*) AS `Größe (m²)` FROM frpm
SELECT "Größe", naïve FROM "straße"
SELECT name FROM kunden WHERE stadt = 'Zürich' OR stadt = '東京'
SELECT * FROM t WHERE name = 'O''Neil' AND x = ''
SELECT * FROM t WHERE name = "O'Neil"
SELECT * FROM t WHERE name = "it is ""quoted"""
SELECT * FROM t WHERE name = ""
SELECT * FROM t WHERE name LIKE '%it''s%'
SELECT * FROM t WHERE name LIKE "%x%" AND name NOT LIKE "y%" OR name LIKE '%\_%' ESCAPE '\'
SELECT 'a' = name FROM t
SELECT 'x' LIKE 'X', 3 BETWEEN 1 AND 5, 1 IN (1, 2), NULL IS NULL
SELECT SUM(T1.gender = 'F') * 100.0 / COUNT(*) FROM client AS T1
SELECT SUM(CASE WHEN T1.gender = 'F' THEN 1 ELSE 0 END) * 100.0 / (SELECT COUNT(*) FROM client) FROM client AS T1
SELECT CAST(COUNT(CASE WHEN a = '+' THEN id ELSE NULL END) AS REAL) * 100 / COUNT(id) FROM t
SELECT CAST(SUM(IIF(STRFTIME('%Y', birthday) < '1980', 1, 0)) AS REAL) * 100 / COUNT(*) FROM patient
SELECT SUM(IIF(a = 'x', 1, 0)) - SUM(IIF(a = 'y', 1, 0)) FROM t
SELECT IIF(SUM(a) > SUM(b), 'a', 'b') FROM t
SELECT (SELECT COUNT(*) FROM a) - (SELECT COUNT(*) FROM b)
SELECT (SELECT COUNT(*) FROM a WHERE x = 1) * 1.0 / (SELECT COUNT(*) FROM a) AS ratio
SELECT AVG(x), (SELECT name FROM t ORDER BY x LIMIT 1) FROM t
SELECT CASE WHEN COUNT(*) > 0 THEN 'YES' ELSE 'NO' END AS result FROM t WHERE a = 1
SELECT EXISTS (SELECT 1 FROM t WHERE a = 1)
SELECT NOT EXISTS (SELECT 1 FROM t WHERE a = 1)
SELECT DISTINCT(T1.name), T1.x FROM t AS T1
SELECT COUNT(DISTINCT T1.name) FROM t AS T1
SELECT COUNT(DISTINCT CASE WHEN x > 1 THEN y END) FROM t
SELECT MAX(COUNT(*)) OVER () FROM t GROUP BY a
SELECT (T1.a + T1.b) / 2.0 FROM t AS T1
SELECT ((T1.a)) FROM ((t)) AS T1
SELECT * FROM (SELECT * FROM (SELECT * FROM t))
SELECT * FROM (t)
SELECT * FROM (t JOIN u ON t.id = u.id)
SELECT * FROM (t JOIN u ON t.id = u.id) JOIN v ON v.id = u.id
SELECT * FROM a, b, c WHERE a.id = b.id AND b.id = c.id
SELECT * FROM a, b
SELECT count(*) FROM a, b, c
SELECT a.x FROM a, b, c, d, e WHERE a.id = b.id
SELECT * FROM a JOIN b
SELECT T1.x FROM a AS T1 JOIN b AS T2 JOIN c AS T3 ON T1.id = T2.id AND T2.id = T3.id
SELECT T1.x FROM a AS T1 INNER JOIN b AS T2 INNER JOIN c AS T3 WHERE T1.id = T2.id AND T2.id = T3.id
SELECT * FROM a NATURAL JOIN b
SELECT * FROM a NATURAL LEFT JOIN b
SELECT * FROM a CROSS JOIN b
SELECT * FROM a LEFT OUTER JOIN b USING (id)
SELECT * FROM a FULL OUTER JOIN b ON a.id = b.id
SELECT * FROM a RIGHT JOIN b ON a.id = b.id
SELECT a.* FROM a
SELECT a.*, b.x FROM a JOIN b ON a.id = b.id
SELECT COUNT(a.id) FROM a HAVING COUNT(a.id) > 3
SELECT a FROM t HAVING a > 3
SELECT a, COUNT(*) FROM t GROUP BY 1 ORDER BY 2 DESC
SELECT a, COUNT(*) AS c FROM t GROUP BY a HAVING c > 2 ORDER BY c
SELECT a FROM t GROUP BY a ORDER BY COUNT(*) DESC, MAX(b) ASC LIMIT 3
SELECT a FROM t ORDER BY CASE WHEN b = 'x' THEN 0 ELSE 1 END, a
SELECT a FROM t ORDER BY a COLLATE NOCASE DESC
SELECT a FROM t WHERE a = 'x' COLLATE NOCASE
SELECT a FROM t ORDER BY RANDOM()
SELECT a FROM t LIMIT 3, 5
SELECT a FROM t LIMIT 5 OFFSET 3
SELECT a FROM t LIMIT -1
SELECT a FROM t LIMIT (SELECT COUNT(*) / 10 FROM t)
SELECT a FROM t LIMIT 1 + 1
SELECT a FROM t ORDER BY a LIMIT 9, 1
SELECT STRFTIME('%Y', CURRENT_TIMESTAMP) - STRFTIME('%Y', birthday) FROM p
SELECT strftime('%Y-%m', d, 'start of month', '+1 month', '-1 day') FROM t
SELECT CAST(strftime('%J', 'now') - strftime('%J', d) AS INTEGER) FROM t
SELECT date('now'), date('now', 'localtime'), date('now', '-1 year'), datetime(d, 'unixepoch'), time(d), date(d, '+1 day', 'weekday 0') FROM t
SELECT JULIANDAY('now') - JULIANDAY(d), julianday(a) > julianday(b) FROM t
SELECT * FROM t WHERE DATE(d) = DATE('now') AND strftime('%w', d) IN ('0', '6')
SELECT * FROM t WHERE d LIKE '2012-01%' AND SUBSTR(d, 1, 4) = '2012' AND SUBSTRING(d, 6, 2) = '01'
SELECT SUBSTR(name, -3), SUBSTR(name, INSTR(name, ' ') + 1), substr(a, 2) FROM t
SELECT CAST(SUBSTR(T2.lap, 1, INSTR(T2.lap, ':') - 1) AS INTEGER) * 60 + CAST(SUBSTR(T2.lap, INSTR(T2.lap, ':') + 1) AS REAL) FROM t AS T2
SELECT TRIM(a), LTRIM(a, '0'), RTRIM(a, '.'), UPPER(a), lower(a), LENGTH(a), REPLACE(a, '$', '') FROM t
SELECT a || ', ' || b AS full_name FROM t
SELECT a||b FROM t WHERE a||' '||b = 'x y'
SELECT GROUP_CONCAT(a), GROUP_CONCAT(a, ';'), GROUP_CONCAT(DISTINCT a) FROM t
SELECT group_concat(a ORDER BY b), string_agg(a, ',') FROM t
SELECT TOTAL(a), AVG(DISTINCT a), SUM(DISTINCT a), MIN(a), MAX(a), COUNT(a) FROM t
SELECT ROUND(a, 2), ROUND(a), ABS(a), CEIL(a), FLOOR(a), SQRT(a), POWER(a, 2), POW(a, 2), MOD(a, 2), a % 2, LOG(a), LN(a), EXP(a), SIGN(a), PI() FROM t
SELECT a / b, a * 1.0 / b, 100 * a / b, -a, +a, a - -1, ~a, a & 1, a | 2, a << 1, a >> 1 FROM t
SELECT PRINTF('%.2f%%', a), printf('%d items', b), PRINTF("%.2f", a), FORMAT('%05d', a), printf('%,d', a), printf('%s-%s', a, b) FROM t
SELECT CAST(a AS REAL), CAST(a AS INTEGER), CAST(a AS INT), CAST(a AS FLOAT), CAST(a AS TEXT), CAST(a AS DOUBLE), CAST(a AS DECIMAL(10,2)), CAST(a AS NUMERIC), CAST(a AS VARCHAR(10)), CAST(a AS CHAR), CAST(a AS DATE), CAST(a AS BIGINT), CAST(a AS UNSIGNED), CAST(a AS STRING), CAST(a AS DATETIME), CAST(a AS BLOB), CAST(a AS BOOLEAN), CAST(a AS LONG), CAST(a AS DOUBLE PRECISION), CAST(a AS SIGNED) FROM t
SELECT a FROM t WHERE a IS 1 AND b IS NOT 'x' AND c IS NOT DISTINCT FROM 3 AND d ISNULL AND e NOTNULL AND f NOT NULL
SELECT a FROM t WHERE a == 'x' AND b != 1 AND c <> 2 AND NOT d = 3
SELECT a FROM t WHERE a GLOB '*x*' AND b NOT GLOB '[0-9]*'
SELECT a FROM t WHERE a REGEXP '^[0-9]+$'
SELECT a FROM t WHERE a IN ('x') AND b IN () AND c NOT IN (1, 2, 3)
SELECT a FROM t WHERE (a, b) IN (SELECT a, MAX(b) FROM t GROUP BY a)
SELECT a FROM t WHERE (a, b) = (1, 2)
SELECT a FROM t WHERE a > 0.5 AND b < 1e10 AND c = 0x1F AND d = x'00FF' AND e = .5 AND f = 5.
SELECT a FROM t WHERE a = TRUE OR b = FALSE OR c IS TRUE OR d IS NOT FALSE
SELECT a FROM t WHERE a = 1 AND 1 = 1 OR 1 = 0
SELECT a FROM t WHERE a BETWEEN (SELECT MIN(x) FROM u) AND (SELECT MAX(x) FROM u)
SELECT a FROM t WHERE a NOT BETWEEN 1 AND 2 AND NOT (b BETWEEN 3 AND 4)
SELECT a FROM t WHERE EXISTS (SELECT * FROM u WHERE u.id = t.id) AND NOT EXISTS (SELECT NULL FROM v)
SELECT a FROM t WHERE a = (SELECT MAX(a) FROM t AS t2 WHERE t2.g = t.g)
SELECT a FROM t WHERE LOWER(a) = LOWER('X') OR UPPER(b) LIKE UPPER('%y%')
SELECT a FROM t WHERE INSTR(a, 'x') > 0 OR LIKE('%x%', a)
SELECT COALESCE(a, 0), IFNULL(a, 0), NULLIF(a, 0) FROM t
SELECT a, ROW_NUMBER() OVER (ORDER BY b DESC) AS rn, RANK() OVER (PARTITION BY c ORDER BY SUM(d) DESC), DENSE_RANK() OVER (ORDER BY a), NTILE(4) OVER (ORDER BY a), PERCENT_RANK() OVER (ORDER BY a), CUME_DIST() OVER (ORDER BY a) FROM t GROUP BY a
SELECT a, LAG(a) OVER (ORDER BY b), LEAD(a, 1) OVER (ORDER BY b), FIRST_VALUE(a) OVER (PARTITION BY b ORDER BY c), LAST_VALUE(a) OVER (ORDER BY b ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING), NTH_VALUE(a, 2) OVER (ORDER BY b) FROM t
SELECT a, SUM(b) OVER (ORDER BY c ROWS BETWEEN 2 PRECEDING AND CURRENT ROW), AVG(b) OVER (ORDER BY c RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW), SUM(b) OVER (ORDER BY c GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW), COUNT(*) OVER () FROM t
SELECT a, SUM(b) OVER win FROM t WINDOW win AS (PARTITION BY c ORDER BY d)
SELECT COUNT(*) FILTER (WHERE a > 1) * 1.0 / COUNT(*) FROM t
WITH a AS (SELECT * FROM t), b AS (SELECT * FROM a), c AS (SELECT * FROM b) SELECT * FROM c UNION ALL SELECT * FROM b ORDER BY 1
WITH ranked AS (SELECT name, RANK() OVER (ORDER BY x DESC) AS rnk FROM t) SELECT name FROM ranked WHERE rnk <= 3
WITH RECURSIVE dates(d) AS (SELECT '2020-01-01' UNION ALL SELECT date(d, '+1 day') FROM dates WHERE d < '2020-12-31') SELECT d FROM dates
WITH RECURSIVE split(x, rest) AS (SELECT '', names || ',' FROM t UNION ALL SELECT substr(rest, 1, instr(rest, ',') - 1), substr(rest, instr(rest, ',') + 1) FROM split WHERE rest <> '') SELECT x FROM split WHERE x <> ''
WITH RECURSIVE cnt AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM cnt WHERE n < (SELECT MAX(x) FROM t)) SELECT n FROM cnt
WITH RECURSIVE anc AS (SELECT id, parent FROM t WHERE id = 1 UNION SELECT t.id, t.parent FROM t JOIN anc ON t.id = anc.parent) SELECT * FROM anc
WITH RECURSIVE anc(id) AS (SELECT 5 UNION SELECT t.parent FROM t, anc WHERE t.id = anc.id) SELECT id FROM anc
WITH cte(a, b) AS (SELECT 1, 2) SELECT a + b FROM cte
SELECT a FROM t UNION SELECT b FROM u UNION ALL SELECT c FROM v
SELECT * FROM (SELECT a FROM t ORDER BY a LIMIT 1) UNION ALL SELECT * FROM (SELECT a FROM t ORDER BY a DESC LIMIT 1)
SELECT a FROM t UNION ALL SELECT b FROM u ORDER BY a LIMIT 5
SELECT AVG(c) FROM (SELECT COUNT(*) AS c FROM t GROUP BY a)
SELECT AVG(c) FROM (SELECT COUNT(*) AS c FROM t GROUP BY a) AS sub, u
SELECT json_extract(a, '$.b.c'), a -> '$.b', a ->> 'b', json_array_length(a), json_type(a, '$.x') FROM t
SELECT key, value, json_extract(value, '$.x') FROM t, json_each(t.data)
SELECT j.value FROM t, json_each('["' || replace(t.a, ',', '","') || '"]') AS j
SELECT value FROM json_each('[1,2,3]')
SELECT x.fullkey FROM t, json_tree(t.data) AS x WHERE x.type = 'integer'
SELECT typeof(a), quote(a), hex(a), unicode(a), char(65, 66), soundex(a), likely(a), last_value(a) OVER () FROM t
-- how many singers are there?\nSELECT count(*) FROM singer
/* the answer */ SELECT count(*) FROM singer /* done */
SELECT count(*) FROM singer -- counts
SELECT count(*) FROM singer;;
SELECT count(*) FROM singer; -- counts
SELECT count(*) FROM singer ; /* end */
SELECT\n\tcount(*)\nFROM\n\tsinger\nWHERE\n\tage > 3\n;
SeLeCt CoUnT(*) FrOm SiNgEr
(SELECT a FROM t)
SELECT 1
SELECT 1 AS one, 'x' AS two WHERE 1 = 1
SELECT NULL
SELECT CURRENT_DATE, CURRENT_TIME, CURRENT_TIMESTAMP
SELECT main.t.a FROM main.t
SELECT t.rowid, _rowid_, oid FROM t
SELECT DISTINCT * FROM t
SELECT ALL a FROM t
SELECT a AS select_ FROM t
SELECT a AS "select" FROM t
SELECT a AS 'b c', d AS [e f], g AS `h i` FROM t
SELECT a b, c d FROM t e
SELECT count(*) count, sum(a) sum, max(a) max, avg(a) avg FROM t
SELECT a AS date, b AS year, c AS rank, d AS count, e AS value, f AS name FROM t
SELECT a AS percentage FROM t ORDER BY percentage DESC
SELECT MAX(a, b), MIN(a, b, c) FROM t
SELECT T1.a FROM t T1 WHERE T1.a NOT NULL
SELECT * FROM t WHERE a LIKE '%\%%' ESCAPE '\'
SELECT * FROM t WHERE a = 'c:\temp\x' OR a = '\n' OR b = '\\'
SELECT * FROM t WHERE a = '$1' OR b = ':x' OR c = '@y' OR d = '?' OR e = '#' OR f = '--' OR g = '/*' OR h = ';'
SELECT "T1"."a" FROM "t" "T1"
SELECT t."a b" FROM t
SELECT * FROM "t-1" WHERE "x.y" = 1
SELECT `a``b` FROM t
SELECT STRFTIME("%Y", d) FROM t WHERE d > "2010-01-01"
SELECT a FROM t WHERE b = 'x' AND (c = 1 OR (d = 2 AND (e = 3 OR f = 4)))
SELECT a FROM t WHERE ((((((((a = 1))))))))
SELECT * FROM t AS T1 LEFT JOIN u AS T2 ON T1.id = T2.id AND T2.x = 'y' WHERE T2.id IS NULL
SELECT T1.a FROM t AS T1 INNER JOIN (SELECT id, MAX(x) AS m FROM u GROUP BY id) AS T2 ON T1.id = T2.id AND T1.x = T2.m
SELECT COUNT(*) FROM (SELECT DISTINCT a, b FROM t)
SELECT a, b FROM t WHERE a IN (SELECT a FROM u) GROUP BY a, b HAVING COUNT(*) = (SELECT COUNT(*) FROM v)
SELECT a FROM t WHERE CAST(b AS INTEGER) = 5 AND CAST(REPLACE(c, ',', '') AS REAL) >= 1000
SELECT CAST(a AS TEXT) || '%' FROM t
SELECT ROUND(CAST(SUM(a) AS REAL) / COUNT(*) * 100, 2) || '%' FROM t
SELECT a, CASE b WHEN 1 THEN 'one' WHEN 2 THEN 'two' ELSE 'many' END AS c FROM t
SELECT CASE WHEN a > 1 THEN CASE WHEN b > 1 THEN 'x' ELSE 'y' END ELSE 'z' END FROM t
SELECT SUM(CASE WHEN a THEN 1 END) FROM t
SELECT COUNT(a = 1 OR NULL) FROM t
SELECT strftime('%s', 'now') - strftime('%s', a), unixepoch(a), strftime('%H:%M:%S', a) FROM t
SELECT a FROM t WHERE a > date('now', 'start of year') AND a <= datetime('now', '-7 days', 'localtime')
SELECT likelihood(a, 0.5) FROM t
SELECT a FROM t INDEXED BY idx WHERE a = 1
SELECT a FROM t NOT INDEXED WHERE a = 1
SELECT median(a), stdev(a), variance(a) FROM t
SELECT a FROM t1 JOIN t2 ON t1.x = t2.x AND t1.y = t2.y OR t1.z IS t2.z
SELECT sum(T1.a) FROM t AS T1 JOIN u AS T2 ON T1.id == T2.id WHERE T2.name == "x"
SELECT a FROM t WHERE date >= '2019-01-01' AND date < '2020-01-01'
SELECT T1.date FROM t AS T1 WHERE T1.date BETWEEN '2019-01-01' AND '2019-12-31' GROUP BY T1.date
SELECT year FROM t WHERE year > 2000 GROUP BY year
SELECT month(d) FROM t
SELECT a FROM t WHERE b = 'x' LIMIT 1 ;
SELECT * FROM (VALUES (1, 2), (3, 4))
SELECT column1 FROM (VALUES (1), (2)) AS v
SELECT a FROM t ORDER BY b NULLS FIRST
SELECT a FROM t ORDER BY 1 DESC, 2
SELECT a IS NULL, b IS NOT NULL, a > b, a = b AND c FROM t
SELECT a -> '$[0]', a ->> '$."x y"' FROM t
SELECT DISTINCT T1.a, T2.b FROM t AS T1, u AS T2 WHERE T1.id = T2.id AND T1.x = "y" AND T2.z LIKE "%w%";
SELECT (julianday('now') - julianday(a)) / 365.25 AS age FROM t
SELECT t1.a, (SELECT COUNT(*) FROM u WHERE u.x > t1.x) + 1 AS rank FROM t t1
SELECT RANK () OVER (ORDER BY a) rank FROM t
SELECT AVG(T2.a) , T1.b FROM t AS T1 JOIN u AS T2 ON T1.id = T2.id GROUP BY T1.b
SELECT SUM(a) / SUM(b) * 100 AS "rate%" FROM t
SELECT a AS x, x + 1 FROM t
SELECT Count(*) AS Total FROM t AS t WHERE t.t = 't'
SELECT name FROM country WHERE continent = "Europe" AND population = "80000"
SELECT T1.Official_Name FROM city AS T1 WHERE T1.Status = "Town" OR T1.Status = "Village"
SELECT max(T1.share), min(T1.share) FROM performance AS T1 WHERE T1.TYPE != "Live final"
SELECT LOCATION FROM cinema EXCEPT SELECT T1.location FROM cinema AS T1 JOIN schedule AS T2 ON T1.cinema_id = T2.cinema_id
SELECT zip_code, avg(mean_temperature_f) FROM weather WHERE date LIKE "8/%" GROUP BY zip_code ORDER BY avg(mean_temperature_f) DESC LIMIT 3
SELECT T1.id, T1.lat - T2.lat FROM a AS T1, b AS T2 WHERE ABS(T1.lat - T2.lat) < 0.5
SELECT PERCENTILE(a, 50), json_group_array(a), json_group_object(a, b), json_object('a', 1), json_array(1, 2) FROM t
SELECT CONCAT(a, ' ', b), concat_ws(',', a, b) FROM t
SELECT DATE(SUBSTR(a, 7, 4) || '-' || SUBSTR(a, 1, 2) || '-' || SUBSTR(a, 4, 2)) FROM t
SELECT REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(a, 'Jan', '01'), 'Feb', '02'), 'Mar', '03'), 'Apr', '04'), 'May', '05') FROM t
SELECT REPLACE(REPLACE(REPLACE(REPLACE(a, 'M', '000000'), 'k', '000'), '$', 'USD'), 'B', '000000000') FROM t
SELECT DATETIME(a / 1000, 'unixepoch') FROM t
SELECT a FROM t WHERE SUBSTR(b, LENGTH(b), 1) = 'x' AND LENGTH(b) - LENGTH(REPLACE(b, 'a', '')) > 2
SELECT * FROM t WHERE (SELECT COUNT(*) FROM u WHERE u.tid = t.id) > 3
SELECT COUNT(*) AS cnt FROM t GROUP BY CASE WHEN a < 10 THEN '0-9' WHEN a < 20 THEN '10-19' ELSE '20+' END
SELECT a FROM t ORDER BY ABS(a - (SELECT AVG(a) FROM t)) LIMIT 1
SELECT T.a FROM (SELECT a, COUNT(*) AS n FROM t GROUP BY a) T WHERE T.n = (SELECT MAX(n) FROM (SELECT COUNT(*) AS n FROM t GROUP BY a))
SELECT a FROM t LEFT JOIN u ON t.id = u.id LEFT JOIN v ON v.id = u.id LEFT JOIN w USING (id) WHERE w.x IS NULL OR w.x <> 3
SELECT a FROM t WHERE a LIKE 'x' || '%'
SELECT lpad(a, 5, '0'), rpad(a, 5), left(a, 2), right(a, 2), reverse(a), year(b), datediff(a, b), now(), isnull(a, 0) FROM t
SELECT a FROM t FETCH FIRST 5 ROWS ONLY
SELECT EXTRACT(YEAR FROM a) FROM t
SELECT a::text FROM t
SELECT INTERVAL '1 day'
SELECT DATE_SUB(a, INTERVAL 1 DAY), DATE_ADD(a, INTERVAL 1 YEAR) FROM t
SELECT a FROM t WHERE a ILIKE 'x'
SELECT SUM(a) OVER (PARTITION BY b) * 100.0 / SUM(a) OVER () FROM t
SELECT T1.a FROM t AS T1 WHERE T1.b = 'x' AND T1.c = 'y' GROUP BY T1.a HAVING COUNT(T1.a) > 1 AND SUM(T1.d) > 100 ORDER BY T1.a DESC, COUNT(*) LIMIT 10 OFFSET 5
SELECT MIN(CAST(SUBSTR(time, 1, 1) AS INTEGER)) FROM results WHERE time IS NOT NULL
SELECT current, forward, over_time, without_x, notnull_x FROM t
SELECT temp, plan, query, like_count, key, no, of, offset FROM t
SELECT if, fail, each, database, conflict, column_name, abort, action, after, analyze, before, by_name, commit_id, desc_text FROM t
SELECT class, section, grade, percent, sample, share, share_price, function, method, condition, language, domain, format, object, map, struct, array, list FROM t
SELECT a FROM t WHERE percent > 5 AND sample = 1 AND desc IS NOT NULL
SELECT COUNT(*) FROM percent
SELECT T1.desc FROM t AS T1
SELECT T1.from, T1.to, T1.by, T1.in, T1.is FROM t AS T1
SELECT T1.percent, T1.comment, T1.interval, T1.current_date, T1.default, T1.primary, T1.check, T1.unique, T1.references, T1.table, T1.column, T1.index, T1.case, T1.when, T1.then FROM t AS T1
SELECT interval FROM t
SELECT default FROM t
SELECT "interval", "default", "case" FROM t
SELECT T1.Name FROM Comment AS T1
SELECT T1.x FROM interval AS T1
SELECT x FROM function
SELECT x FROM language WHERE language.name = 'x'
SELECT x FROM format JOIN type ON format.id = type.id
SELECT x FROM offset
SELECT x FROM role, domain, view, sequence, object, procedure, database, schema, column_t
SELECT x FROM events, event, store, storage, warehouse, version, versions, window_t, session, share, tag, stage
--# textbooks, benchmarks and models, written against the guard
SELECT CAST(COUNT(CASE WHEN T1.gender = 'M' THEN T1.id ELSE NULL END) AS REAL) * 100 / COUNT(T2.id) FROM client AS T1 INNER JOIN district AS T2 ON T1.district_id = T2.district_id WHERE STRFTIME('%Y', T1.birth) = '1996'
SELECT IIF(SUM(CASE WHEN a > 0 THEN 1 ELSE 0 END) > 0, 'YES', 'NO') FROM t
SELECT `Free Meal Count (K-12)` / `Enrollment (K-12)` FROM frpm WHERE `County Name` = 'Alameda' ORDER BY (CAST(`Free Meal Count (K-12)` AS REAL) / `Enrollment (K-12)`) DESC LIMIT 1
SELECT T2."First Date" FROM "Examination" T1 JOIN Patient AS T2 ON T1.ID = T2.ID WHERE T2.Admission = '+' AND (STRFTIME('%Y', CURRENT_TIMESTAMP) - STRFTIME('%Y', T2.Birthday)) > 50
SELECT DISTINCT T1.element FROM atom AS T1 WHERE T1.label NOT LIKE '-%'
SELECT SUBSTR(CAST(date AS TEXT), 1, INSTR(date, '-') - 1) AS y FROM races
WITH time_in_seconds AS (SELECT T1.positionOrder, CASE WHEN T1.positionOrder = 1 THEN (CAST(SUBSTR(T1.time, 1, 1) AS REAL) * 3600) + (CAST(SUBSTR(T1.time, 3, 2) AS REAL) * 60) + CAST(SUBSTR(T1.time, 6) AS REAL) ELSE CAST(SUBSTR(T1.time, 2) AS REAL) END AS time_seconds FROM results AS T1 INNER JOIN races AS T2 ON T1.raceId = T2.raceId WHERE T1.time IS NOT NULL AND T2.year = 2008), champion_time AS (SELECT time_seconds FROM time_in_seconds WHERE positionOrder = 1) SELECT (CAST((SELECT time_seconds FROM champion_time) AS REAL)) * 100
SELECT (julianday('now') - julianday(T1.hire_date)) / 365.25 FROM employees T1
SELECT date('now', 'start of month', '+1 month', '-1 day')
SELECT datetime(1092941466, 'unixepoch', 'localtime') AS d
SELECT a FROM t ORDER BY a COLLATE NOCASE DESC NULLS LAST LIMIT 5, 10
SELECT * FROM t WHERE a GLOB 'A*' AND b NOT GLOB '[0-9]*'
SELECT a, b FROM t WHERE (a, b) IN (SELECT a, MAX(b) FROM t GROUP BY a)
SELECT * FROM t WHERE (a, b) > (1, 2)
SELECT a IS NOT b, a IS b, a IS NOT NULL, a ISNULL, a NOTNULL FROM t
SELECT a IS DISTINCT FROM b FROM t
SELECT a == b, a <> b, a != b FROM t
SELECT ~a, a & b, a | b, a << 2, a >> 1, a % b FROM t
SELECT COUNT(DISTINCT a || '-' || b) FROM t
SELECT group_concat(DISTINCT name) FROM t
SELECT group_concat(name, '; ' ORDER BY name) FROM t
SELECT total(a) / count(*) FROM t
SELECT CASE a WHEN 1 THEN 'one' WHEN 2 THEN 'two' END FROM t
SELECT T1.a FROM t AS T1 LEFT OUTER JOIN u AS T2 USING (id) WHERE T2.id IS NULL
SELECT * FROM (SELECT * FROM a) LEFT JOIN (SELECT * FROM b) ON 1 = 1
SELECT * FROM ((a JOIN b ON a.id = b.id) JOIN c ON c.id = b.id)
SELECT COUNT(*) AS "Total #", SUM("Unit Price" * Quantity * (1 - Discount)) AS 'Net Sales' FROM "Order Details"
SELECT [Order Details].[Unit Price], [Order Details].Quantity FROM [Order Details] WHERE [Order Details].[OrderID] = 10248
SELECT e.FirstName || ' ' || e.LastName AS Employee, m.FirstName || ' ' || m.LastName AS Manager FROM Employees e LEFT JOIN Employees m ON e.ReportsTo = m.EmployeeID
SELECT ar.Name, COUNT(DISTINCT al.AlbumId) albums, SUM(il.UnitPrice * il.Quantity) revenue FROM Artist ar JOIN Album al ON al.ArtistId = ar.ArtistId JOIN Track t ON t.AlbumId = al.AlbumId JOIN InvoiceLine il ON il.TrackId = t.TrackId GROUP BY 1 ORDER BY revenue DESC
SELECT strftime('%Y-%m', InvoiceDate) AS month, ROUND(SUM(Total), 2) FROM Invoice GROUP BY strftime('%Y-%m', InvoiceDate) HAVING SUM(Total) > 10 ORDER BY month
SELECT Name FROM Track WHERE Milliseconds > (SELECT AVG(Milliseconds) FROM Track) AND Composer IS NOT NULL
WITH RECURSIVE sub AS (SELECT EmployeeId, ReportsTo, 0 AS lvl FROM Employee WHERE ReportsTo IS NULL UNION ALL SELECT e.EmployeeId, e.ReportsTo, s.lvl + 1 FROM Employee e JOIN sub s ON e.ReportsTo = s.EmployeeId) SELECT * FROM sub ORDER BY lvl
WITH RECURSIVE months(m) AS (SELECT date('2024-01-01') UNION ALL SELECT date(m, '+1 month') FROM months WHERE m < '2024-12-01') SELECT m FROM months
WITH RECURSIVE cnt(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM cnt LIMIT 10) SELECT x FROM cnt
WITH RECURSIVE cnt(x) AS (VALUES(1) UNION ALL SELECT x+1 FROM cnt WHERE x<100) SELECT x FROM cnt
WITH RECURSIVE fact(n, f) AS (SELECT 0, 1 UNION ALL SELECT n+1, f*(n+1) FROM fact WHERE n < 10) SELECT * FROM fact
WITH RECURSIVE dates(d) AS (SELECT MIN(order_date) FROM orders UNION ALL SELECT date(d, '+1 day') FROM dates WHERE d < (SELECT MAX(order_date) FROM orders)) SELECT d FROM dates
WITH RECURSIVE split(word, str) AS (SELECT '', 'a,b,c' || ',' UNION ALL SELECT substr(str, 0, instr(str, ',')), substr(str, instr(str, ',')+1) FROM split WHERE str != '') SELECT word FROM split WHERE word != ''
SELECT a, SUM(b) OVER (PARTITION BY a ORDER BY c ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM t
SELECT a, AVG(b) OVER (ORDER BY c RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW) FROM t
SELECT LAG(a, 1, 0) OVER w, LEAD(a) OVER w FROM t WINDOW w AS (PARTITION BY b ORDER BY c)
SELECT FIRST_VALUE(a) OVER (ORDER BY b), NTH_VALUE(a, 2) OVER (ORDER BY b), NTILE(4) OVER (ORDER BY b) FROM t
SELECT COUNT(*) FILTER (WHERE a > 1) FROM t
SELECT json_extract(data, '$.a.b[0]') FROM t WHERE json_extract(data, '$.x') = 1
SELECT data ->> '$.name', data -> 'items' FROM t
SELECT j.value FROM t, json_each(t.tags) AS j WHERE j.value LIKE 'x%'
SELECT json_each.key, json_each.value FROM t, json_each(t.data)
SELECT t.id, je.value FROM t JOIN json_each(t.arr) je ON 1
SELECT MAX(a, b, c), MIN(a, b) FROM t
SELECT typeof(a), quote(a), hex(a), length(a) FROM t
SELECT printf('%05d', id), printf('%,d', x), printf('%.2f%%', y) FROM t
SELECT ROUND(100.0 * SUM(CASE WHEN a = 'x' THEN 1 ELSE 0 END) / COUNT(*), 2) || '%' FROM t
SELECT replace(replace(replace(phone, '-', ''), ' ', ''), '(', '') FROM t
SELECT UPPER(SUBSTR(name, 1, 1)) || LOWER(SUBSTR(name, 2)) FROM t
SELECT a FROM t WHERE b LIKE '%10\%%' ESCAPE '\'
SELECT a FROM t WHERE b LIKE 'it''s %'
SELECT 'O''Brien' AS name
SELECT "name" FROM t WHERE "city" = "New York"
SELECT name FROM t WHERE city = "St. John's"
SELECT count(*) FROM t WHERE a BETWEEN '2020-01-01' AND date('2020-01-01', '+6 days')
SELECT * FROM t WHERE a IN ('x', 'y') AND NOT (b = 1 OR c = 2)
SELECT a FROM t UNION ALL SELECT b FROM u UNION SELECT c FROM v ORDER BY 1 LIMIT 3
SELECT * FROM (SELECT a FROM t ORDER BY a LIMIT 3) UNION ALL SELECT * FROM (SELECT a FROM t ORDER BY a DESC LIMIT 3)
SELECT NOT EXISTS(SELECT 1 FROM t) AS empty
SELECT a FROM t WHERE a = (SELECT MAX(a) FROM t)
SELECT 1 AS "order", 2 AS "group"
SELECT t.* , u.name FROM t, u WHERE t.uid = u.id
SELECT CAST(a AS DECIMAL(10,2)), CAST(b AS VARCHAR(20)), CAST(c AS INT), CAST(d AS NUMERIC), CAST(e AS BLOB) FROM t
SELECT 1.5e3, .5, 5., -3, +2, 1e-5
SELECT a FROM t WHERE b = TRUE AND c IS FALSE
SELECT COALESCE(a, b, 0), IFNULL(a, 0), NULLIF(a, 0) FROM t
SELECT strftime('%w', d), strftime('%s', d), strftime('%j', d), unixepoch(d) FROM t
SELECT a AS año, b AS "größe" FROM straße WHERE stadt = 'Zürich'
SELECT 名前 FROM 顧客 WHERE 都市 = '東京'
SELECT a FROM t WHERE emoji = '😀'
SELECT max(cnt) FROM (SELECT count(*) cnt FROM t GROUP BY a)
SELECT T1.name FROM a AS T1 INNER JOIN b AS T2 ON T1.id = T2.a_id AND T2.x > 3 CROSS JOIN c AS T3
SELECT DISTINCT T1.Name , T1.Population FROM country AS T1 JOIN countrylanguage AS T2 ON T1.Code = T2.CountryCode WHERE T2.Language  =  "English" AND T2.IsOfficial  =  "T"
SELECT avg(LifeExpectancy) FROM country WHERE Name NOT IN (SELECT T1.Name FROM country AS T1 JOIN countrylanguage AS T2 ON T1.Code  =  T2.CountryCode WHERE T2.Language  =  "English" AND T2.IsOfficial  =  "T")
SELECT t1.fname FROM student AS t1 JOIN has_pet AS t2 ON t1.stuid  =  t2.stuid JOIN pets AS t3 ON t3.petid  =  t2.petid WHERE t3.pettype  =  'cat' INTERSECT SELECT t1.fname FROM student AS t1
SELECT T.key FROM t AS T WHERE T.value = 1
SELECT index, text, type, status, level, position FROM t
SELECT "index", year, month, day, date, time, timestamp, name, value, user, role, language, domain, action, state FROM t
SELECT desc_text AS description, count AS n FROM t
SELECT AVG(julianday(returned) - julianday(rented)) FROM rental
SELECT first_name FROM actor GROUP BY first_name HAVING COUNT(*) = (SELECT MAX(c) FROM (SELECT COUNT(*) AS c FROM actor GROUP BY first_name))
SELECT CASE WHEN CAST(strftime('%m', d) AS INTEGER) BETWEEN 1 AND 3 THEN 'Q1' ELSE 'other' END AS q, SUM(x) FROM t GROUP BY q
SELECT rowid, * FROM t WHERE rowid = 5
SELECT likelihood(a > 1, 0.9) FROM t
SELECT SUM(a) FILTER (WHERE b = 'x') * 1.0 / NULLIF(SUM(a), 0) AS share FROM t
SELECT a FROM t WHERE a REGEXP '^[A-Z]'
SELECT * FROM t1 JOIN t2 ON t1.id = t2.id JOIN t3 ON t2.id = t3.id WHERE t1.a = 'x' -- final answer
SELECT a /* the name */ FROM t; -- done
SELECT a FROM t ; ;
SELECT changes.a FROM changes
SELECT T1.`School Name`, T1.Street, T1.`Street Abr` FROM schools AS T1 WHERE T1.`Percent (%) Eligible Free (K-12)` > 0.1
SELECT COUNT(T1.`Bond Type`) FROM bond T1 WHERE T1.bond_type = '='
SELECT T1.bond_type FROM bond AS T1 WHERE T1.bond_id = 'TR001_1_2' AND T1.label = '#'
SELECT CAST(SUM(CASE WHEN T2.currency = 'EUR' THEN 1 ELSE 0 END) AS FLOAT) / NULLIF(SUM(CASE WHEN T2.currency = 'CZK' THEN 1 ELSE 0 END), 0) FROM a T2
SELECT a FROM t ORDER BY CASE WHEN b = 'x' THEN 0 ELSE 1 END, ABS(c - 5)
SELECT ROW_NUMBER() OVER (), RANK() OVER (ORDER BY SUM(x) DESC), DENSE_RANK() OVER (PARTITION BY a ORDER BY COUNT(*) DESC) FROM t GROUP BY a
SELECT a.*, (SELECT COUNT(*) FROM b WHERE b.aid = a.id) AS n FROM a WHERE n > 2
SELECT x FROM t GROUP BY x HAVING COUNT(*) > 1 AND MIN(y) <> MAX(y)
SELECT substring(a, 2), substr(a, -3), trim(a), ltrim(a, '0'), rtrim(a, '.') FROM t
SELECT a, b FROM t LIMIT 10 OFFSET 5
SELECT 'a' || NULL || 'b'
SELECT name FROM Teams WHERE name = 'Côte d''Ivoire'
select distinct a from t where b is not null and b <> '' order by a
SELECT MIN(Price) AS "Min", MAX(Price) AS "Max", AVG(Price) "Average" FROM Products WHERE Discontinued = 0
SELECT DISTINCT FIRST_VALUE(name) OVER (PARTITION BY dept ORDER BY salary DESC) FROM emp
SELECT dept, name FROM (SELECT dept, name, ROW_NUMBER() OVER (PARTITION BY dept ORDER BY salary DESC) rn FROM emp) WHERE rn <= 3
SELECT a.name FROM emp a WHERE 3 > (SELECT COUNT(DISTINCT b.salary) FROM emp b WHERE b.salary > a.salary)
