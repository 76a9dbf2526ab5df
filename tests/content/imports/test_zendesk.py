"""A Zendesk help centre, with sections, translations and images, becomes articles that a writer can go on with."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from kb.content import load_articles
from kb.content.imports.destination import Destination
from kb.content.imports.zendesk import import_zendesk
from kb.errors import ContentError
from kb.model import Article, Status
from tests.content.conftest import PIXEL_PNG
from tests.content.imports.conftest import Export

SECTIONS = [
    {
        "id": 10,
        "name": "Signing in",
        "locale": "en-us",
        "category_id": 1,
        "description": "Codes.",
        "position": 2,
    },
    {"id": 11, "name": "General", "locale": "en-us", "category_id": 1},
    {"id": 12, "name": "General", "locale": "en-us", "category_id": 2},
]
ARTICLES: list[dict[str, Any]] = [
    {
        "id": 100,
        "title": "Reset: your password",
        "locale": "en-us",
        "section_id": 10,
        "html_url": "https://help.example/hc/en-us/articles/100-Reset-your-password",
        "label_names": ["password"],
        "updated_at": "2026-05-01T10:00:00Z",
        "body": '<p>Read <a href="https://help.example/hc/en-us/articles/101-Locked#h_1">this</a>.</p>'
        '<h2 id="h_2">Steps</h2><ol><li>Open <b>Settings</b><p><img src="/hc/article_attachments/900/key.png" '
        'alt="The key"></p></li><li>Go</li></ol><div class="callout callout-warning"><p>Careful!</p></div>'
        "<table><tr><th>A</th></tr><tr><td>B</td></tr></table>",
    },
    {
        "id": 101,
        "title": "Locked",
        "locale": "en-us",
        "section_id": 11,
        "draft": True,
        "body": "<h2 id='h_1'>Wait</h2><p>Thirty minutes. &lt;b&gt; is a tag.</p>",
    },
    {"id": 102, "title": "Locked", "locale": "en-us", "section_id": 12, "body": "<p>Another.</p>"},
]
TRANSLATIONS = [
    {"source_id": 100, "source_type": "Article", "locale": "it", "title": "Reimposta la password",
     "body": '<p><a href="/hc/it/articles/101">Bloccato</a> o <a href="/hc/it/articles/100">qui</a></p>'},
    {"source_id": 10, "source_type": "Section", "locale": "it", "title": "Accesso", "body": ""},
]  # fmt: skip


def loaded(destination: Destination) -> dict[str, Article]:
    content = load_articles([destination.folder], language="en")
    assert content.problems == ()
    return {one.id: one for one in content.articles}


@pytest.fixture
def imported(export: Export, destination: Destination) -> dict[str, Article]:
    export("articles.json", {"articles": ARTICLES, "next_page": None})
    export("sections.json", SECTIONS)
    export("categories.json", {"categories": [{"id": 1, "name": "Home"}, {"id": 2, "name": "Business"}]})
    export("attachments/900/key.png", PIXEL_PNG)
    folder = export("translations.json", {"translations": TRANSLATIONS}).parent
    import_zendesk(folder, destination, language="en")
    assert destination.write(dry_run=False).problems == ()
    return loaded(destination)


def test_sections_become_topics_and_translations_stand_beside_their_originals(
    imported: dict[str, Article], destination: Destination
) -> None:
    assert sorted(imported) == [
        "en/business-general/locked",
        "en/general/locked",
        "en/signing-in/reset-your-password",
        "it/signing-in/reset-your-password",
    ]
    topics = {
        (one.lang, one.slug): one.title for one in load_articles([destination.folder], language="en").topics
    }
    assert topics[("it", "signing-in")] == "Accesso"
    assert topics[("en", "business-general")] == "General"


def test_what_the_export_says_of_an_article_is_in_its_front_matter(imported: dict[str, Article]) -> None:
    one = imported["en/signing-in/reset-your-password"]
    assert (one.title, one.tags, str(one.updated)) == ("Reset: your password", ("password",), "2026-05-01")
    assert one.redirect_from == ("/hc/en-us/articles/100-Reset-your-password", "/hc/en-us/articles/100")
    assert one.extra["zendesk_id"] == 100
    assert imported["en/general/locked"].status is Status.DRAFT


def test_links_images_callouts_and_anchors_come_through(imported: dict[str, Article]) -> None:
    html = imported["en/signing-in/reset-your-password"].html
    assert 'href="/articles/en/general/locked#h_1"' in html
    assert '<h2 id="h_2">Steps</h2>' in html
    assert 'alt="The key"' in html
    assert '<div class="admonition warning">' in html
    assert "<td>B</td>" in html
    assert "<b> is a tag" not in imported["en/general/locked"].html
    assert "&lt;b&gt; is a tag" in imported["en/general/locked"].html


def test_a_link_leads_to_the_same_language_where_there_is_one(imported: dict[str, Article]) -> None:
    html = imported["it/signing-in/reset-your-password"].html
    assert 'href="/articles/en/general/locked"' in html
    assert 'href="/articles/it/signing-in/reset-your-password"' in html


def test_the_same_import_again_changes_nothing_and_what_was_edited_stays(
    imported: dict[str, Article], export: Export, destination: Destination
) -> None:
    edited = destination.folder / "en" / "general" / "locked.md"
    edited.write_text("mine", encoding="utf-8")
    folder = export("articles.json", {"articles": ARTICLES}).parent
    again = Destination(destination.folder)
    import_zendesk(folder, again, language="en")
    report = again.write(dry_run=False)
    assert (report.added, report.updated, report.unchanged) == (0, 0, 3)
    assert [problem.message.partition(":")[0] for problem in report.problems] == [
        "is there already and differs"
    ]
    assert edited.read_text(encoding="utf-8") == "mine"
    overwriting = Destination(destination.folder, update=True)
    import_zendesk(folder, overwriting, language="en")
    assert overwriting.write(dry_run=True).updated == 1
    assert edited.read_text(encoding="utf-8") == "mine"
    assert overwriting.write(dry_run=False).updated == 1


def test_images_in_the_text_become_files_and_missing_ones_are_told(
    export: Export, destination: Destination
) -> None:
    data = base64.b64encode(PIXEL_PNG).decode()
    body = (
        f'<p><img src="data:image/png;base64,{data}" alt="A"><img src="/hc/article_attachments/7/no.png"></p>'
    )
    path = export("one.json", {"articles": [{"id": 1, "title": "A", "locale": "en-us", "body": body}]})
    import_zendesk(path, destination, language="en")
    report = destination.write(dry_run=False)
    assert report.images == 1
    assert [problem.message for problem in report.problems] == [
        "the image /hc/article_attachments/7/no.png is not in the export: save it beside the articles"
    ]


def test_what_markdown_cannot_say_stays_html(export: Export, destination: Destination) -> None:
    body = (
        '<table><tr><td colspan="2"><p>Wide</p></td></tr>\n\n<tr><td>A</td><td>B</td></tr></table>'
        "<details><summary>More</summary><p>Inside</p></details>"
        '<iframe src="//video.example/v/1"></iframe><script>alert(1)</script>'
    )
    path = export("one.json", {"articles": [{"id": 1, "title": "A", "locale": "en-us", "body": body}]})
    import_zendesk(path, destination, language="en")
    destination.write(dry_run=False)
    [one] = loaded(destination).values()
    assert 'colspan="2"' in one.html
    assert "<details><summary>More</summary>" in one.html
    assert 'href="https://video.example/v/1"' in one.html
    assert "alert" not in one.html


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"articles": [{"id": 1, "title": "A", "bo', "not whole JSON"),
        ('{"articles": []}', "holds no articles"),
        (b'{"articles": [{"title": "\xe9"}]}', "not UTF-8 at byte 25"),
        ("[" * 200_000, "JSON"),
        ("", "not whole JSON"),
    ],
)
def test_a_malformed_export_is_told_and_nothing_is_written(
    export: Export, destination: Destination, content: Any, words: str
) -> None:
    with pytest.raises(ContentError, match=words):
        import_zendesk(export("one.json", content), destination, language="en")
    assert not destination.folder.exists()


def test_utf_16_is_read_as_windows_writes_it(export: Export, destination: Destination) -> None:
    content = json.dumps({"articles": [{"id": 1, "title": "Ключ", "locale": "ru", "body": "<p>Да</p>"}]})
    import_zendesk(export("one.json", content.encode("utf-16")), destination, language="en")
    assert list(destination.files) == ["ru/general/ключ.md"]


def test_one_broken_page_of_an_export_leaves_the_others(export: Export, destination: Destination) -> None:
    export("articles-1.json", {"articles": ARTICLES[1:2]})
    folder = export("articles-2.json", '{"articles": [').parent
    import_zendesk(folder, destination, language="en")
    assert [problem.path for problem in destination.problems] == ["articles-2.json"]
    assert list(destination.files) == ["en/general/locked.md"]


def test_records_of_the_wrong_shape_are_told_one_by_one(export: Export, destination: Destination) -> None:
    articles = [7, {"title": "No number"}, {"id": 1, "locale": "en-us", "title": "", "body": "x"},
                {"id": 2, "locale": "en-us", "title": "Deep", "body": "<div>" * 3000}, ARTICLES[1]]  # fmt: skip
    import_zendesk(export("one.json", {"articles": articles}), destination, language="en")
    assert [problem.message.partition(":")[0] for problem in destination.problems] == [
        "an article has no id",
        "article 1 (en-us) has no title",
        "the HTML is nested too deeply",
    ]
    assert list(destination.files) == ["en/general/locked.md"]
