from __future__ import annotations

import pytest

from tests.content.conftest import Load, Write


def test_topics_are_named_by_their_folders(write: Write, load: Load) -> None:
    write("en/sign-in/a.md", "# A\n\nText")
    write("en/Licensing & Counterfeits/b.md", "# B\n\nText")
    assert [(topic.slug, topic.title) for topic in load().topics] == [
        ("licensing-counterfeits", "Licensing & Counterfeits"),
        ("sign-in", "Sign in"),
    ]


def test_a_topic_file_names_describes_and_orders(write: Write, load: Load) -> None:
    write("en/billing/a.md", "# A\n\nText")
    write("en/sign-in/a.md", "# A\n\nText")
    write("en/sign-in/_topic.yaml", "title: Signing in\ndescription: Passwords and codes\norder: 1\n")
    first, second = load().topics
    assert (first.title, first.description, first.order) == ("Signing in", "Passwords and codes", 1)
    assert (second.title, second.order) == ("Billing", 1000)
    assert first.url == "/topics/en/sign-in"


def test_a_topic_is_titled_in_each_language(write: Write, load: Load) -> None:
    for lang, title in (("en", "Signing in"), ("it", "Accesso")):
        write(f"{lang}/sign-in/a.md", "# A\n\nText")
        write(f"{lang}/sign-in/_topic.yaml", f"title: {title}")
    assert [(topic.lang, topic.title) for topic in load().topics] == [("en", "Signing in"), ("it", "Accesso")]


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"title: [a]\n", 1, "must be text"),
        (b"title: A\norder: first\n", 2, "whole number"),
        (b"title: A\norder: true\n", 2, "whole number"),
        (b"title: a: b\n", 1, "not valid YAML"),
        (b"\xff", 1, "UTF-8"),
    ],
)
def test_a_broken_topic_file_is_a_warning(
    write: Write, load: Load, content: bytes, line: int, words: str
) -> None:
    write("en/sign-in/a.md", "# A\n\nText")
    write("en/sign-in/_topic.yaml", content)
    loaded = load()
    assert [topic.slug for topic in loaded.topics] == ["sign-in"]
    assert loaded.topics[0].order == 1000
    (problem,) = loaded.problems
    assert (problem.path, problem.line, problem.left_out) == ("en/sign-in/_topic.yaml", line, False)
    assert words in problem.message


def test_the_topic_a_front_matter_names_keeps_its_name_when_the_article_is_known(
    write: Write, load: Load
) -> None:
    write("a.md", "---\ntitle: A\nlang: en\ncategory: Sign in & out\n---\nText")
    assert [topic.title for topic in load().topics] == ["Sign in & out"]
