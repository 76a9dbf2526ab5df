from __future__ import annotations

import pytest
from sqlalchemy import select

from kb.errors import NotFound
from kb.storage.database import Database
from kb.storage.events import ScrubbedText
from kb.storage.tables import votes
from kb.storage.votes import Tally, VoteStore


@pytest.fixture
def store(database: Database) -> VoteStore:
    return VoteStore(database)


def test_votes_are_counted_for_each_document(store: VoteStore) -> None:
    for number, helpful in enumerate([True, True, False]):
        store.cast(f"k{number}", "en/a", "en", helpful=helpful)
    store.cast("other", "it/a", "it", helpful=True)
    assert store.tallies("en") == [Tally("en/a", helpful=2, total=3)]


def test_second_thought_replaces_the_first_and_its_reasons(store: VoteStore, database: Database) -> None:
    store.cast("k", "en/a", "en", helpful=True)
    store.explain("k", ["clear"], ScrubbedText("nice"))
    store.cast("k", "en/a", "en", helpful=False)
    assert store.tallies("en") == [Tally("en/a", helpful=0, total=1)]
    with database.read() as connection:
        assert connection.execute(select(votes.c.reasons, votes.c.comment)).one() == ([], "")


def test_reasons_are_kept_with_their_vote(store: VoteStore, database: Database) -> None:
    store.cast("k", "en/a", "en", helpful=False)
    store.explain("k", ["unclear", "outdated"], ScrubbedText("Шаг 3\0 \ud800"))
    with database.read() as connection:
        row = connection.execute(select(votes.c.reasons, votes.c.comment)).one()
    assert row == (["unclear", "outdated"], "Шаг 3 ?")


def test_reasons_need_a_vote(store: VoteStore) -> None:
    with pytest.raises(NotFound):
        store.explain("none", ["clear"], ScrubbedText(""))


def test_nothing_stored_tells_who_or_when_within_the_day(store: VoteStore) -> None:
    assert {column.name for column in votes.columns} == {
        *("key", "day", "document", "lang", "helpful", "reasons", "comment")
    }
