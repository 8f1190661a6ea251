"""Which words of a question carry its meaning, which mean the same, and which must never be confused."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+(?:'[a-z]+)?|[$€£]")

# Words that may come or go without changing what is asked.
_SOFT = frozenset(
    """a an and are as at be been by can could did do does for from get give got had has have how i in is it
    its let like list me my now of on or our out please see show tell that the their them there these they
    this to us was we were what what's when where which who whose will with would you your want need know
    find display report many much amount number value all currently current overall each per every total s
    any some exactly made make placed place happen happened receive received come came take taken put into
    during over within between past period data database table kindly thanks hi hello could breakdown broken
    down split grouped group ranked rank sorted""".split()
)

_SAME = (
    ("revenue", "turnover", "sales", "takings", "income"),
    ("customer", "client", "buyer", "shopper"),
    ("product", "article", "item", "sku"),
    ("order", "purchase"),
    ("employee", "staff", "worker"),
    ("return", "returned"),
    ("refund", "refunded", "reimbursed"),
    ("cancel", "cancelled", "canceled", "cancellation"),
    ("ship", "shipped", "shipment", "dispatched"),
    ("deliver", "delivered", "delivery"),
    ("new", "newly"),
    ("signed", "signup", "registered", "joined", "registration"),
    ("bestselling", "bestseller", "topselling"),
    ("category", "categories"),
    ("country", "countries", "nation"),
    ("city", "cities", "town"),
    ("month", "monthly"),
    ("week", "weekly"),
    ("day", "daily"),
    ("year", "yearly", "annual", "annually"),
    ("quarter", "quarterly"),
    ("spend", "spent", "spending"),
    ("sell", "sold", "selling"),
    ("open", "outstanding"),
    ("stock", "inventory"),
    ("warehouse", "depot"),
    ("dollar", "dollars", "usd", "$"),
    ("euro", "euros", "eur", "€"),
    ("pound", "pounds", "gbp", "£"),
)
_CANON = {word: group[0] for group in _SAME for word in group}

# Kinds of words of which a question and a query must hold the same: confusing two is a wrong answer.
_KINDS: dict[str, dict[str, str]] = {
    "negation": dict.fromkeys(
        (
            "not",
            "no",
            "never",
            "without",
            "except",
            "excluding",
            "exclude",
            "none",
            "neither",
            "non",
            "other",
            "outside",
            "besides",
            "isn't",
            "aren't",
            "didn't",
            "haven't",
            "hasn't",
            "don't",
            "doesn't",
            "wasn't",
            "weren't",
            "unpaid",
            "unshipped",
            "missing",
            "lacking",
        ),
        "not",
    ),
    "order": {
        **dict.fromkeys(("top", "most", "best", "highest", "largest", "biggest", "greatest", "bestselling"), "most"),
        **dict.fromkeys(("bottom", "least", "worst", "lowest", "smallest", "fewest", "slowest"), "least"),
        **dict.fromkeys(("newest", "latest", "recent", "recently"), "newest"),
        **dict.fromkeys(("oldest", "earliest"), "oldest"),
    },
    "measure": {
        **dict.fromkeys(("average", "avg", "mean"), "average"),
        **dict.fromkeys(("median",), "median"),
        **dict.fromkeys(("maximum", "max"), "maximum"),
        **dict.fromkeys(("minimum", "min"), "minimum"),
        **dict.fromkeys(("percent", "percentage", "share", "ratio", "rate", "proportion"), "share"),
        **dict.fromkeys(
            (
                "growth",
                "grow",
                "grew",
                "change",
                "increase",
                "trend",
                "compared",
                "versus",
                "vs",
                "compare",
                "comparison",
                "difference",
                "decrease",
                "decline",
                "drop",
            ),
            "change",
        ),
        **dict.fromkeys(("profit", "margin", "profitable"), "profit"),
        **dict.fromkeys(("distinct", "unique", "different"), "distinct"),
        **dict.fromkeys(("cumulative", "running"), "cumulative"),
    },
    "comparison": {
        **dict.fromkeys(("more", "above", "exceeding", "greater", "higher", "longer", "bigger", "larger"), "more"),
        **dict.fromkeys(("less", "below", "under", "fewer", "lower", "shorter", "cheaper", "smaller"), "less"),
        **dict.fromkeys(("before", "until", "prior"), "before"),
        **dict.fromkeys(("after", "since"), "after"),
        **dict.fromkeys(("only", "just"), "only"),
    },
    "change": dict.fromkeys(
        (
            "delete",
            "remove",
            "drop",
            "update",
            "insert",
            "create",
            "alter",
            "truncate",
            "erase",
            "add",
            "set",
            "modify",
            "write",
            "grant",
        ),
        "write",
    ),
}
_COUNTING = re.compile(r"\bhow many\b|\bnumber of\b|\bcounts?\b", re.IGNORECASE)
_GROUPING = re.compile(r"\b(?:by|per|for each|each|every)\s+(?:the\s+)?([^\W\d_]+)", re.IGNORECASE)


def stem(word: str) -> str:
    """Return a word as it is compared: lower case, singular, with its synonym's name."""
    word = word.lower().replace("’", "'").removesuffix("'s")
    if word in _CANON:
        return _CANON[word]
    if len(word) > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes")):
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return _CANON.get(word, word)


def content(text: str) -> frozenset[str]:
    """Return the stems that carry meaning. Words of a kind are judged by `kinds`, not here."""
    judged = {word for kind in _KINDS.values() for word in kind}
    words = (word.lower() for word in _WORD.findall(text))
    return frozenset(stem(word) for word in words if word not in _SOFT and word not in judged)


def kinds(text: str) -> dict[str, frozenset[str]]:
    """Return, per kind, which sides a text takes; two texts that differ ask different things."""
    words = [word.lower().replace("’", "'") for word in _WORD.findall(text)]
    found = {kind: frozenset(table[word] for word in words if word in table) for kind, table in _KINDS.items()}
    found["counting"] = frozenset(["count"] if _COUNTING.search(text) else [])
    return found


def groupings(text: str) -> frozenset[str]:
    """Return what a text groups or ranks by: "orders by customer" is not "customers by order"."""
    return frozenset(stem(match[1]) for match in _GROUPING.finditer(text))


def is_typo(word: str, other: str) -> bool:
    """Whether two words differ by one slip of the pen. Short words, names with digits and first letters
    never do: `Iran` and `Iraq`, `active` and `inactive` are not the same."""
    if min(len(word), len(other)) < 5 or word[0] != other[0] or abs(len(word) - len(other)) > 1:
        return False
    if any(char.isdigit() for char in word + other):
        return False
    start = next((i for i, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), None)
    if start is None:
        return True
    rest, its = word[start:], other[start:]
    swapped = rest[:2] == its[:2][::-1] and rest[2:] == its[2:]
    return swapped or rest[1:] == its[1:] or rest[1:] == its or rest == its[1:]
