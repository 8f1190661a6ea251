"""Guess a text's language from its script and its commonest words: enough to know what is not English."""

from __future__ import annotations

import re

_WORDS = {
    "en": "the and is my i you to of it for have this not was with can please order on a in are your how do",
    "de": "der die das und ist ich nicht mein meine bitte habe eine für auf mit sie wie wann bestellung zu den",
    "fr": "le la les et est je pas mon ma une pour vous avec dans commande bonjour merci que des du mes quand",
    "es": "el los las es mi un una para por favor con pedido hola que no quiero gracias del en cuando está",
    "it": "il gli è mio mia non un una per favore con ordine ciao che vorrei grazie del sono quando di ho",
    "nl": "de het een is ik niet mijn voor met graag bestelling hoe wanneer kan van op dat heb wil en",
    "pt": "o os as é meu minha não um uma para por favor com pedido olá que quero obrigado do quando está",
}
_SETS = {language: frozenset(words.split()) for language, words in _WORDS.items()}
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
)
_TOKEN = re.compile(r"[^\W\d_]+")


def detect_language(text: str) -> str:
    """Return an ISO 639-1 code, or `und` when nothing tells. A single foreign word changes nothing."""
    text = text[:5_000]
    tokens = [token.lower() for token in _TOKEN.findall(text)]
    letters = sum(map(len, tokens))
    for language, script in _SCRIPTS:
        if letters and len(script.findall(text)) > 0.2 * letters:
            return language
    counts = {language: sum(token in known for token in tokens) for language, known in _SETS.items()}
    best = max(counts, key=lambda language: (counts[language], language == "en"))
    if not counts[best] or (best != "en" and counts[best] < max(2, counts["en"] + 1)):
        return "en" if counts["en"] or (tokens and text.isascii() and len(tokens) <= 3) else "und"
    return best
