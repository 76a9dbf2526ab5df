"""Forum threads from JSON Lines: one thread a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kb.content.imports.sources import OnProgress, opened, unwatched
from kb.content.threads import RawThread, render_threads
from kb.model import ForumThread, Problem

MAX_LINE = 2_000_000


def read_threads(
    path: Path, *, language: str, processes: int = 0, on_progress: OnProgress = unwatched
) -> Iterator[ForumThread | Problem]:
    """The threads of a JSON Lines file, in its order; each line that cannot be used is a problem, and left out.

    :param language: of threads that do not name one.
    :raises ContentError: the file cannot be opened.
    """
    opened(path).close()
    lines = _lines(path, on_progress)
    yield from render_threads(lines, source=path.name, language=language, processes=processes)


def _lines(path: Path, on_progress: OnProgress) -> Iterator[RawThread | Problem]:
    size = path.stat().st_size
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MAX_LINE + 1):
            number += 1
            try:
                if len(line) > MAX_LINE and not line.endswith(b"\n"):
                    while line and not line.endswith(b"\n"):
                        line = file.readline(MAX_LINE)
                    raise ValueError(f"the line is over {MAX_LINE // 1_000_000} MB: split the thread")
                if line.strip():
                    yield RawThread(number, _fields(line, number))
            except ValueError as error:
                yield Problem(path.name, number, str(error))
            on_progress(file.tell(), size)


def _fields(line: bytes, number: int) -> dict[str, Any]:
    try:
        fields = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError as error:
        raise ValueError(
            f"not UTF-8 at byte {error.start} of the line: export with UTF-8 encoding"
        ) from error
    except json.JSONDecodeError as error:
        raise ValueError(
            f"not valid JSON ({error.msg} at column {error.colno}): one whole object a line"
        ) from error
    except (RecursionError, ValueError) as error:
        raise ValueError("the JSON cannot be read: nested too deeply, or a number too long") from error
    if not isinstance(fields, dict):
        raise ValueError("not a JSON object: each line is one thread in { }")
    return fields
