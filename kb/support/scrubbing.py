"""Personal data out of text: what is left may be kept in a log. Error codes and version numbers stay."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import AddressValueError, IPv6Address
from typing import NamedTuple

from kb.storage.events import ScrubbedText

# Every pattern starts behind a look-behind and repeats possessively or a bounded number of times:
# the time is linear in the text, whatever a stranger types.

_EMAIL = re.compile(
    r"""(?<![\w.+'-]) (?:(?<!%)|(?=40))  # not inside a local part; "%40" is an "@" in a web address
        (?:[\w.+'-]|%(?!40))++ (?:@|%40) (?:[\w-]{1,63}\.){1,8} [^\W\d_]{2,24}(?![^\W_])""",
    re.VERBOSE | re.IGNORECASE,
)

_IPV6 = re.compile(
    r"(?<![\w:.]) (?:[0-9a-f]{0,4}:){2,7} (?:(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]{0,4}) (?![\w:])",
    re.VERBOSE | re.IGNORECASE,
)
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = re.compile(rf"(?<![\w.]) {_OCTET}(?:\.{_OCTET}){{3}} (?![\w]|\.\d)", re.VERBOSE)
_VERSION_BEFORE = re.compile(
    r"(?: \b(?:v|ver|version|versione|release|build|firmware|app|update|верси\w*|сборк\w*)[.:\ ]{0,3}"
    r"  | [a-z]/ )\Z",  # Browser/16.5.1.2
    re.VERBOSE | re.IGNORECASE,
)

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
_IBAN = re.compile(
    r"(?<![^\W_]) (?:"
    + "|".join(
        rf"(?:{countries.replace(' ', '|')}) \d\d (?:{_GAP}[A-Z0-9]){{{length - 4}}}"
        for length, countries in _IBAN_COUNTRIES.items()
    )
    + r") (?![^\W_])",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)

_CARD_GAP = r"[\s.\-]{1,3}"
_CARD = re.compile(
    rf"""(?<!\d) (?:
        \d{{13,19}}
        # 16 digits, then a security code or the rest of a longer number
      | \d{{4}}(?:{_CARD_GAP}\d{{4}}){{3}} (?:{_CARD_GAP}\d{{1,3}})?
        # American Express, Diners Club
      | \d{{4}}{_CARD_GAP}\d{{6}}{_CARD_GAP}\d{{4,5}}
    ) (?!\d)""",
    re.VERBOSE,
)

_SEP = r"[ \u00a0\u202f/-]{0,2}"
_LOOSE = r"[ \u00a0\u202f/().-]{0,3}"
_PHONE = re.compile(
    rf"""(?: (?<![\d+]) \+ {_SEP} \(?\d (?:{_LOOSE}\d){{6,14}}                   # +39 333 123 4567
      | (?<![\w+-])(?<!\d[.,]) (?:
          00[1-9] (?:{_LOOSE}\d){{7,13}}                                         # 0039 333 123 4567
        | [18]? {_SEP} \( 0?\d{{2,5}} \) {_SEP} \d{{2,4}} (?:{_SEP}\d{{2,4}}){{1,2}}  # 8 (916) 123-45-67
        | (?:[18][ .-])? \d{{3}} ([ .-]) \d{{3}} \1 \d{{3,4}}                      # 555-123-4567, 612 345 678
        | 8[ -]?\d{{3}} [ -] \d{{3}} (?:[ -]?\d{{2}}){{2}}                         # 8 916 123-45-67
        | 3\d\d [ -] \d{{6,7}}                                                  # 333 1234567
        | 0\d (?:[ .-]\d\d){{4}}                                               # 06 12 34 56 78
        | 0\d{{1,4}} [ /-] \d{{2,8}} (?:[ -]\d{{2,4}}){{0,3}}                     # 02 1234 5678, 030/1234567
        | \d{{9,15}}
      ) ) (?!\w|[.:]\d)""",
    re.VERBOSE,
)
_FEWEST_PHONE_DIGITS = 8
_DATE = re.compile(r"(?:19|20)\d\d[ ./-]\d\d[ ./-]\d\d(?!\d)|0?\d[ ./-]\d\d[ ./-](?:19|20)\d\d(?!\d)")
_ERROR_BEFORE = re.compile(
    r"\b(?:error|err|errore|code|codice|hresult|status|ошибк\w*|код\w*)[ :#=№(\"'«]{0,3}\Z", re.IGNORECASE
)

_UUID = re.compile(r"(?<![^\W_])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![^\W_])", re.IGNORECASE)
_TOKEN = re.compile(r"(?<![A-Za-z0-9_+=-]) [A-Za-z0-9_+=-]{20,}+ (?:\.[A-Za-z0-9_-]{10,}+){0,2}", re.VERBOSE)
_TOKEN_SEAM = re.compile(r"[_+=.-]+")
_SPELT_OUT = re.compile(r"0x[0-9A-Fa-f]{1,16} | [A-Za-z]*\d{0,10} | \d{1,8}[A-Za-z]{0,5}", re.VERBOSE)
"""A part of a name that people read: ERR, iphone15, 0x80070005, 64bit. Random ones mix letters and digits."""


def scrub(text: str) -> ScrubbedText:
    """The text with [email], [iban], [ip], [token], [card], [phone] in place of what points at a person."""
    for rule in _RULES:
        text = _replace(text, rule)
    return ScrubbedText(text)


class _Rule(NamedTuple):
    """A shape, and the test that tells the real thing from a look-alike: ``(found, text before it)``."""

    placeholder: str
    pattern: re.Pattern[str]
    is_real: Callable[[str, str], bool]


def _replace(text: str, rule: _Rule) -> str:
    parts: list[str] = []
    kept = position = 0
    while match := rule.pattern.search(text, position):
        if rule.is_real(match[0], text[max(0, match.start() - 16) : match.start()]):
            parts += text[kept : match.start()], rule.placeholder
            kept = position = match.end()
        else:
            position = match.start() + 1  # the real one may begin inside the look-alike: "1234 4111 1111 …"
    return "".join([*parts, text[kept:]])


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdecimal())


def _is_iban(found: str, _before: str) -> bool:
    """ISO 7064, MOD 97-10."""
    letters = "".join(character for character in found.upper() if character.isalnum())
    return int("".join(str(int(character, 36)) for character in letters[4:] + letters[:4])) % 97 == 1


def _is_card(found: str, before: str) -> bool:
    digits = _digits(found)
    if before.endswith("+") and len(digits) <= 15:  # ITU-T E.164: a phone number
        return False
    # With a security code written behind it, only the first 16 digits are the card's.
    return _passes_luhn(digits) or (not found.isdecimal() and len(digits) > 16 and _passes_luhn(digits[:16]))


def _passes_luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    single = sum(int(digit) for digit in digits[-1::-2])
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (single + doubled) % 10 == 0 and digits.strip("0") != ""


def _is_ipv6(found: str, _before: str) -> bool:
    try:
        IPv6Address(found)
    except AddressValueError:
        return False
    return any(character.isdecimal() for character in found)  # "a::b" is program code


def _is_ipv4(found: str, before: str) -> bool:
    # The ".0.0.0" of browsers' versions is a network, never somebody's address.
    return not found.endswith(".0.0.0") and not _VERSION_BEFORE.search(before)


def _is_phone(found: str, before: str) -> bool:
    if len(_digits(found)) < _FEWEST_PHONE_DIGITS or _DATE.match(found):
        return False
    return not _ERROR_BEFORE.search(before)


def _is_token(found: str, _before: str) -> bool:
    return not all(_SPELT_OUT.fullmatch(part) for part in _TOKEN_SEAM.split(found))


def _always(_found: str, _before: str) -> bool:
    return True


# In this order: an address holds what looks like a token, an account number what looks like a phone's.
_RULES = (
    _Rule("[email]", _EMAIL, _always),
    _Rule("[token]", _UUID, _always),
    _Rule("[iban]", _IBAN, _is_iban),
    _Rule("[ip]", _IPV6, _is_ipv6),
    _Rule("[ip]", _IPV4, _is_ipv4),
    _Rule("[token]", _TOKEN, _is_token),
    _Rule("[card]", _CARD, _is_card),
    _Rule("[phone]", _PHONE, _is_phone),
)
