"""The DuckDB functions a query may call. Lists names only; no readers, no settings, no catalog, no SQL as
text.
"""

from guardrails.sql.functions.common import COMMON, FOREIGN, GEOMETRY, words

DUCKDB = (
    COMMON
    | FOREIGN
    | GEOMETRY
    | words(
        # numbers
        "acosh add asinh atanh bit_count cbrt cosh cot divide even factorial fmod gamma gcd",
        "greatest_common_divisor isfinite isinf isnan lcm least_common_multiple lgamma multiply nextafter",
        "round_even roundbankers signbit sinh subtract tanh trunc xor fdiv",
        # text
        "array_extract bar base64 bin bit_length chr contains damerau_levenshtein editdist3 ends_with format",
        "formatreadabledecimalsize formatreadablesize from_base64 from_hex hamming hash hex initcap instr",
        "jaccard jaro_similarity jaro_winkler_similarity lcase left_grapheme len length_grapheme levenshtein",
        "like_escape md5 mismatches nfc_normalize ord parse_dirname parse_filename position prefix printf",
        "regexp_escape regexp_extract regexp_extract_all regexp_full_match regexp_matches regexp_replace",
        "regexp_split_to_array regexp_split_to_table right_grapheme sha1 sha256 split split_part starts_with",
        "str_split str_split_regex string_split string_split_regex string_to_array strip_accents strlen",
        "strpos suffix substring_grapheme to_base to_base64 to_hex translate ucase unhex unicode url_decode",
        "url_encode concat_ws ascii char_length character_length octet_length encode decode overlay",
        "array_slice",
        # dates
        "age century current_date current_time current_timestamp get_current_time get_current_timestamp date",
        "date_add date_diff date_part date_sub date_trunc datediff datepart datesub datetrunc day dayname",
        "dayofmonth dayofweek dayofyear decade epoch epoch_ms epoch_ns epoch_us era extract hour isodow",
        "isoyear julian last_day localtime localtimestamp make_date make_time make_timestamp",
        "make_timestamp_ms make_timestamp_ns make_timestamptz microsecond millennium millisecond minute month",
        "monthname nanosecond now quarter second strftime strptime time_bucket timezone timezone_hour",
        "timezone_minute to_centuries to_days to_decades to_hours to_microseconds to_millennia",
        "to_milliseconds to_minutes to_months to_quarters to_seconds to_timestamp to_weeks to_years today",
        "transaction_timestamp try_strptime week weekday weekofyear year yearweek timestamp time interval",
        "try_cast datetrunc",
        # aggregates
        "any_value approx_count_distinct approx_quantile approx_top_k arbitrary arg_max arg_max_null arg_min",
        "arg_min_null array_agg bit_and bit_or bit_xor bitstring_agg bool_and bool_or corr count_if",
        "count_star countif covar_pop covar_samp entropy favg first fsum geomean geometric_mean group_concat",
        "grouping grouping_id histogram histogram_exact json_group_array json_group_object",
        "json_group_structure kahan_sum kurtosis kurtosis_pop last list listagg logical_and logical_or mad",
        "max_by mean median min_by mode percentile_cont percentile_disc product quantile quantile_cont",
        "quantile_disc regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy",
        "regr_syy reservoir_quantile sem skewness stddev stddev_pop stddev_samp string_agg sum_no_overflow",
        "sumkahan var_pop var_samp variance",
        # lists, structs, maps
        "aggregate apply array_aggregate array_any_value array_append array_apply array_cat array_concat",
        "array_contains array_cosine_distance array_cosine_similarity array_cross_product array_distance",
        "array_distinct array_dot_product array_filter array_grade_up array_has array_has_all array_has_any",
        "array_indexof array_inner_product array_intersect array_length array_pop_back array_pop_front",
        "array_position array_prepend array_push_back array_push_front array_reduce array_resize",
        "array_reverse array_reverse_sort array_select array_sort array_to_json array_to_string",
        "array_transform array_unique array_value array_where array_zip cardinality element_at filter flatten",
        "generate_subscripts grade_up list_aggregate list_any_value list_append list_apply list_avg list_cat",
        "list_concat list_contains list_cosine_similarity list_count list_distance list_distinct list_element",
        "list_extract list_filter list_first list_grade_up list_has list_has_all list_has_any list_histogram",
        "list_indexof list_intersect list_last list_max list_mean list_median list_min list_mode list_pack",
        "list_position list_prepend list_product list_reduce list_reverse list_reverse_sort list_select",
        "list_slice list_sort list_stddev_pop list_stddev_samp list_string_agg list_sum list_transform",
        "list_unique list_value list_where list_zip map map_concat map_contains map_entries map_extract",
        "map_extract_value map_from_entries map_keys map_values reduce row struct_extract struct_insert",
        "struct_pack struct_keys struct_values union_extract union_tag union_value unnest unpivot_list",
        "array_extract list_bool_and",
        # JSON
        "from_json json json_array json_array_length json_contains json_exists json_extract json_extract_path",
        "json_extract_path_text json_extract_string json_keys json_merge_patch json_object json_pretty",
        "json_quote json_structure json_transform json_type json_valid json_value row_to_json to_json",
        # other pure functions
        "alias constant_or_null if ifnull gen_random_uuid uuid uuidv4 uuidv7 typeof try enum_range enum_first",
        "enum_last generate_series range columns",
    )
)

DUCKDB_TABLE = words("generate_series range unnest regexp_split_to_table")
