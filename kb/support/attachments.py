"""Files sent along with a message: taken for what they are, made harmless, kept out of the web's reach."""

from __future__ import annotations

import os
import re
import secrets
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kb.errors import NotFound, RefusedFile, StorageError
from kb.storage.attachments import AttachmentStore
from kb.support.images import FORMATS, HugeImage, UnusableImage, redrawn
from kb.support.masking import mask
from kb.support.sniffing import ENDINGS, TEXT, media_type
from kb.ticket_model import LARGEST_FILE, MOST_FILES, Attachment

_LONGEST_NAME = 80
_LOOSE = timedelta(days=1)
"""How long a file waits for its form to be sent."""
_YOUNG = 3600.0
"""Seconds in which a file on disk may still be waiting for its row."""
_SLICE = 256 * 1024
_NAME = re.compile(r"[^\w .()+-]+")


class Attachments:
    """The files of one site. ``quota`` in bytes, for all of them together."""

    def __init__(self, store: AttachmentStore, folder: Path, quota: int) -> None:
        self._store = store
        self._folder = folder
        self._quota = quota

    def accept(self, session: str, name: str, content: bytes) -> Attachment:
        """Keep a file for a form; it becomes its ticket's when the form is sent.

        :raises RefusedFile: it is not taken; ``why`` says why.
        :raises StorageError: it could not be stored.
        """
        self._check(session, content)
        kind = media_type(content, name)
        if not kind:
            raise RefusedFile(name, "type")
        harmless = _harmless(content, kind, name)
        if self._store.total_bytes() + len(harmless) > self._quota:
            raise RefusedFile(name, "no-room")
        attachment = Attachment(
            id=secrets.token_hex(16),
            name=_tidied(name, kind),
            media_type=kind,
            bytes=len(harmless),
            created=datetime.now(UTC),
        )
        self._write(attachment.id, harmless)
        try:
            self._store.add(attachment, session)
        except StorageError:
            self.delete_files((attachment.id,))
            raise
        return attachment

    def of_session(self, session: str) -> tuple[Attachment, ...]:
        """The files of a form that was not sent yet."""
        return self._store.of_session(session) if session else ()

    def of_ticket(self, reference: str) -> tuple[Attachment, ...]:
        """The files of a ticket."""
        return self._store.of_ticket(reference)

    def remove(self, session: str, attachment_id: str) -> None:
        """The writer of a form wants to send a file no more."""
        if self._store.remove(attachment_id, session):
            (self._folder / attachment_id).unlink(missing_ok=True)

    def remove_all(self, session: str) -> None:
        """The writer of a form needs no answer any more."""
        for one in self.of_session(session):
            self.remove(session, one.id)

    def read(self, attachment: Attachment) -> bytes:
        """:raises NotFound: its file is gone."""
        try:
            return (self._folder / attachment.id).read_bytes()
        except OSError as error:
            raise NotFound(f"The file of the attachment {attachment.name!r} is gone.") from error

    def sweep(self) -> int:
        """Delete files whose form was never sent, and files that belong to nothing; gives how many."""
        self._store.forget_loose(datetime.now(UTC) - _LOOSE)
        if not self._folder.is_dir():
            return 0
        known = self._store.ids()
        gone = [file for file in self._folder.iterdir() if file.name not in known and _is_old(file)]
        for file in gone:
            file.unlink(missing_ok=True)
        return len(gone)

    def delete_files(self, attachment_ids: tuple[str, ...]) -> int:
        """Delete the files of attachments that are no more; gives how many there were."""
        there = [file for one in attachment_ids if (file := self._folder / one).exists()]
        for file in there:
            file.unlink(missing_ok=True)
        return len(there)

    def _check(self, session: str, content: bytes) -> None:
        if not content:
            raise RefusedFile("", "empty")
        if len(content) > LARGEST_FILE:
            raise RefusedFile("", "too-large")
        if len(self._store.of_session(session)) >= MOST_FILES:
            raise RefusedFile("", "too-many")

    def _write(self, name: str, content: bytes) -> None:
        """On disk, whole, before any row says that it is there."""
        path = self._folder / name
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            with suppress(OSError):
                path.unlink(missing_ok=True)
            raise StorageError(
                f"An attachment cannot be written: {error.strerror}. Free some space, or let this user write to "
                f"{self._folder}."
            ) from error


def _harmless(content: bytes, kind: str, name: str) -> bytes:
    if kind in FORMATS:
        try:
            return redrawn(content, kind)
        except HugeImage as error:
            raise RefusedFile(name, "pixels") from error
        except UnusableImage as error:
            raise RefusedFile(name, "broken") from error
    return _masked(content) if kind == TEXT else content


def _masked(content: bytes) -> bytes:
    """A text without its secrets, in the encoding it came in: bytes that are not Unicode come through unchanged."""
    wide = content[:2] in {b"\xff\xfe", b"\xfe\xff"}
    encoding = "utf-16" if wide else "utf-8"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        encoding, text = "latin-1", content.decode("latin-1")
    parts, kept = [], ""
    for line in text.splitlines(keepends=True):
        kept += line
        if len(kept) >= _SLICE:  # a slice at a time, so that other requests have their turn
            parts.append(mask(kept).text)
            kept = ""
    return "".join([*parts, mask(kept).text]).encode(encoding, "replace")


def _tidied(name: str, kind: str) -> str:
    """The name without a path, without what could deceive, and with the ending of what the file is."""
    base = name.replace("\\", "/").rpartition("/")[2]
    stem = _NAME.sub("_", base.rpartition(".")[0] or base)
    ending = ".log" if kind == TEXT and base.lower().endswith(".log") else ENDINGS[kind]
    return (mask(stem).text.replace(".", "_").strip(" _-")[:_LONGEST_NAME] or "file") + ending


def _is_old(file: Path) -> bool:
    try:
        return time.time() - file.stat().st_mtime > _YOUNG
    except OSError:
        return False
