"""A message that is sent when the disk is full: a trial for ``contact_torture``, in a process of its own.

It has to be refused kindly, with everything typed and every file still there; nothing may be stored in part; and once
there is space again, the same form, sent again, has to go through exactly once.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import re
import resource
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb import Settings
from webapp import create_app

_HIDDEN = re.compile(r'name="(csrf_token|key|began|seen)" value="([^"]*)"')
_MOST_MESSAGES = 400


class Disk(Protocol):
    """Where the data lie, and a way to use up the space there."""

    name: str

    def fill(self, room: int) -> None:
        """Leave so many bytes."""

    def free(self) -> None:
        """Give the space back."""

    def close(self) -> None:
        """The disk is not needed any more."""


class Tmpfs:
    """A file system of 8 MB that is really full. Only root may mount one."""

    name = "a full tmpfs"

    def __init__(self, folder: Path) -> None:
        """:raises OSError: it cannot be mounted."""
        self._folder = folder
        self._ballast = folder / "ballast"
        command = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
        if subprocess.run(command, check=False, capture_output=True).returncode:
            raise OSError("A tmpfs cannot be mounted.")

    def fill(self, room: int) -> None:
        disk = os.statvfs(self._folder)
        self._ballast.write_bytes(bytes(max(0, disk.f_bavail * disk.f_frsize - room)))

    def free(self) -> None:
        self._ballast.unlink()

    def close(self) -> None:
        subprocess.run(["umount", str(self._folder)], check=True)


class FileLimit:
    """The same by a limit on the size of this process's files, where no file system can be mounted."""

    name = "a limit on the size of files"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill(self, room: int) -> None:
        room += (self._folder / "kb.db-wal").stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, self._before[1]))

    def free(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self._before)

    def close(self) -> None:
        pass


@contextlib.contextmanager
def disk_at(folder: Path) -> Iterator[Disk]:
    """A disk that can be filled, a real one where that is possible."""
    folder.mkdir()
    disk: Disk
    try:
        disk = Tmpfs(folder)
    except OSError:
        disk = FileLimit(folder)
    try:
        yield disk
    finally:
        disk.close()


def broken_promises(folder: Path, number: int) -> list[str]:
    """What went wrong when the disk was filled, at another place for each number; nothing, if all is well."""
    with disk_at(folder / "data") as disk:
        settings = Settings(
            data=folder / "data", articles=(folder / "articles",), secret_key="k", help_desk=("console",)
        )
        app = create_app(settings)
        writer = Writer(app.test_client())
        wrong = [] if writer.send(0).status_code == 303 else ["the first message was refused"]
        disk.fill(4096 * number + random.randrange(4096))
        confirmed, response = 1, writer.send(1)
        while response.status_code == 303 and confirmed < _MOST_MESSAGES:
            confirmed += 1
            response = writer.send(confirmed)
        wrong += _unkind(response, confirmed)
        disk.free()
        again = writer.send(confirmed, response)
        wrong += [] if again.status_code == 303 else [f"{again.status_code} although there is space again"]
        app.extensions["site"].kb.close()
        return wrong + _stored_in_part(folder / "data", confirmed + 1)


class Writer:
    """Somebody with a log file to send along."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client
        self._hidden: dict[str, str] = {}

    def send(self, number: int, refused: TestResponse | None = None) -> TestResponse:
        """Send a message with a file, or once more the one that was refused: with the file, if it was lost."""
        if refused is None:
            self._hidden = dict(_HIDDEN.findall(self._client.get("/contact").get_data(as_text=True)))
        typed = {"seen": "1", "subject": "s", "email": "a@example.org", "name": ""}
        fields = {**self._hidden, **typed, "body": f"message {number} " + "word " * 500}
        if refused is None or 'name="remove"' not in refused.get_data(as_text=True):
            log = f"log of {number}\n" + "step done\n" * 300
            fields["files"] = (io.BytesIO(log.encode()), "steps.log")  # type: ignore[assignment] # as the client takes it
        return self._client.post("/contact", data=fields, content_type="multipart/form-data")


def _unkind(response: TestResponse, number: int) -> list[str]:
    """What is wrong with the answer to a message that could not be stored."""
    page = response.get_data(as_text=True)
    kept = all(part in page for part in (f"message {number} ", 'value="a@example.org"', "the fault is ours"))
    wrong = [] if response.status_code == 503 else [f"answered {response.status_code}, not 503"]
    return wrong if kept else [*wrong, "something typed was lost, or nothing was said"]


def _stored_in_part(data: Path, confirmed: int) -> list[str]:
    """Whether there is anything but as many tickets as were confirmed, each with its file and what is to be sent."""
    counts = {
        "tickets": "SELECT count(*) FROM tickets",
        "files": "SELECT count(*) FROM attachments",
        "tickets with a file": "SELECT count(DISTINCT reference) FROM attachments WHERE reference != ''",
        "tickets to be told of": "SELECT count(DISTINCT reference) FROM deliveries",
        "different messages": "SELECT count(DISTINCT body) FROM tickets",
    }
    with contextlib.closing(sqlite3.connect(data / "kb.db")) as connection:
        sound = connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        wrong = [] if sound else ["the database is damaged"]
        found = {name: connection.execute(query).fetchone()[0] for name, query in counts.items()}
        known = {name for (name,) in connection.execute("SELECT id FROM attachments")}
    wrong += [f"{count} {name} of {confirmed}" for name, count in found.items() if count != confirmed]
    stray = {file.name for file in (data / "attachments").iterdir()} ^ known
    return [*wrong, f"{len(stray)} files without a row, or rows without a file"] if stray else wrong
