"""The documents are true: what they name exists, and what exists is named."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from kb import errors
from kb.content.paths import anchor
from kb.index.similarity import SCORER_WEIGHTS
from kb.settings import Settings
from kb.writing.findings import RULES
from tests.cli_reference import FILE as CLI_REFERENCE
from tests.cli_reference import commands, options, reference

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), ROOT / "articles" / "LICENSE.md"])

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]+`")
_LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
_ROW = re.compile(r"^\| `(KB_[A-Z_]+)` \| (.*?) \| (.+) \|$", re.MULTILINE)
_TARGET = re.compile(r"^([a-z]+):.*##", re.MULTILINE)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _prose(path: Path) -> str:
    return _CODE.sub("", _FENCE.sub("", _read(path)))


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# --- command line ------------------------------------------------------------------------------------


def test_the_command_reference_is_what_the_commands_say() -> None:
    assert _read(CLI_REFERENCE) == reference(), 'docs/cli.md is stale: run "make docs"'


@pytest.mark.parametrize(("path", "command"), [pytest.param(*one, id=one[0]) for one in commands()])
def test_a_command_is_in_the_reference_with_all_its_options(path: str, command: click.Command) -> None:
    _, found, rest = _read(CLI_REFERENCE).partition(f"\n## {path}\n")
    section = rest.partition("\n## ")[0]
    assert found
    assert [name for one in options(command) for name in one.opts if f"`{name}`" not in section] == []


@pytest.mark.parametrize(("path", "command"), [pytest.param(*one, id=one[0]) for one in commands()])
def test_a_command_explains_itself_with_an_example(path: str, command: click.Command) -> None:
    prose, _, example = (command.help or "").partition("Example:\n")
    assert prose.strip()
    assert all(line.strip().startswith("kb ") for line in example.strip().split("\n"))
    assert [one.name for one in options(command) if not one.help] == []


# --- settings ----------------------------------------------------------------------------------------


def test_the_settings_table_has_exactly_the_settings() -> None:
    rows = [match[1] for match in _ROW.finditer(_read(DOCS / "settings.md"))]
    assert rows == [f"KB_{field.name.upper()}" for field in fields(Settings)]


def test_the_settings_table_tells_the_defaults() -> None:
    """What is written there, read as the environment is read, gives the default settings."""
    written = {m[1]: m[2].strip("`") for m in _ROW.finditer(_read(DOCS / "settings.md"))}
    environ = {name: "" if default == "empty" else default for name, default in written.items()}
    assert Settings.from_env(environ) == Settings()


# --- errors, weights, dependencies -------------------------------------------------------------------


def test_the_architecture_lists_every_error() -> None:
    found = {name for name, kind in vars(errors).items() if isinstance(kind, type)} - {"Mapping"}
    table = _read(DOCS / "architecture.md").partition("\n## Errors\n")[2]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == found


def test_the_rules_of_articles_are_all_told() -> None:
    text = _read(ROOT / "docs" / "articles.md")
    assert re.findall(r"^\| `([a-z-]+)` \| .* \| (?:error|warning|notice)", text, re.MULTILINE) == [
        rule for rule in RULES if rule not in {"findability", "rival"}
    ]
    assert "the rule `findability`" in text
    assert "`rival` names" in text


def test_relevance_tells_the_weights_of_the_scorers() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d\.\d+) \|", _read(DOCS / "relevance.md"), re.MULTILINE)
    assert {name: float(weight) for name, weight in rows} == SCORER_WEIGHTS


def test_every_dependency_has_its_line_and_no_line_is_left_over() -> None:
    project = tomllib.loads(_read(ROOT / "pyproject.toml"))["project"]
    wanted = [
        *project["dependencies"],
        *(p for extra in project["optional-dependencies"].values() for p in extra),
    ]
    names = {re.split(r"[<>=!~\[; ]", requirement)[0] for requirement in wanted}
    rows = re.findall(r"^\| ([a-z0-9-]+) \|", _read(DOCS / "adr" / "0006-dependencies.md"), re.MULTILINE)
    assert set(rows) - {"package"} == names


# --- links -------------------------------------------------------------------------------------------


def _anchors(path: Path) -> set[str]:
    return {
        anchor(heading) for heading in re.findall(r"^#+ (.+)$", _FENCE.sub("", _read(path)), re.MULTILINE)
    }


def _dead_ends(document: Path) -> Iterator[str]:
    for target in _LINK.findall(_prose(document)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, fragment = unquote(target).partition("#")
        file = (document.parent / path).resolve() if path else document
        if not file.exists() or (fragment and fragment not in _anchors(file)):
            yield target


@pytest.mark.parametrize("document", DOCUMENTS, ids=_relative)
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    assert list(_dead_ends(document)) == []


def test_every_document_can_be_reached_from_the_readme() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        document = waiting.pop()
        if document in reached:
            continue
        reached.add(document)
        targets = (target.partition("#")[0] for target in _LINK.findall(_prose(document)))
        waiting += [
            file for t in targets if t.endswith(".md") and (file := (document.parent / t).resolve()).exists()
        ]
    assert [_relative(one) for one in DOCUMENTS if one.resolve() not in reached] == []


# --- commands in the text ----------------------------------------------------------------------------


def _shell_lines(document: Path) -> Iterator[str]:
    for language, block in _FENCE.findall(_read(document)):
        if language == "sh":
            yield from (line for line in block.splitlines() if line.strip())
        elif language == "console":
            yield from (line[2:] for line in block.splitlines() if line.startswith("$ "))


def _fault(line: str) -> str | None:
    """What is wrong with a line that calls make or kb."""
    words = [word for word in shlex.split(line) if not re.match(r"[A-Z_]+=", word)]
    if words[0] == "make":
        missing = set(words[1:]) - set(_TARGET.findall(_read(ROOT / "Makefile")))
        return f"no target {missing}" if missing else None
    if words[0] != "kb":
        return None
    known = dict(commands())
    path = max((p for p in known if words[: len(p.split())] == p.split()), key=len)
    if isinstance(known[path], click.Group):
        return f"{path} has no command {words[len(path.split()) :]}"
    names = {name for one in options(known[path]) for name in one.opts}
    unknown = [word for word in words if word.startswith("--") and word not in names]
    return f"{path} has no option {unknown}" if unknown else None


@pytest.mark.parametrize("document", DOCUMENTS, ids=_relative)
def test_the_commands_in_a_document_exist(document: Path) -> None:
    assert [fault for line in _shell_lines(document) if (fault := _fault(line))] == []


def test_the_readme_shows_the_two_commands_and_every_kb_command() -> None:
    lines = list(_shell_lines(ROOT / "README.md"))
    assert {"make serve", "make test"} <= set(lines)
    leaves = {path for path, command in commands() if not isinstance(command, click.Group)}
    text = _read(ROOT / "README.md")
    assert [path for path in sorted(leaves) if path not in text] == []


def test_the_makefile_lists_exactly_its_targets() -> None:
    makefile = _read(ROOT / "Makefile")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony is not None
    assert sorted(phony[1].split()) == sorted(_TARGET.findall(makefile))
