from __future__ import annotations

import pytest

from kb.index.embedded import EmbeddedEngine
from kb.index.engine import IndexReader
from kb.search.languages import in_order
from kb.search.synonyms import Synonyms
from tests.corpus import document


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> IndexReader:
    """English pages of messages, and Russian ones of which one quotes an English message."""
    engine = EmbeddedEngine(tmp_path_factory.mktemp("spoken") / "index")
    engine.rebuild(
        [
            *(document(f"en/a/{n}", f"A message {n}", f"The message number {n} is sent.") for n in range(8)),
            *(document(f"ru/a/{n}", f"Письмо {n}", f"Письмо номер {n} отправлено.") for n in range(8)),
            document("ru/a/bounce", "Письмо вернулось", "Сервер пишет: the message was refused."),
        ]
    )
    return engine.reader()


@pytest.mark.parametrize(
    ("hint", "typed", "first"),
    [
        ("en", "message", "en"),
        (
            "en",
            "zzzz message",
            "en",
        ),  # rare in the Russian pages, yet no more of them than of the English ones
        ("en", "message refused", "ru"),  # only there
        ("en", "письмо", "ru"),
        ("ru", "письмо message", "ru"),
        ("ru", "sent number", "en"),
        ("it", "письмо", "ru"),  # a reader whose language has no pages
    ],
)
def test_a_query_is_searched_first_in_its_language(
    reader: IndexReader, hint: str, typed: str, first: str
) -> None:
    assert in_order(reader, typed, hint, Synonyms(list, "en"))[0] == first
