from __future__ import annotations

from datetime import date

import pytest

from kb import readership as module
from kb.errors import NotFound, StorageError
from kb.model import Card, Kind
from kb.readership import Readership, helpfulness
from kb.storage.database import Database
from kb.storage.events import SearchEventStore
from kb.storage.search_opens import SearchOpenStore
from kb.storage.votes import Tally
from tests.storage.damage import locked, make_read_only


def card(document_id: str) -> Card:
    if document_id == "en/topic/gone":
        raise NotFound("There is none.")
    kind = Kind.THREAD if document_id.startswith("community/") else Kind.ARTICLE
    return Card(document_id, kind, "en", "topic", f"/{document_id}", document_id)


@pytest.fixture
def readers(database: Database, monkeypatch: pytest.MonkeyPatch) -> Readership:
    monkeypatch.setattr(module, "FRESH", 0.0)
    return Readership(lambda: database, card)


def ids(cards: tuple[Card, ...]) -> list[str]:
    return [one.id for one in cards]


def logged(database: Database) -> list[str]:
    return sorted(one.query for one in SearchEventStore(database).searched(date.min))


def opened(database: Database) -> list[tuple[str, str, int]]:
    return [(one.query, one.document, one.times) for one in SearchOpenStore(database).opened(date.min)]


def read(readers: Readership, times: dict[str, int]) -> None:
    for document_id, count in times.items():
        for _ in range(count):
            readers.count_view(document_id, "en")


def test_most_read_are_articles_that_are_still_there(readers: Readership) -> None:
    read(readers, {"en/topic/a": 2, "en/topic/b": 5, "en/topic/gone": 9, "community/t": 7})
    readers.flush()
    assert ids(readers.most_read("en", 5)) == ["en/topic/b", "en/topic/a"]


def test_views_wait_in_memory_until_they_are_due(
    readers: Readership, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers.count_view("en/topic/a", "en")
    readers.flush_if_due()
    assert readers.most_read("en", 5) == ()
    monkeypatch.setattr(module, "FLUSH_AFTER", 0.0)
    readers.flush_if_due()
    assert ids(readers.most_read("en", 5)) == ["en/topic/a"]


def test_what_could_not_be_written_is_written_later_and_only_once(
    readers: Readership, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    read(readers, {"en/topic/a": 3})
    for query in ("my secret illness", "invoice"):
        readers.count_search(query, "en", 2)
    readers.count_open("invoice", "en", "en/topic/a")
    with locked(database):
        readers.flush()
    assert (readers.most_read("en", 5), logged(database), opened(database)) == ((), [], [])
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "locked" in caplog.text
    assert "illness" not in caplog.text
    for _ in range(2):
        readers.flush()
    assert ids(readers.most_read("en", 5)) == ["en/topic/a"]
    assert logged(database) == ["invoice", "my secret illness"]
    assert opened(database) == [("invoice", "en/topic/a", 1)]


def test_no_more_searches_wait_than_memory_is_meant_for(
    readers: Readership, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 2)
    for query in "abc":
        readers.count_search(query, "en", 1)
        readers.count_open(query, "en", "en/topic/a")
    readers.flush()
    assert logged(database) == ["a", "b"]
    assert [query for query, _, _ in opened(database)] == ["a", "b"]


def test_list_is_made_anew_only_after_a_while(database: Database) -> None:
    readers = Readership(lambda: database, card)
    assert readers.most_read("en", 5) == ()
    read(readers, {"en/topic/a": 1})
    readers.flush()
    assert readers.most_read("en", 5) == ()


def test_counting_and_listing_go_on_without_a_database() -> None:
    def broken() -> Database:
        raise StorageError("The disk is gone.")

    readers = Readership(broken, card)
    readers.count_view("en/topic/a", "en")
    readers.flush()
    assert (readers.most_read("en", 5), readers.most_helpful("en", 5), readers.popular_searches("en", 5)) == (
        (),
        (),
        (),
    )


def test_most_helpful_needs_several_votes_and_most_of_them(readers: Readership) -> None:
    for document_id, helpful in (
        *[("en/topic/liked", True)] * 9,
        ("en/topic/liked", False),
        *[("en/topic/few", True)] * 2,
        *[("en/topic/three", True)] * 3,
        *[("en/topic/disliked", False)] * 5,
        ("en/topic/disliked", True),
    ):
        readers.vote(document_id, helpful=helpful)
    assert ids(readers.most_helpful("en", 5)) == ["en/topic/liked", "en/topic/three"]


def test_nine_of_ten_say_more_than_three_of_three() -> None:
    assert helpfulness(Tally("a", 9, 10)) == pytest.approx(
        0.5958, abs=1e-4
    )  # Wilson's interval: 0.596 to 0.982
    assert helpfulness(Tally("a", 9, 10)) > helpfulness(Tally("b", 3, 3))


def test_key_of_a_vote_cannot_be_guessed_and_changes_it(readers: Readership) -> None:
    key = readers.vote("en/topic/a", helpful=True)
    assert len(key) >= 22
    assert readers.vote("en/topic/a", helpful=False, key=key) == key
    assert readers.vote("en/topic/a", helpful=False) != key


@pytest.mark.parametrize("document_id", ["en/topic/gone", "community/t"])
def test_only_articles_are_voted_on(readers: Readership, document_id: str) -> None:
    with pytest.raises(NotFound):
        readers.vote(document_id, helpful=True)


def test_comment_loses_what_is_personal(readers: Readership, database: Database) -> None:
    key = readers.vote("en/topic/a", helpful=False)
    readers.explain(key, ["unclear", "<script>"], "Write to anna@example.org please")
    with database.read() as connection:
        reasons, comment = connection.exec_driver_sql("SELECT reasons, comment FROM votes").one()
    assert reasons == '["unclear"]'
    assert "anna@example.org" not in comment


def test_vote_that_cannot_be_stored_says_so(readers: Readership, database: Database) -> None:
    make_read_only(database)
    with pytest.raises(StorageError):
        readers.vote("en/topic/a", helpful=True)


def test_popular_searches_are_those_of_many_that_found_something(readers: Readership) -> None:
    for query, total, times in (
        ("Invoice", 3, 3),
        ("invoice", 3, 3),
        ("nothing", 0, 9),
        ("my own words", 2, 4),
    ):
        for _ in range(times):
            readers.count_search(query, "en", total)
    readers.flush()
    assert readers.popular_searches("en", 5) == ("invoice",)
    assert readers.popular_searches("it", 5) == ()
