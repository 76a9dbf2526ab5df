from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.content import read_threads
from kb.errors import ContentError
from kb.model import ForumThread, Problem

Read = Callable[..., list[ForumThread | Problem]]

THREAD: dict[str, Any] = {
    "id": "t-1",
    "lang": "it",
    "title": "Codice  in ritardo",
    "body": "Il codice **non** arriva",
    "topic": "Sign in",
    "tags": ["codes"],
    "author": "Ada",
    "created": "2026-05-01T10:00:00Z",
    "url": "https://community.example/t/1",
    "votes": 3,
    "answers": [
        {"id": "a1", "author": "Bo", "body": "Aspetta", "votes": 9, "created": "2026-05-02"},
        {"id": "a2", "author": "Cy", "body": "Controlla l'orologio", "votes": 2, "accepted": True},
        {"id": "a3", "author": "Di", "body": "Anch'io", "votes": 9, "created": "2026-05-01"},
    ],
}


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads the given lines: mappings as JSON, bytes as they are."""

    def read_lines(*lines: dict[str, Any] | bytes) -> list[ForumThread | Problem]:
        path = tmp_path / "threads.jsonl"
        path.write_bytes(
            b"".join((one if isinstance(one, bytes) else json.dumps(one).encode()) + b"\n" for one in lines)
        )
        return list(read_threads(path, language="en"))

    return read_lines


def one_thread(found: list[ForumThread | Problem]) -> ForumThread:
    (thread,) = found
    assert isinstance(thread, ForumThread), thread
    return thread


def test_a_thread_is_what_its_record_says(read: Read) -> None:
    thread = one_thread(read(THREAD))
    assert (thread.id, thread.lang, thread.title, thread.topic) == (
        "t-1",
        "it",
        "Codice in ritardo",
        "sign-in",
    )
    assert thread.html == "<p>Il codice <strong>non</strong> arriva</p>"
    assert thread.text == "Il codice non arriva"
    assert thread.tags == ("codes",)
    assert thread.author == "Ada"
    assert thread.created == datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert thread.original_url == "https://community.example/t/1"
    assert thread.votes == 3


def test_answers_come_accepted_first_then_by_votes_then_by_age(read: Read) -> None:
    thread = one_thread(read(THREAD))
    assert [answer.id for answer in thread.answers] == ["a2", "a3", "a1"]
    assert thread.accepted_answer is not None
    assert thread.accepted_answer.text == "Controlla l'orologio"


def test_only_id_and_title_are_needed(read: Read) -> None:
    thread = one_thread(read({"id": 7, "title": "Why?"}))
    assert (thread.id, thread.lang, thread.html, thread.answers) == ("7", "en", "", ())


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"{not json}", "not valid JSON"),
        (b"[1, 2]", "not a JSON object"),
        (b'{"id": "a", "title": "caf\xe9"}', "not UTF-8 at byte 25"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"id": "a", "title": "b", "votes": ' + b"9" * 5000 + b"}", "too long"),
        ({"title": "A"}, "no id"),
        ({"id": "", "title": "A"}, "no id"),
        ({"id": "a/../b", "title": "A"}, "letters, digits"),
        ({"id": "..", "title": "A"}, "letters, digits"),
        ({"id": True, "title": "A"}, "no id"),
        ({"id": "a"}, "no title"),
        ({"id": "a", "title": "  "}, "no title"),
        ({"id": "a", "title": 7}, "`title` must be text"),
        ({"id": "a", "title": "A", "body": ["b"]}, "`body` must be text"),
        ({"id": "a", "title": "A", "body": "x" * 64_001}, "over 64 kB"),
        ({"id": "a", "title": "A", "answers": [{"body": "é" * 32_001}]}, "over 64 kB"),
        ({"id": "a", "title": "A", "answers": "none"}, "`answers` must be a list"),
        ({"id": "a", "title": "A", "answers": ["b"]}, "list of objects"),
        ({"id": "a", "title": "A", "answers": [{"body": "b", "accepted": "yes"}]}, "true or false"),
        ({"id": "a", "title": "A", "votes": "3"}, "whole number"),
        ({"id": "a", "title": "A", "votes": 1.5}, "whole number"),
        ({"id": "a", "title": "A", "tags": "x"}, "`tags` must be a list"),
        ({"id": "a", "title": "A", "tags": [1]}, "list of texts"),
        ({"id": "a", "title": "A", "created": "yesterday"}, "is not a date"),
        ({"id": "a", "title": "A", "url": "javascript:alert(1)"}, "https://"),
        ({"id": "a", "title": "A", "url": "https://[x"}, "https://"),
        ({"id": "a", "title": "A", "lang": "klingon"}, "language code"),
        (b'{"id": "a", "title": "' + b"x" * 2_000_001 + b'"}', "over 2 MB"),
    ],
)
def test_a_broken_line_is_a_problem_and_the_rest_goes_on(
    read: Read, line: dict[str, Any] | bytes, words: str
) -> None:
    first, problem, last = read({"id": "x", "title": "X"}, line, {"id": "y", "title": "Y"})
    assert isinstance(first, ForumThread)
    assert isinstance(last, ForumThread)
    assert isinstance(problem, Problem)
    assert (problem.path, problem.line, problem.left_out) == ("threads.jsonl", 2, True)
    assert words in problem.message


def test_the_second_thread_with_an_id_is_left_out(read: Read) -> None:
    _, problem = read({"id": "a", "title": "A"}, {"id": "a", "title": "B"})
    assert isinstance(problem, Problem)
    assert problem.line == 2
    assert "line 1" in problem.message


def test_empty_lines_and_a_byte_order_mark_are_fine(read: Read) -> None:
    found = read(b"\xef\xbb\xbf" + json.dumps(THREAD).encode(), b"", b"  ", {"id": "b", "title": "B"})
    assert [thread.id for thread in found if isinstance(thread, ForumThread)] == ["t-1", "b"]
    assert len(found) == 2


def test_a_line_over_the_limit_counts_as_one_line(read: Read) -> None:
    found = read(b"x" * 5_000_000, b"{", {"id": "b", "title": "B"})
    assert [one.line for one in found if isinstance(one, Problem)] == [1, 2]


def test_links_of_strangers_give_no_credit_and_images_are_words(read: Read) -> None:
    thread = one_thread(
        read({"id": "a", "title": "A", "body": "[x](https://x.example) ![cat](https://x.example/c.png)"})
    )
    assert thread.html == '<p><a href="https://x.example" rel="nofollow noopener ugc">x</a> cat</p>'


def test_a_body_that_takes_too_long_leaves_its_thread_out(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.content.rendering.TIME_LIMIT", 0.3)
    problem, thread = read({"id": "a", "title": "A", "body": "[" * 20_000}, {"id": "b", "title": "B"})
    assert isinstance(problem, Problem)
    assert "seconds to render" in problem.message
    assert isinstance(thread, ForumThread)


def test_the_hash_follows_the_record_and_not_the_order_of_its_keys(read: Read) -> None:
    first = one_thread(read(THREAD)).content_hash
    assert one_thread(read(dict(reversed(THREAD.items())))).content_hash == first
    assert one_thread(read({**THREAD, "votes": 4})).content_hash != first


def test_a_character_that_is_none_is_replaced(read: Read) -> None:
    thread = one_thread(read(b'{"id": "a", "title": "A \\ud800", "body": "b \\u0000 c"}'))
    assert thread.title == "A ?"
    thread.text.encode()


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="cannot be read"):
        next(read_threads(tmp_path / "none.jsonl", language="en"))


def test_many_threads_come_in_order_from_several_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.content.rendering.FEW", 1)
    path = tmp_path / "many.jsonl"
    lines = [json.dumps({"id": str(number), "title": "T", "body": "*b*"}) for number in range(50)]
    path.write_text("\n".join([*lines[:20], "{", *lines[20:]]))
    found = list(read_threads(path, language="en", processes=2))
    assert [thread.id for thread in found if isinstance(thread, ForumThread)] == [
        str(number) for number in range(50)
    ]
    assert isinstance(found[20], Problem)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(record=st.dictionaries(st.sampled_from([*THREAD, "accepted"]), _JSON))
def test_any_record_is_a_thread_or_a_problem(
    tmp_path_factory: pytest.TempPathFactory, record: dict[str, Any]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.jsonl"
    path.write_text(json.dumps(record) + "\n")
    (found,) = read_threads(path, language="en")
    assert isinstance(found, (ForumThread, Problem))
