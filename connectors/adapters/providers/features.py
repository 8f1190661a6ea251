"""What the ticket classifier sees of a text: its meaning, its words, their spelling. Deterministic."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from connectors.adapters.providers.embeddings import DIMENSIONS, embed

WAVES = 1536
NEARNESS = 1.5
"""How quickly two meanings become strangers: the width of the Gaussian kernel that the waves approximate."""
HASHED_WORDS, HASHED_SPELLING = 1 << 13, 1 << 12
MEANING, WORDS, SPELLING, CUES = 1.75, 1.2, 0.5, 0.4
MAX_WORDS = 400

# All bounded: a ticket of a megabyte without a blank must cost no more than one with.
_TAG = re.compile(r"<[^<>]{0,200}>")
_LINK = re.compile(r"(?:https?://|\bwww\.)\S+", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}")
_NUMBER = re.compile(r"#?\b(?:[a-z]{1,4}-)?\d[\d.,/-]{0,30}\b", re.IGNORECASE)
_NUMBERS = re.compile(r" number (?:[\s,;&+/]{0,4}number ){2,400}")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|[^\W\d_]+|[!?]{2,}", re.IGNORECASE)

# Signs that shop assistants listen for; patterns without nested repetition, so their time is linear.
_CUES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\brefund|\breimburs|\bmoney back|\bpa(?:y|id) (?:me |it )?back|\bgive (?:me )?(?:it |the \w+ )?back",
        r"\bcharged|\bdouble (?:billing|charge)|\bcompensat|\bmy money\b|\bdifference\b|\bcredit\b",
        r"\bcanc[el]{1,2}|\bcall(?:ed)? off|\bannul|\brevoke|\bwithdraw|\bundo\b|\babort|\bscrap\b",
        r"\bstop (?:the|my|it|order)|\b(?:don't|do not|dont) (?:send|ship|process)|\bby mistake|\baccident",
        r"\b(?:no longer|don't|do not|dont) (?:need|want)|\bchanged my mind|\bpending\b|\bbefore (?:it|dis)",
        r"\bexchang|\bswap|\breplac|\btrade\b|\bswitch\b|\binstead of|\bdifferent (?:size|model|colou?r)",
        r"\btoo (?:small|big|tight|large|long|short)|\bwrong (?:size|colou?r|item)|\b(?:size|one) up\b",
        r"\bsend (?:me )?(?:a|the|another) (?:new|right|correct|proper)|\ba new (?:one|unit|pair)\b",
        r"\bbroken|\bdefect|\bdamaged|\bfaulty|\bcracked|\bleak|\bstopped working|\bdoesn?'?t work",
        r"\bwhere(?:'s|s| is| are)\b|\btrack|\bstatus\b|\beta\b|\bwhereabouts|\bparcel|\bpackage\b",
        r"\bwhen (?:will|can|does|should|do|is)\b|\barriv|\bshipped|\bdispatch|\bin transit|\bwaiting",
        r"\b(?:how|can|may|could|do|does|is|are|what|where|who|if)\b[^.!?]{0,60}\breturn",
        r"\breturn(?:s|ing)? (?:policy|label|address|period|window|process|conditions)|\bsend\w* (?:it )?back",
        r"\bhuman\b|\breal person|\bperson\b|\bagent\b|\brepresentative|\bemployee|\boperator\b|\bstaff\b",
        r"\bsupervisor|\bmanager|\bspeak\b|\btalk (?:to|with)|\bcall (?:me|back)|\bphone\b|\bbots?\b",
        r"\bdisappoint|\bunhapp|\bangry|\bterrible|\bworst|\bunacceptabl|\bawful|\brude|\bcomplain",
        r"\bfrustrat|\bshame|\bfed up|\bannoy|\bridiculous|\bupset|\bpoor\b|\bnever again|\bpatience",
        r"\bclick\b|\bseo\b|\bguarantee|\bfree\b|\bper (?:week|day|month)|\bwinner|\bwon\b|\bprize|weblink",
        r"\bour (?:company|experts|products|network|webinar)|\bwholesale|\bfactory|\bloan|\bcrypto|\bbitcoin",
        r"\bin stock|\bwaterproof|\bcompatib|\bsuitable|\bmaterial|\bhow (?:heavy|big|loud|bright|long)\b",
        r"\b(?:is|are|does|do|will|would) (?:the|your|this|it|these)\b|\bdo you (?:have|sell|carry)|\bwhich\b",
        r"\bthank|\baccount\b|\bpassword|\bnewsletter|\baddress\b|\binvoice|\bopening hours|\bvoucher",
        r"\bdeliver to\b|\bship to\b|\bshipping cost|\bpay (?:with|by|in)\b|\bpayment method|\bstore in\b",
        r"\?",
        r"^\W*(?:how|what|where|when|who|which|can|could|do|does|is|are|will|would|may|am)\b",
        r"\border\b[^.!?]{0,12}\bnumber\b|\bmy (?:last )?order\b",
    )
)


SIZE = WAVES + HASHED_WORDS + HASHED_SPELLING + len(_CUES)


def normalise(text: str) -> str:
    """Replace what identifies one ticket (numbers, links, addresses) by what kind of thing it is."""
    text = _TAG.sub(" ", text.replace("’", "'"))
    text = _LINK.sub(" weblink ", text)
    text = _MAIL.sub(" mailaddress ", text)
    return _NUMBERS.sub(" number ", _NUMBER.sub(" number ", text))


def vectorise(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return one row per text, shape (len(texts), SIZE): meaning, words and pairs, character quadruples, cues."""
    return np.hstack(parts(texts))


