from __future__ import annotations

from datetime import date, timedelta

import pytest

from kb.errors import StorageError
from kb.storage.database import Database
from kb.storage.views import DayViews, PageViewStore
from tests.storage.damage import make_read_only

TODAY = date(2026, 11, 25)


@pytest.fixture
def store(database: Database) -> PageViewStore:
    return PageViewStore(database)


def views(document: str, count: int, day: date = TODAY, lang: str = "en") -> DayViews:
    return DayViews(day, document, lang, count)


def test_views_of_a_day_add_up(store: PageViewStore) -> None:
    store.add([views("en/a", 2), views("en/b", 3)])
    store.add([views("en/a", 2)])
    assert store.most_read("en", TODAY, 10) == ["en/a", "en/b"]


def test_days_add_up_from_a_day_on(store: PageViewStore) -> None:
    long_ago = TODAY - timedelta(days=40)
    store.add([views("en/a", 100, long_ago), views("en/a", 1), views("en/b", 2)])
    assert store.most_read("en", TODAY, 10) == ["en/b", "en/a"]
    assert store.most_read("en", long_ago, 10) == ["en/a", "en/b"]


def test_each_language_has_its_own_list(store: PageViewStore) -> None:
    store.add([views("en/a", 9), views("it/a", 1, lang="it")])
    assert store.most_read("it", TODAY, 10) == ["it/a"]


def test_list_is_cut(store: PageViewStore) -> None:
    store.add([views(f"en/{number}", number) for number in range(1, 9)])
    assert store.most_read("en", TODAY, 2) == ["en/8", "en/7"]


def test_views_that_cannot_be_stored_are_refused_whole(store: PageViewStore, database: Database) -> None:
    make_read_only(database)
    with pytest.raises(StorageError, match="read-only"):
        store.add([views("en/a", 1)])
