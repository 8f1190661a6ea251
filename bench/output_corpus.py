"""Our own labelled corpora for the output guard: made sentences, disguises and look-alikes. A fixed draw."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberFormat as Format

REPLY_SENTENCES = (
    "Hi Anna,", "thank you for your message about order #10432.",
    "We have refunded $49.99 to your original payment method on 12 March 2026.",
    "Please allow 5-7 business days for the amount to appear on your statement.",
    "Your replacement ships with DHL, tracking number JD014600006281234567.",
    "If the size 38 does not fit, you can return it within 30 days.",
    "We are sorry for the trouble and hope you enjoy your new jacket.",
    "You can reply to this e-mail at any time, our team is here from 9:00 to 17:30.",
    "The SKU AB-4432-XL is back in stock next Tuesday.", "Call us on +44 20 7946 0958 if that is easier.",
    "Write to help@shop.example for anything else.", "The firmware 10.2.0.1 fixes the charging problem.",
    "As promised, the discount of 15% was applied to invoice INV-2026-00318.", "Best regards,\nMaria from Northlight",
)  # fmt: skip
_TEMPLATES = (
    "{name} can be reached at {phone}.", "Fax {phone}, mobile {phone2}.", "My new number: {phone}",
    "{name} | {phone} | {email}",
    "Please ring {name} back on {phone} after six.", "Send the proof to {email}.",
    "{email} bounced again, try {email2}.",
    "They charged {card} twice, {amount} each time.", "The card {card} runs out {exp}.", "{card}, security code 123",
    "{name} gave her social security number as {ssn}.", "SSN {ssn}, date of birth {date}",
    "{ssn} is the number on the form",
    "Requests from {ip} were throttled at {time}.", "The box answers at {ip6} only.", "{ip} and {ip_2} are ours.",
    "{name} moved to {street}, {zip} {city}.", "IBAN {iban}, account holder {name}",
    "Passport {digits9}, issued {date}",
    "The total of {amount} is due on {date}.", "{city} has {count} inhabitants.", "We open at {time} in {city}.",
    "Order {digits10} left on {date}.", "Licence {licence}, valid until {exp}.",
    "{name} ordered {count} pieces on {date}.",
    "Transfer {amount} to account {digits10}.", "{street}\n{zip} {city}\nPhone {phone}\nE-mail {email}",
)  # fmt: skip
_NAMES = (
    "Ines Marques",
    "Tom Abara",
    "Yuki Sato",
    "Dr. Lena Vogt",
    "Omar Haddad",
    "Priya Nair",
    "Jan de Wit",
    "Ana Ruiz",
)
_CITIES = ("Porto", "Leeds", "Graz", "Osaka", "Tulsa", "Nantes", "Lodz", "Perth")
_STREETS = (
    "14 Mill Lane",
    "Hauptstr. 221b",
    "9012 Oak Ridge Rd Apt 7",
    "rue du Four 33",
    "Calle Mayor 5, 3",
    "1-2-3 Nishi",
)
_NANP = (
    "({}) {}-{}",
    "{}-{}-{}",
    "{}.{}.{}",
    "+1 {} {} {}",
    "1-{}-{}-{}",
    "{} {} {}",
    "({}){}-{}",
    "+1-{}-{}-{}",
    "{}{}{}",
)
_CARDS = (
    ("4", 16), ("4", 13), ("51", 16), ("2221", 16), ("34", 15), ("37", 15), ("6011", 16), ("3530", 16), ("36", 14),
    ("6759", 16), ("62", 17), ("5018", 12), ("4", 19), ("65", 16),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence and where personal data stands in it: kind, start, end."""

    text: str
    labels: tuple[tuple[str, int, int], ...]


