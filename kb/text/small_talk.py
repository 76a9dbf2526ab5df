"""Sentences that ask nothing: courtesies, cries for help, and that something does not work, whatever it is."""

from __future__ import annotations

import re
from functools import cache

from kb.text.analyzer import analyzer

SENTENCE_END = re.compile(r"[.!?…。！？\n]+(?=\s|$)")

# Nothing that may be the matter itself: "I can't get in" is about signing in.
_WORDS = {
    "en": (
        "hi hello hey hiya dear sir madam team support all everyone everybody anyone anybody someone somebody "
        "there here good morning afternoon evening day nice great thank thanks thx cheers much many lot advance "
        "please pls plz help assist assistance question problem issue trouble urgent asap what why who can could "
        "would will should have has had been being did happening try tried trying everything nothing "
        "anything something works not cant no yes how doing ok okay now then today still again always never "
        "just really very so too also well but if idea know want need hope ask answer reply soon best regards kind "
        "sincerely yours bye goodbye sorry desperate angry frustrated confused we they us our these those im ive id "
        "anymore else new lol omg wtf damn hell test"
    ),
    "it": (
        "ciao salve buongiorno buonasera buon buona giorno giornata sera gentili tutti ragazzi raga grazie mille "
        "tante molte anticipo favore cortesia piacere scusa scusate disturbo aiuto aiutare aiutarmi aiutami "
        "aiutatemi potete puo puoi posso potrei potreste qualcuno domanda problema problemi bisogno ho hai ha "
        "abbiamo avete sono sei siete sto stai sta come cosa perche chi c ce ora adesso poi oggi ancora sempre "
        "mai niente nulla tutto qualcosa provato tentato prova funziona funzionano non nn so sapete ditemi fare "
        "faccio vorrei voglio urgente presto subito cordiali distinti saluti attesa resto riscontro rispondete "
        "rispondetemi risposta disperato disperata piu molto tanto davvero ok si no anche ma se qui qua succede "
        "va vi ci ti tu voi noi x xfavore delle"
    ),
    "ru": (
        "здравствуйте здравствуй привет добрый доброе доброго день дня утро вечер всем люди ребята уважаемые "
        "уважением спасибо благодарю заранее большое огромное пожалуйста плиз помогите помоги помочь помощь нужна "
        "нужно можете может можно кто то нибудь есть вопрос проблема нет да ничего все всего чё че почему где как "
        "тут дела здесь делать знаю понимаю подскажите скажите ответьте ответ жду срочно очень уже еще опять снова "
        "всегда сегодня сейчас теперь у меня пробовал пробовала попробовал попробовала работает работают происходит "
        "хорошего извините простите ну вот так только просто хочу вы вас вам ты тест"
    ),
}

_HOW_MUCH = re.compile(r"\bhow\s+(much|many|soon)\b", re.IGNORECASE)
"""What asks something, though each of its words is a courtesy elsewhere: "how are you", "thanks very much"."""


def asking(text: str) -> str:
    """A text without its sentences that ask nothing; the text as it is where no other is left."""
    if not SENTENCE_END.search(text):
        return text
    begin = 0
    kept = []
    for end in [*(match.end() for match in SENTENCE_END.finditer(text)), len(text)]:
        if not is_small_talk(text[begin:end]):
            kept.append(text[begin:end])
        begin = end
    return "".join(kept).strip() or text


def is_small_talk(text: str) -> bool:
    """Whether a text asks nothing in one of the languages that there is a list for."""
    return not _HOW_MUCH.search(text) and any(
        listed.issuperset(analyzer(lang).terms(text)) for lang, listed in _terms().items()
    )


@cache
def _terms() -> dict[str, frozenset[str]]:
    return {lang: frozenset(analyzer(lang).terms(words)) for lang, words in _WORDS.items()}
