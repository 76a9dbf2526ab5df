"""Taking files out of a request."""

from __future__ import annotations

from collections.abc import Iterable

from werkzeug.datastructures import FileStorage

from kb.errors import RefusedFile, StorageError
from webapp.contact.failures import note
from webapp.contact.visitor import wait
from webapp.site import current_site

MOST_FILES = 5
LARGEST_FILE = 10 * 1024 * 1024
LARGEST_REQUEST = MOST_FILES * LARGEST_FILE + 256 * 1024
"""Bytes: all files at once, and the message."""

REFUSALS = {
    "empty": "contact.file.empty",
    "too-large": "contact.file.too_large",
    "too-many": "contact.file.too_many",
    "type": "contact.file.type",
    "broken": "contact.file.broken",
    "pixels": "contact.file.pixels",
    "no-room": "contact.file.no_room",
}


def take(session: str, chosen: Iterable[FileStorage]) -> str:
    """Keep the files that can be taken; gives the id of the sentence that says why one was not."""
    error = ""
    for file in chosen:
        if file.filename:
            error = _take(session, file) or error
    return error


def _take(session: str, file: FileStorage) -> str:
    desk = current_site().kb.desk
    if wait(desk.rules.limits.files, "file"):
        return "contact.error.too_many"
    try:
        desk.attachments.accept(session, file.filename or "", file.stream.read(LARGEST_FILE + 1))
    except RefusedFile as refused:
        return REFUSALS[refused.why]
    except StorageError as error:
        note("An attachment could not be stored", error)
        return "contact.error.not_stored"
    return ""
