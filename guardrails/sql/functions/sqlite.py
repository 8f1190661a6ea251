"""The SQLite functions a query may call. Lists names only; nothing that loads, opens, reads or writes."""

from guardrails.sql.functions.common import COMMON, FOREIGN, words

SQLITE = (
    COMMON
    | FOREIGN
    | words(
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
    )
)

SQLITE_TABLE = words("json_each json_tree jsonb_each jsonb_tree generate_series")
