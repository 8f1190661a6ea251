"""The PostgreSQL functions a query may call. Lists names only; nothing here takes SQL as text or reads a
catalog.
"""

from guardrails.sql.functions.common import COMMON, FOREIGN, GEOMETRY, words

POSTGRES = (
    COMMON
    | FOREIGN
    | GEOMETRY
    | words(
        # numbers
        "acosd acosh asind asinh atand atan2d atanh cbrt cosd cosh cot cotd div erf erfc factorial gcd lcm",
        "min_scale random_normal scale sind sinh tand tanh trim_scale trunc width_bucket",
        # text
        "bit_length btrim char_length character_length chr decode encode format initcap md5 normalize",
        "octet_length overlay position quote_ident quote_literal quote_nullable regexp_count regexp_instr",
        "regexp_like regexp_match regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table",
        "regexp_substr sha224 sha256 sha384 sha512 split_part starts_with string_to_array string_to_table",
        "strpos to_ascii translate unistr casefold crc32 crc32c get_bit get_byte set_bit set_byte",
        "bit_count convert convert_from convert_to num_nulls num_nonnulls to_bin to_hex to_oct",
        # reserved words that take a list
        "all any some",
        # dates
        "age clock_timestamp date_add date_bin date_part date_subtract date_trunc extract isfinite",
        "justify_days justify_hours justify_interval make_date make_interval make_time make_timestamp",
        "make_timestamptz now statement_timestamp timeofday timezone to_char to_date to_number to_timestamp",
        "time_bucket transaction_timestamp current_time current_timestamp localtime localtimestamp overlaps date",
        "timestamp time interval",
        # aggregates
        "any_value array_agg bit_and bit_or bit_xor bool_and bool_or corr covar_pop covar_samp every grouping",
        "json_agg json_object_agg jsonb_agg jsonb_object_agg mode percentile_cont percentile_disc range_agg",
        "range_intersect_agg regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx",
        "regr_sxy regr_syy stddev stddev_pop stddev_samp string_agg var_pop var_samp variance median",
        "cardinality",
        # arrays
        "array array_append array_cat array_dims array_length array_lower array_ndims array_position",
        "array_positions array_prepend array_remove array_replace array_reverse array_sample array_shuffle",
        "array_sort array_to_string array_upper trim_array unnest generate_subscripts generate_series",
        # JSON
        "array_to_json json_array_elements json_array_elements_text json_array_length json_build_array",
        "json_build_object json_each json_each_text json_extract_path json_extract_path_text json_object",
        "json_object_keys json_strip_nulls json_typeof jsonb_array_elements jsonb_array_elements_text",
        "jsonb_array_length jsonb_build_array jsonb_build_object jsonb_each jsonb_each_text",
        "jsonb_extract_path jsonb_extract_path_text jsonb_insert jsonb_object jsonb_object_keys",
        "jsonb_path_exists jsonb_path_match jsonb_path_query jsonb_path_query_array jsonb_path_query_first",
        "jsonb_pretty jsonb_set jsonb_strip_nulls jsonb_typeof row_to_json to_json to_jsonb json_to_recordset",
        "jsonb_to_recordset json_to_record jsonb_to_record",
        # ranges
        "daterange int4range int8range isempty lower_inc lower_inf numrange range_merge tsrange tstzrange",
        "upper_inc upper_inf multirange",
        # text search
        "plainto_tsquery phraseto_tsquery to_tsquery to_tsvector ts_headline ts_rank ts_rank_cd",
        "ts_delete websearch_to_tsquery setweight strip numnode querytree tsvector_to_array array_to_tsvector",
        "similarity word_similarity levenshtein soundex metaphone dmetaphone unaccent",
        # geometry
        "area center diameter height width npoints radius box circle line lseg path point polygon slope",
        "diagonal",
        # network addresses
        "abbrev broadcast family host hostmask masklen netmask network set_masklen inet_same_family inet_merge",
        # chance
        "uuid_generate_v4 gen_random_uuid uuidv4 uuidv7 uuid_extract_timestamp uuid_extract_version",
    )
)
"""`random` gives chance but keeps no state that outlives the session; `setseed` does, and is not here."""

POSTGRES_TABLE = words(
    "generate_series generate_subscripts unnest json_array_elements json_array_elements_text json_each",
    "json_each_text json_object_keys jsonb_array_elements jsonb_array_elements_text jsonb_each",
    "jsonb_each_text jsonb_object_keys jsonb_path_query regexp_matches regexp_split_to_table",
    "string_to_table json_to_recordset jsonb_to_recordset json_to_record jsonb_to_record",
)

GRAMMAR = words(
    "like_escape similar_to_escape is_normalized btrim ltrim rtrim timezone position overlay substring",
    "extract overlaps normalize",
)
"""Names PostgreSQL's own grammar writes for syntax such as LIKE … ESCAPE."""
