"""Which kinds of node a statement may be made of. Lists names only; a kind that is not here is refused.

The names are those of sqlglot 30.30.0, written out one by one: a newer sqlglot cannot widen the guard by
itself. A function's kind says that sqlglot understood it; whether the engine may be asked to run it is
decided by its name (`functions/`), on the regenerated statement.
"""

from __future__ import annotations

from sqlglot import exp


def kinds(*texts: str) -> frozenset[type]:
    """Return the sqlglot classes named in `texts`; raise AttributeError for one that sqlglot does not have."""
    return frozenset(getattr(exp, name) for text in texts for name in text.split())


STATEMENT = kinds(
    "Select Subquery Union Except Intersect From Join Where Group Having Order Ordered With CTE",
    "TableAlias Table Limit LimitOptions Fetch Offset Values Window WindowSpec Filter WithinGroup",
    "Distinct GroupingSets Cube Rollup Lateral Qualify",
)
EXPRESSION = kinds(
    "Column Identifier Star Alias Literal Null Boolean Paren Tuple And Or Xor Not EQ NEQ GT GTE LT LTE Is",
    "In Between Like Escape Add Sub Mul Div Mod IntDiv Neg DPipe Case If Cast TryCast DataType",
    "DataTypeParam Interval Var Exists Any All NullSafeEQ NullSafeNEQ BitwiseAnd BitwiseOr BitwiseXor",
    "BitwiseNot BitwiseLeftShift BitwiseRightShift Collate IgnoreNulls RespectNulls Extract Anonymous",
    "HexString JSONPath JSONPathRoot JSONPathKey JSONPathSubscript JSONPathSelector JSONPathWildcard",
    "JSONPathSlice JSONPathRecursive JSONPathUnion JSONKeyValue FormatJson Pad Repeat Space Replace",
    "Format GenerateSeries ExplodingGenerateSeries",
)
FUNCTION = kinds(
    "Abs Acos Acosh AddMonths AnyValue ApproxDistinct ApproxQuantile ApproxTopK ArgMax ArgMin ArrayAgg",
    "ArrayAppend ArrayConcat ArrayContainedBy ArrayContains ArrayContainsAll ArrayDistinct ArrayFilter",
    "ArrayIntersect ArrayMax ArrayMin ArrayOverlaps ArrayPosition ArrayPrepend ArrayRemove ArrayReverse",
    "ArraySize ArraySlice ArraySort ArrayToString Ascii Asin Asinh Atan Atan2 Atanh Avg BitLength",
    "BitwiseAndAgg BitwiseCount BitwiseOrAgg BitwiseXorAgg CastToStrType Cbrt Ceil Chr Coalesce Concat",
    "ConcatWs Contains ConvertTimezone Corr Cos Cosh Cot Count CountIf CovarPop CovarSamp CumeDist",
    "CurrentDate CurrentTime CurrentTimestamp Date DateAdd DateBin Datetime DateDiff DateFromParts DateSub",
    "DateTrunc Day DayOfMonth DayOfWeek DayOfWeekIso DayOfYear Dayname Decode DecodeCase Degrees",
    "DenseRank Elt Encode EndsWith EuclideanDistance Exp Factorial First FirstValue Flatten Floor",
    "FromBase64 Getbit Greatest GroupConcat Grouping GroupingId Hex Host Hour Initcap IsInf IsNan",
    "JSONArray JSONArrayAgg JSONArrayAppend JSONArrayInsert JSONBContainsAllTopKeys",
    "JSONBContainsAnyTopKeys JSONBContainsTopKey JSONBDeleteAtPath JSONBExtract JSONBExtractScalar",
    "JSONBObjectAgg JSONBPathExists JSONExtract JSONExtractScalar JSONKeys JSONObject JSONObjectAgg",
    "JSONRemove JSONSet JSONStripNulls JSONType JarowinklerSimilarity JustifyDays JustifyHours",
    "JustifyInterval Kurtosis Lag Last LastDay LastValue Lead Least Left Length Levenshtein Ln Localtime",
    "Localtimestamp Log LogicalAnd LogicalOr Lower MD5 MakeInterval MapFromEntries MapKeys Max Median Min",
    "Minute Mode Month Monthname MonthsBetween Normalize NthValue Ntile Nullif NumberToStr Nvl2 Overlay",
    "ParseJSON PercentRank PercentileCont PercentileDisc Pi Pow Quantile Quarter Radians Rand Rank Reduce",
    "RegexpCount RegexpExtract RegexpExtractAll RegexpFullMatch RegexpILike RegexpInstr RegexpLike",
    "RegexpReplace RegexpSplit RegexpSubstr RegrAvgx RegrAvgy RegrCount RegrIntercept RegrR2 RegrSlope",
    "RegrSxx RegrSxy RegrSyy Reverse Right Round RowNumber SHA SHA2 SHA2Digest Second Sign Sin Sinh",
    "Skewness Soundex Split SplitPart Sqrt StDistance StPoint StartsWith Stddev StddevPop StddevSamp",
    "StrPosition StrToDate StrToTime StringToArray StructExtract Stuff Substring SubstringIndex Sum Tan",
    "Tanh Time TimeFromParts TimeToStr TimeToUnix Timestamp TimestampAdd TimestampDiff TimestampFromParts",
    "TimestampTrunc ToBase64 ToChar ToDays ToNumber Transform Translate Trim Trunc TsOrDsToDate",
    "TsOrDsToTimestamp Typeof Unhex Unicode UnixToTime Unnest Upper UtcDate UtcTime UtcTimestamp Uuid",
    "Variance VariancePop Week WeekOfYear WeightString WidthBucket Year",
)
COMMON = STATEMENT | EXPRESSION | FUNCTION

