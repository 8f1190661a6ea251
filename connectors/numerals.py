"""Says a large number the way people do: an estimate deserves two digits, not twelve. Knows no Django."""

from __future__ import annotations

_WORDS = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))


def about(number: float) -> str:
    """Return `1.2 billion`, `35 million`, `120,000` or `950`: two significant digits at most above ten thousand."""
    for size, word in _WORDS:
        if number >= size * 0.995:
            scaled = number / size
            if scaled >= 1e6:
                return f"more than a million {word}"
            text = f"{scaled:.1f}" if scaled < 10 else f"{scaled:,.0f}"
            return f"{text.removesuffix('.0')} {word}"
    if number >= 10_000:
        return f"{round(number, -3):,.0f}"
    return f"{number:,.0f}"
