"""Which words of a snippet are marked: what was typed, its forms and what it stands for, in three languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.index.embedded import EmbeddedEngine
from kb.model import Query
from kb.search.searcher import Searcher
from kb.search.synonyms import Synonyms
from tests.corpus import document

PAGES = [
    document(
        "en/a/cant",
        "Trouble with signing in",
        "You can sign in on any device. If you can't sign in, or cannot see the page, or simply can not, write. "
        "We won’t ask for your password; she won a prize.",
    ),
    document(
        "en/a/close", "Windows", "Close the window or you lose it. The window is closing, the door closed."
    ),
    document("en/a/send", "Letters", "The sender sends a letter. Resend it if the offender is at the end."),
    document(
        "it/a/corso", "Corsi", "Il corso comincia oggi. Lo scorso mese i corsi erano chiusi: svuota tutto."
    ),
    document("it/a/elimina", "Posta", "Per eliminare un messaggio, eliminalo dal cestino."),
    document("ru/a/udal", "Почта", "Удалить письмо можно сразу. Удалённое письмо в корзине удаляется позже."),
    document("ru/a/kljuch", "Защита", "Включите защиту. Ключ хранится отдельно, ключи нельзя отключить."),
]


NEGATIONS = ["can't", "cannot", "can not", "won’t"]


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    engine = EmbeddedEngine(tmp_path_factory.mktemp("marks"))
    engine.rebuild(PAGES)
    return Searcher(engine.reader, "en")


def marked(searcher: Searcher, query: str, page: str) -> list[str]:
    """The marked words of the page that a query finds."""
    lang = page.partition("/")[0]
    found = searcher.search(Query(query, lang=lang, within=lang))
    [hit] = [hit for hit in found.hits if hit.id == page]
    return [hit.snippet.text[span.start : span.end] for span in hit.snippet.spans]


@pytest.mark.parametrize("query", ["cant", "can't", "can’t", "CANT", "cannot"])
def test_who_cannot_is_not_shown_who_can(searcher: Searcher, query: str) -> None:
    assert marked(searcher, query, "en/a/cant") == NEGATIONS


def test_who_can_is_not_shown_who_cannot(searcher: Searcher) -> None:
    assert marked(searcher, "who can see it", "en/a/cant") == ["can", "see", "can"]


@pytest.mark.parametrize("query", ["wont", "won't"])
def test_a_short_word_is_no_form_of_another(searcher: Searcher, query: str) -> None:
    assert marked(searcher, query, "en/a/cant") == NEGATIONS  # and not "won"


@pytest.mark.parametrize(
    ("query", "page", "shown"),
    [
        ("close", "en/a/close", ["Close", "closing", "closed"]),
        ("lose", "en/a/close", ["lose"]),
        ("send", "en/a/send", ["sender", "sends"]),
        ("corso", "it/a/corso", ["corso", "corsi"]),
        ("vuotare", "it/a/corso", ["svuota"]),
        ("eliminare", "it/a/elimina", ["eliminare", "eliminalo"]),
        ("удалить", "ru/a/udal", ["Удалить", "Удалённое", "удаляется"]),
        ("ключ", "ru/a/kljuch", ["Ключ", "ключи"]),
    ],
)
def test_forms_of_a_word_are_marked_and_other_words_are_not(
    searcher: Searcher, query: str, page: str, shown: list[str]
) -> None:
    assert marked(searcher, query, page) == shown


@pytest.mark.parametrize(
    ("query", "page", "shown"),
    [
        ("windwo", "en/a/close", "window"),
        ("elimnare", "it/a/elimina", "eliminare"),
        ("песьмо", "ru/a/udal", "письмо"),
    ],
)
def test_what_a_misspelt_word_meant_is_marked(searcher: Searcher, query: str, page: str, shown: str) -> None:
    assert shown in marked(searcher, query, page)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("2fa", ["second", "step", "step", "second"]),
        ("second 2fa", ["second", "step", "step", "second", "second"]),
        ("gate", ["gate", "second", "step", "step", "second", "step"]),
    ],
)
def test_a_synonym_of_several_words_is_marked_only_as_a_whole(
    tmp_path: Path, query: str, shown: list[str]
) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "_synonyms.txt").write_text("2fa, second step\ngate, step\ngate, second step\n")
    engine = EmbeddedEngine(tmp_path / "index")
    page = "Use the gate, a second-step, or step of the second. For a whole second it is no step at all."
    engine.rebuild([document("en/a/two", "Safe", page)])
    searcher = Searcher(engine.reader, "en", synonyms=Synonyms(lambda: [tmp_path], "en"))
    assert marked(searcher, query, "en/a/two") == shown
