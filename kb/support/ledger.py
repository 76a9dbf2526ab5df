"""The deflection ledger: what the contact form showed and how its sessions ended; docs/contact.md defines it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from kb.errors import StorageError
from kb.model import TicketDraft
from kb.storage.contact_sessions import ContactSessionStore, Earlier, SessionNote
from kb.storage.salts import SaltStore
from kb.support.recontact import alike, gist, visitor_hash
from kb.ticket_model import Circumstances, ContactSession, Outcome

_logger = logging.getLogger(__name__)


def utc_today() -> date:
    """The day it is in UTC."""
    return datetime.now(UTC).date()


class Ledger:
    """Counts sessions; a failure to count is logged and never stops anyone. ``window`` in days."""

    def __init__(
        self,
        sessions: ContactSessionStore,
        salts: SaltStore,
        window: int,
        today: Callable[[], date] = utc_today,
    ) -> None:
        self._sessions = sessions
        self._salts = salts
        self._window = timedelta(days=window)
        self._today = today

    def wrote(
        self,
        draft: TicketDraft,
        circumstances: Circumstances,
        shown: Sequence[str] = (),
        features: Mapping[str, float] | None = None,
    ) -> None:
        """Somebody is writing, and was shown these documents, which match so well."""
        self._try(lambda: self._sessions.note(self._note(draft, circumstances, shown, features=features)))

    def opened(self, session: str, document_id: str) -> None:
        """A suggestion was opened."""
        note = SessionNote(session, self._today(), opened=(document_id,))
        self._try(lambda: self._sessions.note(note))

    def confirmed(self, session: str) -> None:
        """ "This solved it"."""
        note = SessionNote(session, self._today(), outcome=Outcome.CONFIRMED.value)
        self._try(lambda: self._sessions.finish(note))

    def submitted(self, draft: TicketDraft, circumstances: Circumstances) -> None:
        """A ticket was stored: ends this session, and takes back what an earlier one of the same visitor claimed."""
        note = self._note(draft, circumstances, (), Outcome.SUBMITTED)
        self._try(lambda: self._sessions.finish(note))
        self._try(lambda: self._sessions.end(self._taken_back(draft, circumstances)))

    def session(self, key: str) -> ContactSession | None:
        """What is known of a session."""
        return self._sessions.get(key)

    def rotate(self) -> None:
        """Destroy the salts, and with them the meaning of all hashes, of days outside the window."""
        first = self._today() - self._window
        self._salts.forget(first)
        self._sessions.forget_visitors(first)

    def _note(
        self,
        draft: TicketDraft,
        circumstances: Circumstances,
        shown: Sequence[str],
        outcome: Outcome | None = None,
        features: Mapping[str, float] | None = None,
    ) -> SessionNote:
        today = self._today()
        salt = self._salts.of(today)
        return SessionNote(
            key=circumstances.session,
            day=today,
            lang=draft.lang,
            category=draft.category,
            visitor=visitor_hash(circumstances.visitor, salt),
            gist=gist(f"{draft.subject}\n{draft.body}", draft.lang, salt),
            shown=tuple(shown),
            outcome=outcome.value if outcome else "",
            features={name: round(value, 5) for name, value in (features or {}).items()},
        )

    def _taken_back(self, draft: TicketDraft, circumstances: Circumstances) -> dict[str, str]:
        if not circumstances.visitor:
            return {}
        first = self._today() - self._window
        salts = {day: salt for day, salt in self._salts.all().items() if day >= first}
        hashes = {visitor_hash(circumstances.visitor, salt): day for day, salt in salts.items()}
        text = f"{draft.subject}\n{draft.body}"
        gists = {day: frozenset(gist(text, draft.lang, salt)) for day, salt in salts.items()}
        return {
            earlier.session.key: outcome.value
            for earlier in self._sessions.of_visitors(hashes)
            if earlier.session.key != circumstances.session
            and (outcome := _after_all(earlier, gists.get(earlier.session.day, frozenset())))
        }

    def _try(self, write: Callable[[], None]) -> None:
        try:
            write()
        except StorageError as error:
            _logger.warning("The deflection ledger missed an entry. %s", error)


def _after_all(earlier: Earlier, now: frozenset[str]) -> Outcome | None:
    """What an earlier session turns out to have been, now that its visitor has sent a ticket."""
    if earlier.session.outcome == Outcome.CONFIRMED.value:
        return Outcome.REVOKED if alike(earlier.gist, now) else None
    if not earlier.session.outcome:
        return Outcome.SUBMITTED if alike(earlier.gist, now) else None
    return None
