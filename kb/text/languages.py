"""What is known of each language: its stemmer, the words that carry no meaning in a question, its elisions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

# Long stop lists hurt questions ("how can I get it"): words are weighed by the data (IDF) instead. Only
# articles, pronouns and auxiliaries that say nothing about any topic are left out.
_EN = (
    "a an and are as at be by for i in is it me my of on or that the this to was with you your do does am s t"
)
_IT = (
    "a al alla ai agli alle da dal dalla di del della dei delle e ed è i il in la le lo gli un una uno o che mi "
    "per su"
)
_RU = "а в во и на о об от по с со к у за из что это как же бы ли я мне мой мы не"
_DE = "der die das den dem des ein eine einen einem eines und in im zu zum zur von mit ist sind ich es auf an am für"
_FR = "le la les un une des de du et à au aux en est il je ce ma mon mes pour sur que qui"
_ES = "el la los las un una unos de del y a al en es mi me que por para con lo se"
_PT = "o a os as um uma de do da dos das e em no na é que me meu por para com se"
_NL = "de het een en van in is op te ik mijn dat met voor"


@dataclass(frozen=True, slots=True)
class Pairs:
    """Two words that are one: ``log in`` and ``login``, ``can not`` and ``can't``."""

    firsts: Mapping[str, str]
    """What each first word, or its stem, gives to the two together."""
    seconds: Mapping[str, str]
    together: frozenset[str]
    between: frozenset[str] = frozenset()
    """Words that may stand between the two: "it logs me out"."""


@dataclass(frozen=True, slots=True)
class Language:
    """How the words of one language are reduced to terms."""

    code: str
    stemmer: str = ""
    """The Snowball algorithm; empty where there is none."""
    stop_words: frozenset[str] = frozenset()
    elision: re.Pattern[str] | None = None
    """Matches a shortened article or pronoun glued to the next word: l'account, dell'account."""
    pairs: Pairs | None = None
    """Pairs of words that are as often written as one."""
    same: Mapping[str, str] = field(default_factory=dict)
    """Words that count as another: "doesn't" as "can't"."""


# Verbs whose noun is written as one word, in help pages as often as the two: to log in, the login page.
_VERBS = (
    "add back break build call check clean clear cut drop follow hang hold key kick lock log look mark opt pass pay "
    "pick plug pop power print roll set shut sign stand start sync take time top turn type wake warm work wrap zoom"
)
_PARTICLES = "in on up out off down over through"
# Each alone would count as a rare word; what won't work and what doesn't is the same trouble.
_NEGATIONS = "aint arent couldnt didnt doesnt dont hadnt hasnt havent isnt shouldnt wasnt werent wont wouldnt"
_BETWEEN = "me it us him her them you back"


def _english_pairs() -> Pairs:
    verbs, particles = _VERBS.split(), _PARTICLES.split()
    return Pairs(
        firsts={verb: verb for verb in verbs} | {"can": "ca"},
        seconds={particle: particle for particle in particles} | {"not": "nt"},  # can not, cannot, can't
        together=frozenset({verb + particle for verb in verbs for particle in particles} | {"cant"}),
        between=frozenset(_BETWEEN.split()),
    )


_ITALIAN_ELISION = re.compile(
    r"^(?:l|un|d|c|s|t|m|v|n|dell|all|dall|nell|sull|quell|quest|bell|sant|gl)['’](?=\w)", re.I
)
_FRENCH_ELISION = re.compile(r"^(?:l|d|j|m|t|s|n|c|qu|jusqu|lorsqu|puisqu)['’](?=\w)", re.I)

_SNOWBALL = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
_STOP_WORDS = {"en": _EN, "it": _IT, "ru": _RU, "de": _DE, "fr": _FR, "es": _ES, "pt": _PT, "nl": _NL}
_ELISIONS = {"it": _ITALIAN_ELISION, "fr": _FRENCH_ELISION, "ca": _FRENCH_ELISION}


def language(code: str) -> Language:
    """The language of a code such as ``it`` or ``pt-br``; one without a stemmer where the code is unknown."""
    base = code.lower().replace("_", "-").split("-")[0]
    return Language(
        code=base,
        stemmer=_SNOWBALL.get(base, ""),
        stop_words=frozenset(_STOP_WORDS.get(base, "").split()),
        elision=_ELISIONS.get(base),
        pairs=_english_pairs() if base == "en" else None,
        same=dict.fromkeys(_NEGATIONS.split(), "cant") if base == "en" else {},
    )
