"""Card and account numbers: their shapes, and the check digits that tell them from look-alikes."""

from __future__ import annotations

import re

# ISO 13616 registry: the countries by the length of their account numbers.
_IBAN_COUNTRIES = {
    15: "NO",
    16: "BE",
    18: "DK FI FK FO GL NL SD",
    19: "MK SI",
    20: "AT BA EE KZ LT LU MN XK",
    21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA",
    23: "AE GI IL IQ OM SO TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST",
    26: "IS TR",
    27: "BI DJ FR GR IT MC SM",
    28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
    29: "BR EG PS QA UA",
    30: "JO KW MU YE",
    31: "MT SC",
    32: "LC",
    33: "RU",
}
_GAP = r"[\s.\-]{0,3}"
IBAN = re.compile(
    r"(?<![^\W_]) (?=[A-Z]{2}\d\d) (?:"  # two letters and two digits are rare, so little is matched further
    + "|".join(
        rf"(?:{countries.replace(' ', '|')}) \d\d (?:{_GAP}[A-Z0-9]){{{length - 4}}}"
        for length, countries in _IBAN_COUNTRIES.items()
    )
    + r") (?![^\W_])",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)

_CARD_GAP = r"[\s.\-]{1,3}"
CARD = re.compile(
    rf"""\d(?<!\d\d) (?:  # a digit first: the search skips to it
        \d{{12,18}}
        # 16 digits, then a security code or the rest of a longer number
      | \d{{3}}(?:{_CARD_GAP}\d{{4}}){{3}} (?:{_CARD_GAP}\d{{1,3}})?
        # American Express, Diners Club
      | \d{{3}}{_CARD_GAP}\d{{6}}{_CARD_GAP}\d{{4,5}}
    ) (?!\d)""",
    re.VERBOSE,
)


def digits(text: str) -> str:
    """The decimal digits of a text, of any script, in our own."""
    found = "".join(filter(str.isdecimal, text))
    return found if found.isascii() else "".join(str(int(character)) for character in found)


def is_iban(found: str, _before: str) -> bool:
    """ISO 7064, MOD 97-10."""
    letters = "".join(character for character in found.upper() if character.isalnum())
    return int("".join(str(int(character, 36)) for character in letters[4:] + letters[:4])) % 97 == 1


def is_card(found: str, before: str) -> bool:
    """A check digit that fits, and nothing before it that makes it a phone number."""
    if before.endswith("+") and len(digits(found)) <= 15:  # ITU-T E.164: a phone number
        return False
    return _passes_luhn(card_number(found))


def card_number(found: str) -> str:
    """The digits of a card's number, without those of a security code written behind it."""
    number = digits(found)
    has_code = len(number) > 16 and not found.isdecimal() and _passes_luhn(number[:16])
    return number[:16] if has_code else number


_DOUBLED = str.maketrans("0123456789", "0246813579")
"""For each digit the sum of the digits of its double."""


def _passes_luhn(number: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    counted = number[-1::-2] + number[-2::-2].translate(_DOUBLED)
    return sum(map(int, counted)) % 10 == 0 and number.strip("0") != ""
