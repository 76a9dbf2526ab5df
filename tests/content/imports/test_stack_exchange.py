"""A Stack Exchange dump is read as a stream, whatever is in it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest

from kb.content.imports.stack_exchange import read_stack_exchange
from kb.model import ForumThread, Problem
from tests.conftest import ROOT
from tests.content.imports.conftest import Export

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<posts>\n'


def row(**attributes: object) -> str:
    return (
        "  <row "
        + " ".join(f"{name}={quoteattr(str(value))}" for name, value in attributes.items())
        + " />\n"
    )


ROWS = (
    row(Id=1, PostTypeId=1, AcceptedAnswerId=3, CreationDate="2012-01-01T10:00:00.000", Score=5, OwnerUserId=9,
        Title="How & why?", Tags="<mac><c++>", Body="<p>How <b>so</b>?</p>")
    + row(Id=2, PostTypeId=2, ParentId=1, Score=70, Body="<p>No</p>", OwnerDisplayName="gone user")
    + row(Id=3, PostTypeId=2, ParentId=1, Score=-1, Body="<pre><code>* a\n\n* b</code></pre>")
    + row(Id=4, PostTypeId=5, Body="a tag's wiki")
    + row(Id=6, PostTypeId=1, Title="Alone", Body="<p>Any?</p>", Tags="|x|y|")
)  # fmt: skip


def read(path: Path, **options: Any) -> list[ForumThread | Problem]:
    return list(read_stack_exchange(path, language="en", **options))


def threads(found: list[ForumThread | Problem]) -> list[ForumThread]:
    return [one for one in found if isinstance(one, ForumThread)]


def messages(found: list[ForumThread | Problem]) -> list[str]:
    return [one.message for one in found if isinstance(one, Problem)]


def test_questions_come_with_their_answers_the_accepted_first(export: Export) -> None:
    export("Users.xml", '<users><row Id="9" DisplayName="Ada" /></users>')
    first, second = threads(read(export("Posts.xml", f"{HEAD}{ROWS}</posts>"), url="https://x.example"))
    assert (first.id, first.title, first.tags, first.author) == ("q-1", "How & why?", ("mac", "c++"), "Ada")
    assert (first.html, first.votes, first.original_url) == (
        "<p>How <b>so</b>?</p>",
        5,
        "https://x.example/q/1",
    )
    assert [(one.id, one.accepted, one.votes, one.author) for one in first.answers] == [
        ("3", True, -1, ""),
        ("2", False, 70, "gone user"),
    ]
    assert first.answers[0].html == "<pre><code>* a\n\n* b</code></pre>"
    assert (second.id, second.tags, second.answers) == ("q-6", ("x", "y"), ())


def test_a_dump_that_is_cut_gives_what_was_before_the_cut(export: Export) -> None:
    found = read(export("Posts.xml", f"{HEAD}{ROWS}  <row Id='7' PostTypeId='1' Ti"))
    assert len(threads(found)) == 2
    assert messages(found)[0].startswith("not well-formed XML")
    assert "after 5 rows" in messages(found)[0]


def test_entity_bombs_and_dtds_are_refused_at_once(export: Export) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "' + "&a;" * 100 + '">]><posts>'
    [message] = messages(read(export("Posts.xml", f'{bomb}<row Id="1" PostTypeId="1" Body="&b;"/></posts>')))
    assert message.startswith("has a DTD or entities")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\xfa",
        HEAD.encode() + b'<row Id="1" Body="\xff\xfe" />',
        b"PK\x03\x04",
        b'<?xml version="1.0" encoding="klingon"?><posts/>',
    ],
)
def test_what_is_no_xml_is_told(export: Export, content: bytes) -> None:
    [message] = messages(read(export("Posts.xml", content)))
    assert "reading ends here" in message


def test_an_element_without_end_does_not_fill_the_memory(export: Export) -> None:
    content = f"{HEAD}{ROWS}<row Id='8' Body='" + "x" * 9_000_000
    found = read(export("Posts.xml", content))
    assert len(threads(found)) == 2
    assert any("an element of over 4 MB" in message for message in messages(found))


def test_answers_without_their_question_and_rows_without_number_are_counted(export: Export) -> None:
    rows = (
        ROWS + row(Id=50, PostTypeId=2, ParentId=49, Body="x") + row(PostTypeId=1, Title="x") + row(Id="9e9")
    )
    found = read(export("Posts.xml", f"{HEAD}{rows}</posts>"))
    assert sorted(messages(found)) == [
        "1 answers are left out: their questions are not in the file",
        "2 rows have no Id: they are left out",
    ]
    assert len(threads(found)) == 2


def test_a_question_of_5_000_answers_keeps_the_best_and_the_accepted(export: Export) -> None:
    answers = "".join(
        row(Id=number, PostTypeId=2, ParentId=1, Score=number, Body="a") for number in range(2, 5002)
    )
    question = row(Id=1, PostTypeId=1, Title="Q", Body="q", AcceptedAnswerId=2)
    found = read(export("Posts.xml", f"{HEAD}{question}{answers}</posts>"))
    [thread] = threads(found)
    assert messages(found) == ["question 1 has 5000 answers: the best 300 are kept"]
    assert [one.id for one in thread.answers[:2]] == ["2", "5001"]
    assert len(thread.answers) == 300


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak of memory where Linux tells it")
def test_memory_does_not_grow_with_the_dump(export: Export) -> None:
    """A dump of 30 MB is read in a process that has at most 25 MB more than one that reads a dump of 1 MB."""
    body = "<p>" + "word " * 5000 + "</p>"
    peaks = []
    for count in (100, 1200):
        rows = "".join(row(Id=n, PostTypeId=2, ParentId=1, Body=body) for n in range(2, count))
        path = export("Posts.xml", f"{HEAD}{row(Id=1, PostTypeId=1, Title='Q', Body='q')}{rows}</posts>")
        code = (
            "import re, sys; from pathlib import Path\n"
            "from kb.content.imports.stack_exchange import _threads\n"
            "from kb.content.imports.sources import unwatched\n"
            "for _ in _threads(Path(sys.argv[1]), '', '', unwatched): pass\n"
            "print(re.search(r'VmHWM:\\s+(\\d+) kB', Path('/proc/self/status').read_text())[1])"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(path)], cwd=ROOT, capture_output=True, text=True, check=True
        )
        peaks.append(int(done.stdout))
    assert peaks[1] - peaks[0] < 25_000  # kB: most of it is the cache of the temporary database
