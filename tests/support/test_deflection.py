from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from kb.support.deflection import outcome, report
from kb.support.wilson import wilson
from kb.ticket_model import ContactSession, Figure, Outcome

TODAY = date(2026, 3, 31)
OLD = date(2026, 3, 1)


def session(ended: str = "", *, shown: int = 0, opened: int = 0, day: date = OLD) -> ContactSession:
    names = [f"en/a/{n}" for n in range(5)]
    return ContactSession("k", day, "en", "", tuple(names[:shown]), tuple(names[:opened]), ended)


@pytest.mark.parametrize(
    ("one", "end"),
    [
        (session("confirmed", shown=1), Outcome.CONFIRMED),
        (session("revoked", shown=1), Outcome.REVOKED),
        (session("submitted"), Outcome.SUBMITTED),
        (session(shown=1, opened=1), Outcome.POTENTIAL),
        (session(shown=1), Outcome.ABANDONED),
        (session(), Outcome.ABANDONED),
        (session(shown=1, opened=1, day=date(2026, 3, 28)), Outcome.UNDECIDED),
        (session("confirmed", day=TODAY), Outcome.CONFIRMED),
    ],
)
def test_a_session_has_one_end(one: ContactSession, end: Outcome) -> None:
    assert outcome(one, TODAY, 3) is end


def figures(sessions: list[ContactSession]) -> dict[str, Figure]:
    return {one.name: one for one in report(sessions, None, TODAY, 3).figures}


def test_the_headline_is_confirmed_among_the_shown_and_nothing_is_added_to_it() -> None:
    sessions = [
        *[session("confirmed", shown=2)] * 3,
        session("revoked", shown=1),
        *[session(shown=1, opened=1)] * 2,
        *[session("submitted", shown=1)] * 4,
        *[session("submitted")] * 5,
        session(),
    ]
    found = figures(sessions)
    assert [name for name, one in found.items() if one.headline] == ["confirmed"]
    counted = {name: (one.count, one.of) for name, one in found.items()}
    assert counted == {
        "confirmed": (3, 10),
        "thanked": (4, 10),
        "revoked": (1, 4),
        "potential": (2, 10),
        "opened": (2, 10),
        "sent anyway": (4, 10),
        "covered": (10, 16),
        "submitted": (9, 16),
        "abandoned": (1, 16),
    }


def test_every_session_is_counted_in_exactly_one_end() -> None:
    sessions = [session("confirmed"), session("submitted"), session(), session(day=TODAY)]
    assert sum(report(sessions, None, TODAY, 3).outcomes.values()) == 4


def test_without_sessions_there_is_no_share() -> None:
    assert {(one.share, one.low, one.high) for one in figures([]).values()} == {(None, None, None)}


@given(st.integers(1, 5000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_is_wilsons(pair: tuple[int, int]) -> None:
    count, of = pair
    expected = binomtest(count, of).proportion_ci(method="wilson")
    found = wilson(count, of)
    assert found.low == pytest.approx(expected.low, abs=1e-9)
    assert found.high == pytest.approx(expected.high, abs=1e-9)
    assert 0 <= found.low <= count / of + 1e-12
    assert count / of - 1e-12 <= found.high <= 1
