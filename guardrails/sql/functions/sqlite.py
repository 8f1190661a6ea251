"""The SQLite functions a query may call. Lists names only; nothing that loads, opens, reads or writes."""

from guardrails.sql.functions.common import COMMON, words

SQLITE = COMMON | words(
    # core scalar functions
    "char format glob hex ifnull iif if instr like likelihood likely nullif octet_length printf quote",
    "soundex typeof unhex unicode unistr unlikely concat concat_ws substring",
    # dates
    "date time datetime julianday unixepoch strftime timediff current_date current_time current_timestamp",
    # aggregates
    "group_concat string_agg total median percentile percentile_cont percentile_disc",
    # mathematics
    "acosh asinh atanh cosh sinh tanh trunc",
    # JSON
    "json json_array json_array_length json_error_position json_extract json_group_array",
    "json_group_object json_insert json_object json_patch json_pretty json_quote json_remove json_replace",
    "json_set json_type json_valid jsonb jsonb_array jsonb_extract jsonb_group_array jsonb_group_object",
    "jsonb_insert jsonb_object jsonb_patch jsonb_remove jsonb_replace jsonb_set json_each json_tree",
    "jsonb_each jsonb_tree",
    # full text, on a table that has it
    "bm25 highlight snippet",
    # extensions that many builds and drivers carry
    "stddev variance stdev std regexp generate_series",
    # names people bring from other engines: SQLite itself says whether it knows them
    "substring_index find_in_set field std sysdate dayofmonth dayofyear week weekofyear yearweek last_day",
    "dateadd datepart datename getdate to_timestamp nvl lcase ucase mid regexp_replace regexp_like regexp_substr",
    "year month day extract date_add date_sub datediff to_days curdate now if isnull len charindex left",
    "right lpad rpad repeat reverse ascii initcap split_part date_part date_format stddev_samp stddev_pop",
    "to_char timestampdiff str_to_date strpos unix_timestamp quarter weekday hour minute second to_date",
    "row convert array_agg date_trunc dayofweek dayname monthname date_diff timestamp truncate position",
    "to_number locate",
)
"""The last group cannot do harm: none of these names is a function of SQLite's, so it runs only if a
person made it.

INVARIANT: the SQLite adapter registers no function of these names that has an effect.
"""

SQLITE_TABLE = words("json_each json_tree jsonb_each jsonb_tree generate_series")
