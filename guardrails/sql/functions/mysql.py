"""The MySQL and MariaDB functions a query may call. Lists names only; no file, lock, wait, setting or
variable.
"""

from guardrails.sql.functions.common import COMMON, FOREIGN, GEOMETRY, words

MYSQL = (
    COMMON
    | FOREIGN
    | GEOMETRY
    | words(
        # numbers
        "bit_count conv cot crc32 format rand truncate",
        # text
        "bin bit_length char char_length character_length elt export_set field find_in_set from_base64 hex",
        "insert instr lcase locate make_set md5 mid oct octet_length ord position quote regexp_instr",
        "regexp_like regexp_replace regexp_substr rlike sha sha1 sha2 soundex space strcmp substring_index",
        "charset coercibility collation",
        "to_base64 ucase unhex weight_string sformat to_char translate chr lengthb natural_sort_key",
        # dates
        "adddate addtime convert_tz curdate current_date current_time current_timestamp curtime date date_add",
        "date_format date_sub datediff day dayname dayofmonth dayofweek dayofyear extract from_days",
        "from_unixtime get_format hour last_day localtime localtimestamp makedate maketime microsecond minute",
        "month monthname now period_add period_diff quarter sec_to_time second str_to_date subdate subtime",
        "sysdate time time_format time_to_sec timediff timestamp timestampadd timestampdiff to_days",
        "to_seconds unix_timestamp utc_date utc_time utc_timestamp week weekday weekofyear year yearweek",
        "add_months months_between",
        # control
        "if ifnull isnull nvl nvl2 interval convert",
        # aggregates
        "any_value bit_and bit_or bit_xor group_concat grouping json_arrayagg json_objectagg std stddev",
        "stddev_pop stddev_samp var_pop var_samp variance median percentile_cont percentile_disc",
        # JSON
        "json_array json_array_append json_array_insert json_contains json_contains_path json_depth",
        "json_extract json_insert json_keys json_length json_merge_patch json_merge_preserve json_object",
        "json_overlaps json_pretty json_quote json_remove json_replace json_schema_valid json_search json_set",
        "json_type json_unquote json_valid json_value json_query json_exists json_compact json_detailed",
        "json_equals json_loose json_normalize member_of json_table",
        # full text
        "match against",
        # addresses and identifiers
        "inet_aton inet_ntoa inet6_aton inet6_ntoa is_ipv4 is_ipv6 uuid uuid_to_bin bin_to_uuid is_uuid",
        # spatial
        "st_distance st_distance_sphere st_x st_y point st_point st_astext st_area st_contains st_within",
        "st_length st_latitude st_longitude st_geomfromtext st_pointfromtext",
    )
)

MYSQL_TABLE = words("json_table")
