"""Personal data out of text: what is left may be kept in a log. Error codes and version numbers stay."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv6Address

from kb.storage.events import ScrubbedText
from kb.support.numbers import CARD, IBAN, digits, is_card, is_iban
from kb.support.rewriting import Rule, always, rewrite

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
        text = rewrite(text, rule)
    return ScrubbedText(text)


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
    if len(digits(found)) < _FEWEST_PHONE_DIGITS or _DATE.match(found):
        return False
    return not _ERROR_BEFORE.search(before)


def _is_token(found: str, _before: str) -> bool:
    return not all(_SPELT_OUT.fullmatch(part) for part in _TOKEN_SEAM.split(found))


# In this order: an address holds what looks like a token, an account number what looks like a phone's.
_RULES = (
    Rule("[email]", _EMAIL, always),
    Rule("[token]", _UUID, always),
    Rule("[iban]", IBAN, is_iban),
    Rule("[ip]", _IPV6, _is_ipv6),
    Rule("[ip]", _IPV4, _is_ipv4),
    Rule("[token]", _TOKEN, _is_token),
    Rule("[card]", CARD, is_card),
    Rule("[phone]", _PHONE, _is_phone),
)
