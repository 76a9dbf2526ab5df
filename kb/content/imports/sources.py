"""Export files: opened, read as JSON within bounds, and what went wrong said in a line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from kb.errors import ContentError

MAX_JSON = 300_000_000
"""Bytes of a JSON file that are read at once; in memory it takes about six times as much."""

OnProgress = Callable[[int, int], None]
"""Called with how much is done and how much there is."""


def unwatched(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


def opened(path: Path) -> BinaryIO:
    """The file, open for reading bytes.

    :raises ContentError: it cannot be opened.
    """
    try:
        file = path.open("rb")
        file.peek(1)
    except OSError as error:
        raise ContentError(
            str(path), 1, f"the file cannot be read ({error.strerror}): check the path"
        ) from error
    return file


def read_json(path: Path) -> Any:
    """What a JSON file says.

    :raises ContentError: it is too large, not UTF-8 or UTF-16, or not whole JSON.
    """
    with opened(path) as file:
        content = file.read(MAX_JSON + 1)
    if len(content) > MAX_JSON:
        raise ContentError(
            str(path), 1, f"over {MAX_JSON // 1_000_000} MB: export it in several files, into one folder"
        )
    try:
        return json.loads(content.decode(_encoding(content)))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ContentError(
            str(path), line, f"not UTF-8 at byte {error.start}: export it with UTF-8 encoding"
        ) from error
    except json.JSONDecodeError as error:
        whole = "the file ends too early" if error.pos >= len(error.doc.rstrip()) - 1 else error.msg
        raise ContentError(str(path), error.lineno, f"not whole JSON ({whole}): export it again") from error
    except (RecursionError, ValueError) as error:
        raise ContentError(
            str(path), 1, "the JSON is nested too deeply, or holds a number too long"
        ) from error


def json_files(path: Path) -> list[Path]:
    """The file itself, or all JSON files of a folder and its folders.

    :raises ContentError: there is none.
    """
    if not path.is_dir():
        return [path]
    found = sorted(one for one in path.rglob("*.json") if one.is_file())
    if not found:
        raise ContentError(str(path), 1, "there is no .json file in this folder: name the export")
    return found


def _encoding(content: bytes) -> str:
    """UTF-8 unless a byte order mark says UTF-16: some systems of Windows export that."""
    return "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
