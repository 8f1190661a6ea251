"""Notice text that talks to the machine instead of the shop. Such text is never evidence and always lowers trust.

Customers ask people for things; they do not set confidences, forge system messages or hide orders in encodings.
"""

from __future__ import annotations

import re

_SIGNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:ignore|disregard|forget|override|bypass|skip|disable|turn off|vergiss|ignorier\w*|ignora"
        r"|ignorez?|negeer)\b"
        r".{0,40}\b(?:instruction|rule|prompt|polic|gate|guardrail|check|review|approval|everything|above|previous|"
        r"anweisung|regel|instruccion|instruction|istruzion|instructie|instruç|restriction|limit|safety"
        r"|filter|shadow)",
        r"\b(?:you are|you're|act|behave|respond|pretend|role-?play|simulate)\b.{0,30}\b(?:now|as|to be"
        r"|like|that)\b.{0,40}"
        r"\b(?:an? )?(?:ai|assistant|bot|chatbot|dan|model|system|admin\w*|manager|owner|developer"
        r"|classifier|agent|mode)\b",
        r"\b(?:classif\w+|label|categori[sz]e|mark|tag|treat|flag|route|handle)\b.{0,30}\b(?:this|it"
        r"|message|ticket|me|email)\b.{0,20}"
        r"\b(?:as|into|to)\b.{0,30}\b(?:refund|cancel\w*|exchange|vip|safe|low|approved|verified|spam"
        r"|auto\w*|urgent|trusted)",
        r"\bconfidence\b.{0,20}(?:\d|\bhigh|\bmax|\bfull|\bhundred|percent)|\b(?:set|raise|increase"
        r"|report)\b.{0,20}\bconfidence\b",
        r"[\"']?\b(?:intent|label|confidence|role|class|action|tool|function|category)[\"']?\s?[:=]\s?[\"'\w]",
        r"(?:^|\n|[\[(<{#|*]\s{0,3})(?:system|assistant|admin\w*|developer|tool|instructions?|prompt"
        r"|user)\b[^\w\n]{0,4}(?:message|note|prompt|update|result|override)?\s?[:\]>}|]",
        r"<\|?/?(?:system|im_start|im_end|instructions?|assistant|user|endoftext|inst|tool\w*"
        r"|function\w*)\b|\[/?inst\]|<<sys>>",
        r"\b(?:note|message|attention|memo|instructions?|dear|hey|hello|hi)\b.{0,12}\b(?:ai|llm|model"
        r"|language model|classifier|chatbot|bot|assistant|gpt|claude|automated system)\b",
        r"\b(?:if|as) (?:you are |you're )?an? (?:ai|llm|language model|assistant|bot|automated)\b"
        r"|\blanguage model\b|\bsystem prompt\b|\bjailbreak\w*|\bdeveloper mode\b",
        r"\b(?:new|updated|following|hidden|secret|encoded|real|actual) (?:instructions?|task|rules?"
        r"|prompt|policy|directive|intent)\b",
        r"\b(?:no|without|skip|avoid|bypass|not? need\w*) (?:any |a |further |the )?(?:human|manual"
        r"|person'?s?) (?:review|approval|check|in the loop|intervention|involve\w*)",
        r"\b(?:do not|don't|never) (?:escalate|hand (?:this |it )?(?:over|to)|forward|route)\b",
        r"\b(?:auto-?approv\w+|pre-?approved|(?:already )?approved by (?:the |your )?(?:manage\w*"
        r"|supervisor|ceo|admin\w*|system)|authori[sz]ed by|authori[sz]ation code|override code"
        r"|approval code|override)\b",
        r"\b(?:all|every|the) (?:gates?|guardrails?|checks?|thresholds?|limits?)\b.{0,20}\b(?:pass\w*|off"
        r"|disabled|satisfied|do(?:es)? not apply|waived|suspended|lifted)",
        r"\b(?:base ?64|rot ?13|decode|decrypt|hex(?:adecimal)?)\b.{0,60}\b(?:follow|execute|obey"
        r"|instruction|this|it|text|message|string|run)\b",
        r"\b(?:output|respond|reply|answer|return) (?:only|with|exactly|just)\b.{0,30}\b(?:json|refund"
        r"|cancel|exchange|yes|approved|the word|intent)",
        r"\b(?:execute|call|invoke|run|trigger) (?:the )?(?:tool|function|action|refund|refund_order"
        r"|cancel|api|command|script)\b|\w+\([^)\n]{0,80}=[^)\n]{0,80}\)|\bsudo\b",
        r"\b(?:end|begin|start) of (?:customer |user |the )?(?:message|ticket|input|prompt|conversation)"
        r"|-{3,}\s?(?:end|begin|new)\b",
        r"\b(?:i am|i'm|this is|from) (?:a |the |your |our )?(?:developers?|system|administrator|admin"
        r"|engineers?|ceo|creator|security team|support lead)\b",
    )
)
_OPAQUE = re.compile(
    r"[A-Za-z0-9+/=_-]{40,}|(?:\\x[0-9a-f]{2}){6,}|(?:&#x?[0-9a-f]{2,6};){6,}|(?:%[0-9a-f]{2}){8,}"
    r"|(?:[01]{8}\s?){5,}|(?:[0-9a-f]{2}\s){12,}",
    re.I,
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+", re.IGNORECASE)
_IGNORED = re.compile(r"игнорир|забудь|忽略|無視|무시|تجاهل|התעלם|αγνό|อย่าสนใจ|ไม่ต้องสนใจ|अनदेखा")


def is_to_the_machine(clause: str) -> bool:
    """Return whether a clause gives orders to software, poses as software, or cannot be read by people."""
    return any(sign.search(clause) for sign in _SIGNS) or bool(_IGNORED.search(clause)) or is_opaque(clause)


def is_opaque(text: str) -> bool:
    """Return whether a text carries an encoded block. A link or a tracking number is none."""
    return bool(_OPAQUE.search(_ADDRESS.sub(" ", text)))
