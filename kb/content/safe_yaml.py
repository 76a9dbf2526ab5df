"""YAML from files that anybody may have written: plain values only, no aliases, bounded depth, lines kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

MAX_BYTES = 64_000
MAX_DEPTH = 20
"""PyYAML's C parser recurses: some ten thousand nested brackets end the whole process."""
_TOO_DEEP = f"the YAML is nested over {MAX_DEPTH} deep: make it flatter"

_LOADER: type[yaml.CSafeLoader | yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class YamlError(Exception):
    """The text cannot be read; ``line`` is counted in the file it comes from."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


@dataclass(frozen=True, slots=True)
class Entry:
    """A value of the top-level mapping and the line its key stands on."""

    value: Any
    line: int


def read_entries(text: str, *, first_line: int = 1) -> dict[str, Entry]:
    """The top-level keys of a YAML mapping; an empty text has none. ``first_line`` is where it begins in its file.

    :raises YamlError: not YAML, not a mapping, too long, too deep, or with aliases.
    """
    if not text.strip():
        return {}
    if len(text) > MAX_BYTES:
        raise YamlError(first_line, f"the YAML is over {MAX_BYTES // 1000} kB: make it shorter")
    try:
        _refuse_bombs(text, first_line)
        return _read(text, first_line)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        if mark is not None and mark.line >= len(text.splitlines()):
            mark = error.context_mark or mark  # what runs on to the end is best shown where it begins
        line = (mark.line if mark else 0) + first_line
        what = error.problem or error.context or "it cannot be read"
        if "nesting depth" in what:  # libyaml's own limit, met while it looks ahead
            raise YamlError(line, _TOO_DEEP) from error
        advice = "put values that hold a colon, a # or quotes in quotes"
        if mark is not None and text[mark.index : mark.index + 1] == "\t":
            what, advice = "a tab where a value or a key should begin", "indent with spaces"
        raise YamlError(line, f"not valid YAML ({what}): {advice}") from error
    except yaml.YAMLError as error:
        raise YamlError(first_line, "the YAML holds characters that YAML does not allow") from error
    except (ValueError, OverflowError, TypeError) as error:
        raise YamlError(first_line, f"the YAML has a value that cannot be read: {error}") from error


def _read(text: str, first_line: int) -> dict[str, Entry]:
    loader = _LOADER(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return {}
        if not isinstance(node, yaml.MappingNode):
            raise YamlError(first_line, "the YAML is not a list of `key: value` lines")
        return {
            str(loader.construct_object(key, deep=True)): Entry(
                loader.construct_object(value, deep=True),
                key.start_mark.line + first_line,
            )
            for key, value in node.value
        }
    finally:
        loader.dispose()


def _refuse_bombs(text: str, first_line: int) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = (event.start_mark.line if event.start_mark else 0) + first_line
        if isinstance(event, yaml.AliasEvent):
            raise YamlError(line, f"aliases (*{event.anchor}) are not read: write the value out")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise YamlError(line, _TOO_DEEP)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
