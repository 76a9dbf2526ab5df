"""Vectors already computed, by text and model: an interrupted run goes on where it was, and nothing is done twice."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_logger = logging.getLogger(__name__)

_ASKED_AT_ONCE = 500  # keys: SQLite allows a statement so many parameters everywhere
_PATIENCE = 10.0  # seconds that another process may hold the file

Halves = NDArray[np.float16]


class VectorCache:
    """A file of vectors, float16. It may be deleted at any time: what is missing is computed again."""

    def __init__(self, path: Path, fingerprint: str) -> None:
        self._path = path
        self._fingerprint = fingerprint.encode()
        self._db = self._open()

    def key(self, text: str) -> bytes:
        """What a text's vector is kept under: another model gives another key."""
        return hashlib.blake2b(text.encode(), key=self._fingerprint[:64], digest_size=16).digest()

    def found(self, keys: Sequence[bytes]) -> dict[bytes, Halves]:
        """The vectors that are known, by key."""
        vectors: dict[bytes, Halves] = {}
        for first in range(0, len(keys), _ASKED_AT_ONCE):
            some = keys[first : first + _ASKED_AT_ONCE]
            marks = ", ".join("?" * len(some))
            rows = self._db.execute(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", some)  # noqa: S608
            vectors.update((key, np.frombuffer(vector, np.float16)) for key, vector in rows)
        return vectors

    def add(self, vectors: Mapping[bytes, Halves]) -> None:
        """Keep vectors; they are in the file when this returns."""
        rows = [(key, vector.tobytes()) for key, vector in vectors.items()]
        with self._db:
            self._db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

    def close(self) -> None:
        self._db.close()

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return self._connect()
        except sqlite3.DatabaseError as error:
            _logger.warning("%s is broken (%s) and is begun anew.", self._path, error)
            for ending in ("", "-wal", "-shm"):
                self._path.with_name(self._path.name + ending).unlink(missing_ok=True)
            return self._connect()

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, timeout=_PATIENCE)
        try:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
            db.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")
        except sqlite3.DatabaseError:
            db.close()
            raise
        return db
