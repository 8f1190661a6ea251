"""Words that fill the gaps of training lines, and the slips people make when they type. Deterministic."""

from __future__ import annotations

import random
import re

ITEMS = (
    "jacket boots tent kettle lamp desk phone charger headphones blender sofa mattress rug bike helmet backpack "
    "sweater dress jeans laptop keyboard printer monitor tablet camera watch ring necklace perfume shampoo toaster "
    "vacuum heater fan router speaker microphone guitar book puzzle doll scooter stroller crib blanket pillow towel "
    "curtain mirror vase plant drill saw ladder hose grill pan knife mug bottle thermos suitcase wallet belt scarf "
    "gloves hat shirt hoodie sneakers sandals skirt coat umbrella bed chair table shelf wardrobe freezer fridge oven "
    "dishwasher tv console controller game subscription magazine ticket pizza salad burger bouquet cake"
).split()
FILLINGS = {
    "item": ITEMS,
    "day": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday yesterday Easter Christmas".split(),
    "sum": "$20|15 euros|£9.99|$149.00|30 dollars|25 quid|120 USD|45.50|€12".split("|"),
    "number": "1042|#1042|NL-2217|88213|ORD-551|#77310|4481920".split("|"),
    "size": "medium|size L|XL|small|size 9|larger size|size 42|38|smaller size".split("|"),
    "colour": "black|red|blue|white|green|grey|gray|navy|beige|pink".split("|"),
    "country": "Canada|Norway|Germany|Ireland|Australia|Spain|Mexico|India".split("|"),
    "name": "Ann Lee|Tom|Maria Lopez|J. Smith|Yusuf|Priya|Chen Wei|Olga|Sam Baker|Fatima".split("|"),
}
BRITISH = (("color", "colour"), ("canceled", "cancelled"), ("apologize", "apologise"), ("gray", "grey"))
SHORT = (
    (r"\byou\b", "u"), (r"\bplease\b", "pls"), (r"\bare\b", "r"), (r"\bbecause\b", "cuz"), (r"\bthanks\b", "thx"),
    (r"\bfor\b", "4"), (r"\bwhat is\b", "whats"), (r"\bI am\b", "im"), (r"\bdo not\b", "dont"), (r"\byour\b", "ur"),
    (r"\bgoing to\b", "gonna"), (r"\bwant to\b", "wanna"), (r"\border\b", "oder"), (r"\breceived\b", "recieved"),
    (r"\brefund\b", "refnd"), (r"\bcancel\b", "cancle"), (r"\breturn\b", "retrun"), (r"\bthe\b", "teh"),
)  # fmt: skip
_GAP = re.compile(r"\{(\w+)\}")


def fill(text: str, chance: random.Random) -> str:
    """Return the line with something in each of its gaps."""
    return _GAP.sub(lambda gap: chance.choice(FILLINGS[gap[1]]), text)


def roughen(text: str, chance: random.Random) -> str:
    """Return the text as somebody in a hurry might type it; often just as it was."""
    turn = chance.random()
    if turn < 0.3:
        text = text.lower()
    elif turn < 0.34:
        text = text.upper()
    elif turn < 0.6:
        text = text[:1].upper() + text[1:]
    if chance.random() < 0.15:
        for pattern, short in chance.sample(SHORT, 6):
            text = re.sub(pattern, short, text, flags=re.IGNORECASE)
    if chance.random() < 0.15:
        text = slip(text, chance)
    if chance.random() < 0.15:
        text = text.replace("'", "")
    return text + chance.choice(("", "", "", ".", ".", "!", "?" if _asks(text) else ".", "..", "!!"))


def slip(text: str, chance: random.Random) -> str:
    """Return the text with one letter doubled, dropped, or swapped with its neighbour."""
    if len(text) < 6:
        return text
    at = chance.randrange(1, len(text) - 2)
    kind = chance.randrange(3)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at] + text[at:]
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _asks(text: str) -> bool:
    return (
        re.match(r"\W*(?:who|what|wh|how|is|are|do|does|can|could|will|would|did|has|have|any)", text, re.I) is not None
    )
