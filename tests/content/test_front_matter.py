from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.content.front_matter import read, split
from kb.content.safe_yaml import YamlError
from kb.model import Status


def test_every_known_key_is_read() -> None:
    front = read(
        "title: Reset your password\nsummary: How to\ntags: sign-in, password\n"
        "questions:\n  - forgot it\n  - lost it\n"
        "updated: 2026-09-01\nreview_by: '2027-01-01'\nowner: Ida\nstatus: draft\nboost: 2\n"
        "redirect_from: old/page\nevergreen: true\nlang: it\ntopic: Sign in\n"
    )
    assert front.title == "Reset your password"
    assert front.summary == "How to"
    assert front.tags == ("sign-in", "password")
    assert front.questions == ("forgot it", "lost it")
    assert front.updated == date(2026, 9, 1)
    assert front.review_by == date(2027, 1, 1)
    assert front.owner == "Ida"
    assert front.status is Status.DRAFT
    assert front.boost == 2.0
    assert front.redirect_from == ("old/page",)
    assert front.evergreen is True
    assert (front.lang, front.topic) == ("it", "Sign in")
    assert front.complaints == ()
    assert front.extra == {}


@pytest.mark.parametrize(
    ("block", "line", "words"),
    [
        ("title: A\nboost: 99", 3, "from 0.1 to 10"),
        ("title: A\nboost: true", 3, "from 0.1 to 10"),
        ("title: A\nboost: .nan", 3, "from 0.1 to 10"),
        ("title: A\n\nupdated: soon", 4, "is not a date"),
        ("title: A\nstatus: hidden", 3, "draft nor published"),
        ("title: A\ntags: {a: b}", 3, "list of texts"),
        ("title: A\nquestions: [[a]]", 3, "list of texts"),
        ("title: A\nevergreen: maybe", 3, "true nor false"),
        ("title: A\nlang: klingon", 3, "language code"),
        ("title: A\nowner: [a]", 3, "must be text"),
    ],
)
def test_a_wrong_value_is_reported_with_its_line_and_the_default_kept(
    block: str, line: int, words: str
) -> None:
    front = read(block)
    (complaint,) = front.complaints
    assert complaint.line == line
    assert words in complaint.message
    assert not complaint.fatal
    assert front.title == "A"
    assert (front.boost, front.status, front.evergreen) == (1.0, Status.PUBLISHED, False)


@pytest.mark.parametrize("title", ["404", "2026-01-01", "[a, b]", "true"])
def test_a_title_that_is_not_text_cannot_be_used(title: str) -> None:
    (complaint,) = read(f"title: {title}").complaints
    assert complaint.fatal
    assert "quotes" in complaint.message


def test_unknown_keys_are_kept_as_json_values() -> None:
    front = read("title: A\nid: 77\nlayout: {wide: true}\nsince: 2020-02-03\nratio: .inf\nnothing:\n")
    assert front.extra == {"id": 77, "layout": {"wide": True}, "since": "2020-02-03", "ratio": "inf"}
    json.dumps(front.extra, allow_nan=False)


@pytest.mark.parametrize(
    ("block", "status"),
    [
        ("draft: true", Status.DRAFT),
        ("published: false", Status.DRAFT),
        ("draft: false", Status.PUBLISHED),
        ("draft: true\nstatus: published", Status.PUBLISHED),
    ],
)
def test_the_drafts_of_other_systems_are_drafts(block: str, status: Status) -> None:
    assert read(block).status is status


@pytest.mark.parametrize(
    ("block", "line", "words"),
    [
        ("title: A\ntags: [a, b", 3, "not valid YAML"),
        ("title: Error: avrdude", 2, "quotes"),
        ("title: Naïve\ntags:\n\t- a", 4, "indent with spaces"),
        ("title: A\nb: &x 1\nc: *x", 4, "aliases"),
        ("- a\n- b", 2, "`key: value`"),
        ("just words", 2, "`key: value`"),
        ("a: " + "[" * 30 + "]" * 30, 2, "nested"),
        ("a: " + "[" * 20_000 + "]" * 20_000, 2, "nested"),
        ("a: " + "x" * 70_000, 2, "over 64 kB"),
        ("a: !!python/object/apply:os.system [id]", 2, "not valid YAML"),
        ("a: \x07", 2, "characters"),
        ("a: 2026-13-45", 2, "cannot be read"),
    ],
)
def test_a_block_that_cannot_be_read_says_why_and_where(block: str, line: int, words: str) -> None:
    with pytest.raises(YamlError, match=words) as raised:
        read(block)
    assert raised.value.line == line


def test_an_alias_bomb_is_refused_before_it_grows() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{new}: &{new} [*{old}, *{old}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    with pytest.raises(YamlError, match="aliases") as raised:
        read(bomb)
    assert raised.value.line == 3


def test_an_unclosed_block_is_an_error_at_the_first_line() -> None:
    with pytest.raises(YamlError, match="not closed") as raised:
        split("---\ntitle: A\n\nText\n")
    assert raised.value.line == 1


def test_the_body_knows_the_line_it_begins_on() -> None:
    parts = split("---\ntitle: A\n---\n\nText\n")
    assert (parts.block, parts.body, parts.body_line) == ("title: A\n", "\nText\n", 4)


def test_a_text_without_front_matter_is_all_body() -> None:
    assert split("# Title\n\n---\n").body == "# Title\n\n---\n"
    assert split("---- not a fence\n").body == "---- not a fence\n"


@given(st.text(max_size=300))
def test_any_block_is_read_or_refused_with_a_line(block: str) -> None:
    try:
        front = read(block)
    except YamlError as refused:
        line = refused.line
    else:
        json.dumps(front.extra, allow_nan=False)
        line = 2
    assert 2 <= line <= block.count("\n") + 3
