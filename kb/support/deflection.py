"""What the suggestions were worth: every usual definition side by side, the honest one marked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from kb.support.wilson import wilson
from kb.ticket_model import ContactSession, DeflectionReport, Figure, Outcome


def outcome(session: ContactSession, today: date, window: int) -> Outcome:
    """How a session ended; each has exactly one end."""
    if session.outcome:
        return Outcome(session.outcome)
    if session.day + timedelta(days=window) >= today:
        return Outcome.UNDECIDED
    return Outcome.POTENTIAL if session.opened else Outcome.ABANDONED


@dataclass(frozen=True, slots=True)
class _Seen:
    """What counts of a session."""

    outcome: Outcome
    shown: bool
    opened: bool


def report(
    sessions: Iterable[ContactSession], since: date | None, today: date, window: int
) -> DeflectionReport:
    """The figures of these sessions. ``window`` in days."""
    seen = [_Seen(outcome(one, today, window), bool(one.shown), bool(one.opened)) for one in sessions]
    counted = Counter(one.outcome for one in seen)
    return DeflectionReport(
        since=since,
        until=today,
        window=window,
        sessions=len(seen),
        shown=sum(one.shown for one in seen),
        outcomes={end: counted[end] for end in Outcome},
        figures=_figures(seen),
    )


def _figures(seen: list[_Seen]) -> tuple[Figure, ...]:
    shown = [one for one in seen if one.shown]
    ends = Counter(one.outcome for one in shown)
    every = Counter(one.outcome for one in seen)
    thanked = ends[Outcome.CONFIRMED] + ends[Outcome.REVOKED]
    return (
        _figure("confirmed", "confirmed ÷ shown", ends[Outcome.CONFIRMED], len(shown), headline=True),
        _figure("thanked", "confirmed or revoked ÷ shown", thanked, len(shown)),
        _figure("revoked", "revoked ÷ confirmed or revoked", ends[Outcome.REVOKED], thanked),
        _figure("potential", "read, left, no ticket ÷ shown", ends[Outcome.POTENTIAL], len(shown)),
        _figure("opened", "opened a suggestion ÷ shown", sum(one.opened for one in shown), len(shown)),
        _figure("sent anyway", "submitted ÷ shown", ends[Outcome.SUBMITTED], len(shown)),
        _figure("covered", "shown ÷ sessions", len(shown), len(seen)),
        _figure("submitted", "submitted ÷ sessions", every[Outcome.SUBMITTED], len(seen)),
        _figure("abandoned", "neither read nor sent ÷ sessions", every[Outcome.ABANDONED], len(seen)),
    )


def _figure(name: str, definition: str, count: int, of: int, *, headline: bool = False) -> Figure:
    if not of:
        return Figure(name, definition, count, of, None, None, None, headline)
    interval = wilson(count, of)
    return Figure(name, definition, count, of, count / of, interval.low, interval.high, headline)
