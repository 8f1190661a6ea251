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