def parts(texts: Sequence[str]) -> tuple[NDArray[np.float32], ...]:
    """Return the four blocks of features, each already weighted."""
    cleaned = [normalise(text) for text in texts]
    words = np.zeros((len(texts), HASHED_WORDS), dtype=np.float32)
    spelling = np.zeros((len(texts), HASHED_SPELLING), dtype=np.float32)
    for row, text in enumerate(cleaned):
        tokens = [word.lower() for word in _WORD.findall(text)[:MAX_WORDS]]
        _count(words[row], [*tokens, *(f"{a} {b}" for a, b in pairwise(tokens))], HASHED_WORDS)
        padded = [f" {word} " for word in tokens if len(word) > 2]
        _count(spelling[row], [word[i : i + 4] for word in padded for i in range(len(word) - 3)], HASHED_SPELLING)
    cues = np.array([[bool(cue.search(text)) for cue in _CUES] for text in cleaned], dtype=np.float32)
    return _meaning(cleaned), words * WORDS, spelling * SPELLING, cues.reshape(len(texts), -1) * CUES


def _meaning(texts: Sequence[str]) -> NDArray[np.float32]:
    """Random Fourier features of the embeddings (Rahimi and Recht 2007): products of rows near a Gaussian kernel."""
    directions, phases = _waves()
    vectors = embed(texts)
    waves = np.cos(vectors @ directions + phases) * np.float32(MEANING * (2.0 / WAVES) ** 0.5)
    return waves * (np.linalg.norm(vectors, axis=1, keepdims=True) > 0)


@lru_cache(maxsize=1)
def _waves() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The same on every machine: numpy keeps the stream of `RandomState` as it is."""
    chance = np.random.RandomState(20260)
    directions = chance.standard_normal((DIMENSIONS, WAVES)) * (2.0 * NEARNESS) ** 0.5
    return directions.astype(np.float32), (chance.uniform(0, 2 * np.pi, WAVES)).astype(np.float32)


def _count(row: NDArray[np.float32], grams: Sequence[str], size: int) -> None:
    """Add the hashed grams to a zero row, damp repetition, and scale it to length one."""
    for gram in grams:
        row[crc32(gram.encode()) % size] += 1.0
    np.sqrt(row, out=row)
    length = float(np.linalg.norm(row))
    if length:
        row /= length
