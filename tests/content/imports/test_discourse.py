"""Topics of a Discourse forum, as its API and its exports give them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kb.content.imports.discourse import read_discourse
from kb.errors import ContentError
from kb.model import ForumThread, Problem
from tests.content.imports.conftest import Export

POSTS: list[dict[str, Any]] = [
    {"id": 1, "post_number": 1, "username": "ada", "cooked": "<p>Is it <b>so</b>?</p>",
     "created_at": "2026-01-01T10:00:00Z", "actions_summary": [{"id": 2, "count": 4}]},
    {"id": 2, "post_number": 2, "username": "bo", "cooked": "<p>No.</p>", "like_count": 9},
    {"id": 3, "post_number": 3, "username": "cy", "cooked": "<p>Yes.</p>", "accepted_answer": True},
    {"id": 4, "post_number": 4, "username": "sys", "cooked": "<p>closed</p>", "post_type": 3},
    {"id": 5, "post_number": 5, "username": "spam", "cooked": "<p>buy</p>", "hidden": True},
]  # fmt: skip
TOPIC = {"id": 42, "title": "Is it?", "slug": "is-it", "tags": ["a", {"id": 1, "name": "b"}], "category_id": 3,
         "post_stream": {"posts": POSTS, "stream": [1, 2, 3, 4, 5]}}  # fmt: skip


def read(path: Path, **options: Any) -> list[ForumThread | Problem]:
    return list(read_discourse(path, language="en", **options))


def one_thread(found: list[ForumThread | Problem]) -> ForumThread:
    [thread] = found
    assert isinstance(thread, ForumThread), thread
    return thread


def test_a_topic_is_a_thread_with_the_solution_first(export: Export) -> None:
    thread = one_thread(read(export("42.json", TOPIC), url="https://forum.example/", topic="sign-in"))
    assert (thread.id, thread.title, thread.topic, thread.tags) == ("d-42", "Is it?", "sign-in", ("a", "b"))
    assert (thread.html, thread.author, thread.votes) == ("<p>Is it <b>so</b>?</p>", "ada", 4)
    assert thread.original_url == "https://forum.example/t/is-it/42"
    assert [(one.author, one.accepted, one.votes) for one in thread.answers] == [
        ("cy", True, 0),
        ("bo", False, 9),
    ]


def test_a_solution_named_by_the_topic_counts_too(export: Export) -> None:
    posts = [{key: value for key, value in post.items() if key != "accepted_answer"} for post in POSTS]
    topic = {**TOPIC, "post_stream": {"posts": posts}, "accepted_answer": {"post_number": 2}}
    answer = one_thread(read(export("42.json", topic))).accepted_answer
    assert answer is not None
    assert answer.author == "bo"


def test_the_export_of_a_category_is_read_with_its_users_and_its_codes(export: Export) -> None:
    raw = '[quote="bo, post:2"]\nReally?\n[/quote]\nSee ![the key|690x400](upload://abc.png).'
    posts = [{"id": 1, "user_id": 7, "post_number": 1, "raw": "How **so**?"},
             {"id": 2, "user_id": 8, "post_number": 2, "raw": raw}]  # fmt: skip
    content = {"categories": [{"id": 3, "name": "Sign in"}], "users": [{"id": 7, "username": "ada"}],
               "topics": [{"id": 1, "title": "How?", "category_id": 3, "posts": posts}]}  # fmt: skip
    thread = one_thread(read(export("category.json", content)))
    assert (thread.topic, thread.author, thread.html) == ("sign-in", "ada", "<p>How <strong>so</strong>?</p>")
    assert thread.answers[0].html == "<blockquote>\n<p>Really?</p>\n</blockquote>\n<p>See the key.</p>"


def test_a_folder_of_topics_is_read_and_a_broken_one_is_told(export: Export) -> None:
    export("1.json", '{"id": 1, "title": "cut')
    export("2.json", {"hello": 1})
    folder = export("3.json", TOPIC).parent
    first, second, third = read(folder)
    assert isinstance(first, Problem)
    assert "not whole JSON" in first.message
    assert isinstance(second, Problem)
    assert "holds no Discourse topic" in second.message
    assert isinstance(third, ForumThread)


def test_a_single_file_that_is_cut_is_an_error(export: Export) -> None:
    with pytest.raises(ContentError, match="not whole JSON"):
        read(export("1.json", '{"id": 1, "title": "cut'))


def test_posts_that_the_file_lacks_are_told(export: Export) -> None:
    topic = {**TOPIC, "post_stream": {"posts": POSTS, "stream": list(range(45))}}
    problem, thread = read(export("1.json", topic))
    assert isinstance(problem, Problem)
    assert "has 40 more posts than the file" in problem.message
    assert not problem.left_out
    assert isinstance(thread, ForumThread)


def test_script_in_a_post_does_not_come_through(export: Export) -> None:
    posts = [
        {"post_number": 1, "cooked": '<p onclick="x()">A<script>alert(1)</script><img src=x alt="pic"></p>'}
    ]
    assert (
        one_thread(read(export("1.json", {**TOPIC, "post_stream": {"posts": posts}}))).html == "<p>Apic</p>"
    )


def test_a_thread_of_20_000_answers_keeps_the_best(export: Export) -> None:
    posts = [
        {"post_number": number, "cooked": f"<p>{number}</p>", "like_count": number}
        for number in range(1, 20_001)
    ]
    problem, thread = read(export("1.json", {**TOPIC, "post_stream": {"posts": posts}}))
    assert isinstance(problem, Problem)
    assert problem.message == "has 19999 answers: the best 300 are kept"
    assert isinstance(thread, ForumThread)
    assert len(thread.answers) == 300
    assert thread.answers[0].text == "20000"


@pytest.mark.parametrize(
    "wrong", [None, 7, "x", [], {"posts": 7}, {"posts": [7]}, {"posts": [{"post_number": 2}]}]
)
def test_a_topic_of_the_wrong_shape_is_told(export: Export, wrong: Any) -> None:
    [problem] = read(export("1.json", {"id": 1, "title": "A", "post_stream": wrong}))
    assert isinstance(problem, Problem)