class _Draw:
    """Random values of every kind, as people write them."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._regions = sorted(phonenumbers.SUPPORTED_REGIONS)

    def _digits(self, count: int) -> str:
        return "".join(self._random.choice("0123456789") for _ in range(count))

    def phone(self) -> str:
        """Return a telephone number of any region, in one of its styles."""
        if self._random.random() < 0.4:
            style = self._random.choice(_NANP)
            parts = (
                self._random.choice("23456789") + self._digits(2),
                self._random.choice("23456789") + self._digits(2),
            )
            number = style.format(*parts, self._digits(4))
            return number + self._random.choice(("", "", "", " ext. 12", "x4321"))
        example = None
        while example is None:
            example = phonenumbers.example_number_for_type(
                self._random.choice(self._regions), self._random.choice((0, 1))
            )
        national = str(example.national_number)
        example.national_number = int(national[:-3] + self._digits(3))
        style = self._random.choice((Format.INTERNATIONAL, Format.INTERNATIONAL, Format.E164, Format.NATIONAL))
        written = phonenumbers.format_number(example, style)
        return self._random.choice((written, written, written.replace(" ", "-"), written.replace("+", "00", 1)))

    def card(self) -> str:
        """Return a card number of any brand whose check digit fits."""
        prefix, size = self._random.choice(_CARDS)
        body = prefix + self._digits(size - len(prefix) - 1)
        total = sum(
            int(d) if i % 2 else (int(d) * 2 - 9 if d > "4" else int(d) * 2) for i, d in enumerate(reversed(body))
        )
        number = body + str(-total % 10)
        separator = self._random.choice(("", "", " ", "-"))
        step = (4, 10) if size in (14, 15) else tuple(range(4, size, 4))
        return separator.join(number[a:b] for a, b in zip((0, *step), (*step, size), strict=True))

    def values(self) -> dict[str, str]:
        """Return a value for every slot."""
        pick, digits = self._random.choice, self._digits
        user, host = (
            pick(("ines.m", "tom_abara", "sato+shop", "lv", "o.haddad99", "x-y")),
            pick(("mail", "corp", "münchen")),
        )
        hexes = ":".join(f"{self._random.randrange(65536):x}" for _ in range(8))
        return {
            "name": pick(_NAMES), "city": pick(_CITIES), "street": pick(_STREETS), "zip": digits(5), "count": digits(4),
            "phone": self.phone(), "phone2": self.phone(), "card": self.card(),
            "email": f"{user}@{host}.{pick(('com', 'co.uk', 'de', 'io', 'museum'))}", "email2": f"{user}@example.org",
            "ssn": f"{self._random.randrange(100, 665)}-{self._random.randrange(10, 99)}-1{digits(3)}",
            "ip": ".".join(str(self._random.randrange(1, 255)) for _ in range(4)),
            "ip_2": ".".join(str(self._random.randrange(1, 255)) for _ in range(4)),
            "ip6": pick((hexes, f"2001:db8::{digits(4)}", f"fe80::{digits(3)}:1%eth0".split("%")[0])),
            "iban": f"DE{digits(2)} {digits(4)} {digits(4)} {digits(4)} {digits(4)} {digits(2)}",
            "amount": pick(("$12.99", "1.204,50 EUR", "£300",
            "USD 4,310.00")), "exp": f"0{self._random.randrange(1, 9)}/29",
            "date": pick(("2026-03-14", "14.03.2026", "03/14/2026", "14 March 2026", "20260314")), "time": "14:05",
            "digits9": digits(9), "digits10": digits(10),
            "licence": pick((f"D{digits(7)}", digits(8), f"{digits(3)} {digits(3)} {digits(3)}")),
        }  # fmt: skip


_KIND_OF = {"phone2": "phone", "email2": "email", "ip6": "ip", "ip_2": "ip"}


def sentences(count: int, seed: int = 11) -> list[Labelled]:
    """Return labelled sentences."""
    draw, pick, made = _Draw(seed), random.Random(seed), []
    for _ in range(count):
        template, values = pick.choice(_TEMPLATES), draw.values()
        text, labels, position = "", [], 0
        for match in re.finditer(r"\{(\w+)\}", template):
            text += template[position : match.start()]
            kind = _KIND_OF.get(match[1], match[1])
            if kind in ("email", "phone", "card", "ssn", "ip"):
                labels.append((kind, len(text), len(text) + len(values[match[1]])))
            text += values[match[1]]
            position = match.end()
        made.append(Labelled(text + template[position:], tuple(labels)))
    return made


_VALUES = {
    "card": "4539 1488 0343 6467", "phone": "(617) 555-0182", "ssn": "219-09-9987", "ip": "84.23.190.6",
    "email": "mara.lind@example.net",
}  # fmt: skip
_DIGITS = ("٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "０１２３４５６７８９", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "𝟶𝟷𝟸𝟹𝟺𝟻𝟼𝟽𝟾𝟿", "⓪①②③④⑤⑥⑦⑧⑨", "๐๑๒๓๔๕๖๗๘๙")
_SAID = "zero one two three four five six seven eight nine".split()
_DOTS = (
    ("[at]", "[dot]"),
    (" (at) ", " (dot) "),
    (" at ", " dot "),
    ("@", "[.]"),
    ("&#64;", "."),
    ("{at}", "{dot}"),
    (" @ ", " . "),
)


def disguised() -> list[tuple[str, str]]:
    """Return (kind, text) of each value in every disguise that its kind can wear."""
    made = []
    for kind, value in _VALUES.items():
        bare = value.replace(" ", "")
        made += [(kind, " ".join(bare)), (kind, "\u2009".join(bare)), (kind, "\t".join(bare))]
        made += [(kind, join.join(value)) for join in ("\u200b", "\u200d", "\u2060", "\u00ad", "\ufeff")]
        made.append((kind, "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in value)))
        if kind == "email":
            name, host = value.split("@")
            made += [(kind, name.replace(".", dot) + at + host.replace(".", dot)) for at, dot in _DOTS]
            continue
        made += [(kind, value.translate(str.maketrans("0123456789", digits))) for digits in _DIGITS]
        if kind == "ip":
            made += [(kind, value.replace(".", dot)) for dot in ("[.]", "(.)", " dot ", "[dot]", "{.}", "。", " . ")]
            made.append((kind, " dot ".join(" ".join(_SAID[int(d)] for d in part) for part in value.split("."))))
            continue
        numbers = [int(char) for char in value if char.isdigit()]
        name = {"card": "card ", "phone": "call ", "ssn": "SSN "}[kind]
        made += [(kind, name + join.join(_SAID[n] for n in numbers)) for join in (" ", ", ", "-", " / ")]
        made.append((kind, name + " ".join(_SAID[n] for n in numbers).replace("zero", "oh").title()))
        made += [(kind, name + join.join(map(str, numbers))) for join in ("-", ".", "_", "*", " - ")]
        made.append((kind, name + value.replace("0", "O").replace("1", "l")))
    return made


def look_alikes() -> tuple[str, ...]:
    """Return sentences full of numbers of which none is personal."""
    return (
        "Your parcel 1Z 84F E21 0398 7731 02 and the second one, 9400 1118 9956 3310 2207 45, left today.",
        "Article 4009900484398 replaces 4009900484381; GTIN 05012345678900 is the case of 24.",
        "ISBN 978-1-4028-9462-6 (hardcover), 1-4028-9462-7 (paperback), 320 pages, 21.5 x 13.8 cm.",
        "Update the router from 3.0.0.4 to version 3.0.0.6; the app needs 17.4.1.2.",
        "Invoice 2026-114-0093 of 04.02.2026 over 1.204,50 EUR refers to order 700-554-2201.",
        "We sold 3 450 000 pairs between 2019 and 2025; sizes 36 37 38 39 40 sell best.",
        "IMEI 490154203237518, model SM-G991B, build 1204.3321.9987, serial R58M12ABCDE.",
        "The warehouse is at 48.8584, 2.2945, open 08:00-16:30, docks 101-105.",
        "VAT GB 999 9999 73, company no. 07524813, IBAN FR76 3000 6000 0112 3456 7890 189.",
        "Ticket 212-555-0100-A was merged into 8885550123; see case number 303-555-0150.",
        "Return label RMA 2026-0314-7781, weight 12.450 kg, 3 boxes of 40 x 30 x 25.",
        "The gift card 6006 4912 3456 7890 holds $25.00 until 12/2027.",
        "Flight LH 1178 leaves at 06:45, gate B42, booking reference 4417 2203 98.",
        "Lot 219-09-9987 and batch 078-05-1120 were recalled on 2026-01-09.",
        "RFC 5322 section 3.4.1, ISO 8601-1:2019, EN 71-3, and figure 1.2.3.4 explain it.",
        "Tracking 00340434292135100186 (DHL), 15501234567890 (DPD), 6129 8820 1147 (FedEx).",
        "Your code is 482 913; it runs out in 10 minutes. Voucher 5000-2026-3311-9 too.",
        "The motor turns at 1 200-3 400 rpm, 230 V, 50/60 Hz, 0.75 kW, IP65.",
    )
