"""What a visitor searched for and read, as their own browser remembers it (``static/trail.js``).

It reaches us only with a message they send, and the form shows them what that is.
"""

from __future__ import annotations

import json

from kb.ticket_model import Trail
from webapp.inputs import clean_line

_LONGEST = 10_000
_KEPT = 8
_LONGEST_ENTRY = 200


def read_trail(text: str) -> Trail:
    """The trail in a field of the form; whatever makes no sense in it is as good as absent."""
    try:
        found = json.loads(text) if len(text) <= _LONGEST else {}
    except ValueError:
        return Trail()
    if not isinstance(found, dict):
        return Trail()
    return Trail(searches=_entries(found.get("searches")), read=_entries(found.get("read")))


def _entries(found: object) -> tuple[str, ...]:
    if not isinstance(found, list):
        return ()
    texts = (clean_line(one, _LONGEST_ENTRY) for one in found[-_KEPT:] if isinstance(one, str))
    return tuple(one for one in texts if one)