PLAIN = kinds(
    "Select Subquery Union Except Intersect From Join Where Group Having Order Ordered With CTE TableAlias Table Limit",
    "Offset Distinct Column Identifier Star Alias Literal Null Boolean Paren Tuple And Or Not EQ NEQ GT GTE LT LTE Is",
    "In Between Like Add Sub Mul Div Mod Neg DPipe Case If Exists Cast DataType DataTypeParam Window WindowSpec Filter",
    "Count Sum Avg Min Max Coalesce Abs Round Upper Lower Length Substring Nullif RowNumber Rank DenseRank Anonymous",
)
"""Kinds that are written as they are read, in every dialect: the text of a statement made of them alone, without
a sign of a second reading in it, needs no second reading. Their functions are on every engine's list.
"""

POSTGRES = COMMON | kinds(
    "ILike SimilarTo RegexpLike RegexpILike AtTimeZone Array Bracket Slice TableSample Overlaps Distance",
    "Adjacent MatchAgainst JSONBContains BitString RawString Kwarg Variadic ColumnDef IntervalSpan JSON Explode",
)
MYSQL = COMMON | kinds(
    "MatchAgainst National BitString Introducer JSONTable JSONSchema JSONColumnDef Convert CharacterSet",
    "JSONValue JSONArrayContains",
)
SQLITE = COMMON | kinds("Glob ILike")
DUCKDB = COMMON | kinds(
    "ILike SimilarTo Glob RegexpLike AtTimeZone Array Bracket Slice TableSample PropertyEQ Struct Map",
    "ToMap Lambda Comprehension Columns ColumnDef Try FromJson Kwarg Dot Explode RawString",
)

PARTS = {
    exp.Select: (
        "expressions from_ joins where group having qualify windows distinct order limit offset with_ laterals sample"
    ),
    exp.Subquery: "this alias limit offset order with_ joins laterals sample",
    exp.Union: "this expression distinct by_name limit offset order with_",
    exp.Except: "this expression distinct by_name limit offset order with_",
    exp.Intersect: "this expression distinct by_name limit offset order with_",
    exp.Table: "this db catalog alias joins laterals ordinality sample rows_from only",
    exp.Join: "this on side kind using method",
    exp.CTE: "this alias materialized",
    exp.With: "expressions recursive",
    exp.Lateral: "this alias ordinality",
    exp.Values: "expressions alias",
    exp.Column: "this table db catalog",
    exp.ColumnDef: "this kind",
    exp.Cast: "this to",
    exp.TryCast: "this to safe requires_string",
    exp.Star: "except_ replace rename",
    exp.Group: "expressions grouping_sets cube rollup all",
    exp.Limit: "expression limit_options",
    exp.Offset: "expression",
    exp.TableSample: "method percent size rows seed",
}
"""Which parts of these nodes may be filled; a part that is not here (`into`, `locks`, `settings`, …) is
refused.
"""
PARTS_ALLOWED = {kind: frozenset(names.split()) for kind, names in PARTS.items()}

MESSAGES = {
    "Into": "{part} writes the result somewhere: only reading is allowed. Leave INTO out.",
    "Lock": "{part} locks rows: only reading is allowed. Leave FOR UPDATE / FOR SHARE out.",
    "Insert": "{part} changes data: only SELECT may run, also inside WITH.",
    "Update": "{part} changes data: only SELECT may run, also inside WITH.",
    "Delete": "{part} changes data: only SELECT may run, also inside WITH.",
    "Merge": "{part} changes data: only SELECT may run, also inside WITH.",
    "Parameter": "{part} is a parameter or session variable: write the value itself.",
    "Placeholder": "{part} is a placeholder: write the value itself.",
    "SessionParameter": "{part} is a server setting: leave it out.",
    "Operator": "{part} names an operator by its schema: write the plain operator.",
    "ObjectIdentifier": "{part} is a catalog type, which looks up the system catalog: leave the cast out.",
    "PseudoType": "{part} is not a type a query may cast to: use a plain type such as text, integer or date.",
    "UnicodeString": "{part} hides characters behind escapes: write the text itself between single quotes.",
    "ByteString": "{part} hides characters behind escapes: write the text itself between single quotes.",
    "Command": "{part} is not understood as a SELECT: only one SELECT may run.",
    "CurrentUser": "{part} tells who is logged in to the database: leave it out.",
    "SessionUser": "{part} tells who is logged in to the database: leave it out.",
    "Version": "{part} reads another version of the table: leave it out.",
    "IndexTableHint": "{part} is a hint for the optimiser: leave it out.",
    "Pivot": "{part} is not on the list: write the columns with CASE WHEN or FILTER instead.",
    "PositionalColumn": "{part} names a column by its position: write its name.",
}
