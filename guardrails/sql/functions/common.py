"""Functions that every engine has under the same name and meaning. Lists names only."""


def words(*texts: str) -> frozenset[str]:
    """Return the upper-cased words of `texts`."""
    return frozenset(word for text in texts for word in text.upper().split())


def names(*texts: str) -> frozenset[str]:
    """Return the words of `texts` as they are written."""
    return frozenset(word for text in texts for word in text.split())


COMMON = words(
    "abs acos asin atan atan2 avg cast ceil ceiling coalesce concat concat_ws cos count cume_dist degrees",
    "dense_rank exp first_value floor greatest lag last_value lead least length ln log log10 log2 lower",
    "ltrim max min mod nth_value ntile nullif percent_rank pi pow power radians random rank replace round",
    "row_number rtrim sign sin sqrt substr substring sum tan trim upper left right lpad rpad repeat",
    "reverse ascii exists row",
)

FOREIGN = words(
    "charindex convert curdate date date_add date_diff date_format date_part date_sub date_trunc dateadd datediff",
    "datename datepart datetime day dayname dayofmonth dayofweek dayofyear extract field find_in_set from_unixtime",
    "getdate group_concat grouping hour if ifnull iif initcap instr isnull julianday last_day lcase len locate",
    "median mid minute month monthname now nvl position printf quarter rand regexp_like regexp_replace",
    "regexp_substr second space split_part std stdev stddev stddev_pop stddev_samp str_to_date strftime string_agg",
    "strpos substring_index sysdate time timestamp timestampdiff to_char to_date to_days to_number to_timestamp total",
    "truncate ucase unix_timestamp unixepoch variance week weekday weekofyear year yearweek array_agg typeof",
)
"""Names that people and models bring from another engine. An engine that has none of the name says so in its own
words, which a repair can use; one that has it has it as that pure function.

INVARIANT: no engine ships a function of one of these names that has an effect, and the SQLite adapter registers none.
"""

GEOMETRY = words(
    "st_area st_asgeojson st_astext st_aswkt st_azimuth st_boundary st_centroid st_contains st_convexhull st_covers",
    "st_coveredby st_crosses st_difference st_dimension st_disjoint st_distance st_distance_sphere",
    "st_distancesphere st_dwithin st_endpoint st_envelope st_equals st_flipcoordinates st_geohash st_geometrytype",
    "st_geomfromtext st_geomfromgeojson st_intersection st_intersects st_isempty st_isvalid st_latitude st_length",
    "st_length_spheroid st_longitude st_makeline st_makepoint st_npoints st_numpoints st_overlaps st_perimeter",
    "st_point st_pointfromtext st_pointn st_setsrid st_simplify st_srid st_startpoint st_touches st_transform",
    "st_within st_x st_y",
)
"""Functions of geometries that measure or compare; none that builds a grid, a raster, a file or reads a catalog."""
