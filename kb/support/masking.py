"""Secrets out of what people send us, before it is stored or logged: what nobody needs in order to help.

Unlike :mod:`kb.support.scrubbing` it keeps addresses, phone numbers and error codes: those help.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.support.numbers import CARD, IBAN, card_number, is_card, is_iban
from kb.support.rewriting import Rule, always, beginning, rewrite

_PLACEHOLDER = r"(?!\[(?:card|iban|password|key)\b)"  # masking twice changes nothing

# --- passwords ---------------------------------------------------------------------------------------

_LABEL = beginning(
    *("pass(?:words?|wd|phrase|code)?", "pwd", "psw", "pin(?:[ -]?code)?", "parola[ ]chiave"),
    *("парол[ьяею]", "пасс?ворд", "пин-?код"),
)
_SAYS = r"(?:\s{0,3}(?:[:=]|—|–|->|=>)|\s{1,3}(?i:is|was|è|é|e'|era|это|-)(?=\s)\s?:?)"
_PASSWORD = re.compile(
    rf"""{_LABEL} (?:\s{{1,3}}\w{{1,20}}){{0,2}}? {_SAYS} [\s"'«“„]{{0,3}}+ {_PLACEHOLDER}
        (?P<secret>\S{{3,200}})""",
    re.VERBOSE,
)
_PASSWORD_QUOTED = re.compile(
    rf"""{_LABEL} (?:\s{{1,3}}\w{{1,20}}){{0,2}}? {_SAYS} \s{{0,3}} ["«“„] {_PLACEHOLDER}
        (?P<secret>[^"«»“”„\n]{{2,80}})(?=["»”“])""",
    re.VERBOSE,
)
_PASSWORD_BEHIND = re.compile(  # "my password hunter2": a word with a digit in it
    rf"{_LABEL} \s{{1,3}} {_PLACEHOLDER} (?P<secret>(?=\S{{0,60}}\d)(?=\S{{0,60}}[^\W\d_])\S{{6,64}})(?!\S)",
    re.VERBOSE,
)
_NO_PASSWORD = frozenset(
    """
    a about again all already also always an and any are as ask asked at back because been before being blank but by
    can can't cannot case changed compromised correct did does doesn't don't empty enter every everything expired fail
    failed failing fails fine for forgot forgotten from gets gone good had has have having he her his how i i'm if in
    incorrect invalid is isn't it it's its just keep keeps known long lost me missing must my new nice no none not
    nothing now of off ok okay old on one only or our please refused rejected required reset right same saved says
    shared she short should since so some something still stolen strong that the their them then there they this to
    too unknown until used using valid very was we weak were what when where which while who why will with won't
    working would wrong you your
    ai al anche ancora bloccata che chi ci come con corretta cosa da dalla dei del della di dimenticata diversa dove
    e errata fa giusta già gli ha ho il in invalida la le lo lunga ma mi mia mio molto nel nella nessuna non nulla o
    ok ora per perché persa più po' quale qualcosa quando quella questa richiesta rifiutata sbagliata scaduta se
    sempre si solo sono sta stata stessa su sua tra troppo tua un una uno valida vecchia nuova è
    а без был была были быть в вам вас верный верен все всё вы да для до его ее если есть еще ещё же за и из или их
    как какой когда который кто ли меня мне мой моя мы на не нет неверный неверен новый но ну о об он она они от
    по почему при просит пропал просто с сам сейчас со старый так также там то того только тот ты у уже устарел
    утерян что чтобы это этот я
    """.split()  # noqa: SIM905 - prose, not code
)
"""Words that go on talking about a password where the password itself would stand."""


def _is_password(found: str, _before: str) -> bool:
    word = found.casefold().strip(".,;:!?…()\"'«»“”")
    return word not in _NO_PASSWORD and any(
        character.isalnum() or character in "!$%&*@#" for character in found
    )


# --- keys --------------------------------------------------------------------------------------------

_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]{0,20000}(?:-----END [A-Z ]{0,30}-----)?"
)
_BEARER = re.compile(
    rf"{beginning('bearer', 'basic')} \s{{1,3}} {_PLACEHOLDER} (?P<secret>[A-Za-z0-9._~+/=-]{{8,4096}})",
    re.VERBOSE,
)
_JWT = re.compile(r"eyJ(?<![\w-]eyJ)[\w-]{5,4096}\.[\w-]{5,4096}(?:\.[\w-]{0,4096})?")
_VENDOR_KEY = re.compile(
    r"""(?<![A-Za-z0-9_]) (?:
        (?:sk|pk|rk)[-_](?:(?:live|test|proj|ant)[-_])?[A-Za-z0-9_-]{16,250}
      | gh[pousr]_[A-Za-z0-9]{20,255} | github_pat_\w{20,255} | glpat-[\w-]{16,64}
      | xox[abeprs]-[A-Za-z0-9-]{10,250} | (?:AKIA|ASIA)[A-Z0-9]{16} | AIza[\w-]{30,40} | ya29\.[\w-]{20,250}
      | SG\.[\w-]{16,32}\.[\w-]{16,64} | (?:npm|hf|dop_v1|shpat|pypi)[-_][A-Za-z0-9_-]{20,250} | key-[0-9a-f]{32}
    )""",
    re.VERBOSE,
)
_KEY_LABEL = beginning(
    *("x-api[ _-]?keys?", "api[ _-]?keys?", "authtoken", "token", "secret"),
    *(rf"{whose}[ _-]?(?:key|token|secret)" for whose in ("access", "secret", "private", "auth", "session")),
    *(rf"{whose}[ _-]?(?:key|token|secret)" for whose in ("refresh", "csrf", "client")),
    *("chiave[ ]?(?:api|segreta)", "api[ -]?ключ", "ключ[ ]?api", "токен"),
)
_LABELLED_KEY = re.compile(
    rf"""{_KEY_LABEL} (?:\s{{0,3}}[:=]|\s{{1,3}}(?i:is|è|это|—|–|-)(?=\s)) [\s"'«“„]{{0,3}}+ {_PLACEHOLDER}
        (?P<secret>[^\s"'<>«»“”,;&]{{8,4096}})""",
    re.VERBOSE,
)
_IN_ADDRESS = re.compile(rf"://(?<=[a-z0-9]://)[^\s:/@]{{1,64}}:{_PLACEHOLDER}(?P<secret>[^\s/@]{{1,128}})@")


def _is_key(found: str, _before: str) -> bool:
    """A key has a digit, or both cases: "token: unavailable" has neither."""
    return any(c.isdigit() for c in found) or (found.lower() != found and found.upper() != found)


# --- all of them -------------------------------------------------------------------------------------


def _card(found: str) -> str:
    """With what a receipt shows, and an agent needs to find the payment."""
    return f"[card …{card_number(found)[-4:]}]"


@dataclass(frozen=True, slots=True)
class _Secret:
    kind: str
    rule: Rule


# In this order: what is longest first, and a password may look like a card number.
_SECRETS = (
    _Secret("key", Rule("[key]", _PRIVATE_KEY, always)),
    _Secret("key", Rule("[key]", _BEARER, _is_key)),
    _Secret("key", Rule("[key]", _JWT, always)),
    _Secret("key", Rule("[key]", _VENDOR_KEY, always)),
    _Secret("key", Rule("[key]", _LABELLED_KEY, _is_key)),
    _Secret("password", Rule("[password]", _IN_ADDRESS, always)),
    _Secret("password", Rule("[password]", _PASSWORD_QUOTED, always)),
    _Secret("password", Rule("[password]", _PASSWORD, _is_password)),
    _Secret("password", Rule("[password]", _PASSWORD_BEHIND, _is_password)),
    _Secret("iban", Rule("[iban]", IBAN, is_iban)),
    _Secret("card", Rule(_card, CARD, is_card)),
)

KINDS = ("card", "iban", "password", "key")
"""Every kind of secret, in the order they are told."""


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without its secrets, and the kinds that were found."""

    text: str
    kinds: tuple[str, ...]


def mask(text: str) -> Masked:
    """The text with a placeholder for each secret. Never raises; masking twice changes nothing."""
    found: set[str] = set()
    for secret in _SECRETS:
        rewritten = rewrite(text, secret.rule)
        if rewritten != text:
            found.add(secret.kind)
        text = rewritten
    return Masked(text, tuple(kind for kind in KINDS if kind in found))
