"""Taking files out of a request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Response
from werkzeug.datastructures import FileStorage

from kb.errors import RefusedFile, StorageError
from kb.ticket_model import LARGEST_FILE, MOST_FILES
from webapp.contact.failures import note
from webapp.contact.form import RefusedUpload
from webapp.contact.visitor import told_to_wait, wait
from webapp.inputs import clean_line
from webapp.site import current_site

_SHOWN_OF_NAME = 80
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


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the files of a request."""

    refused: tuple[RefusedUpload, ...] = ()
    status: int = 200
    seconds: int = 0
    """To wait, where there were too many in a short time."""

    def answered(self, response: Response) -> Response:
        """The page that says so, with the status that fits."""
        response.status_code = self.status
        return told_to_wait(response, self.seconds) if self.seconds else response


def take(session: str, chosen: Iterable[FileStorage]) -> Taken:
    """Keep the files that can be taken."""
    each = [_take(session, file) for file in chosen if file.filename]
    return Taken(
        tuple(refused for one in each for refused in one.refused),
        max((one.status for one in each), default=200),
        max((one.seconds for one in each), default=0),
    )


def _take(session: str, file: FileStorage) -> Taken:
    def refused(why: str, status: int, seconds: int = 0) -> Taken:
        return Taken((RefusedUpload(clean_line(file.filename or "", _SHOWN_OF_NAME), why),), status, seconds)

    desk = current_site().kb.desk
    if seconds := wait(desk.rules.limits.files, "file"):
        return refused("contact.file.wait", 429, seconds)
    try:
        desk.attachments.accept(session, file.filename or "", file.stream.read(LARGEST_FILE + 1))
    except RefusedFile as error:
        return refused(REFUSALS[error.why], 400)
    except StorageError as error:
        note("An attachment could not be stored", error)
        return refused("contact.file.not_stored", 503)
    return Taken()
