"""A real help centre, imported whole: every page opens, every link between articles leads somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient

from kb import Settings, open_knowledge_base
from kb.content.imports.destination import Destination
from kb.content.imports.markdown_tree import import_markdown
from kb.model import Article
from webapp import create_app

pytestmark = pytest.mark.shared_data

_ALERTS = re.compile(r"^> ?\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]", re.MULTILINE | re.IGNORECASE)
_ID = re.compile(r'\sid="([^"]*)"')


@pytest.fixture(scope="module")
def imported(
    shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[FlaskClient, list[Article]]]:
    """The site over the imported centre, and its published articles."""
    folder = tmp_path_factory.mktemp("arduino")
    destination = Destination(folder / "articles")
    import_markdown(
        shared_data / "help-centres" / "arduino-help" / "content", destination, language="en", lang="en"
    )
    destination.write(dry_run=False)
    settings = Settings(data=folder / "data", articles=(folder / "articles",), secret_key="a key for tests")
    kb = open_knowledge_base(settings)
    kb.writers.check(fix=True)
    kb.reindex()
    articles = [one.article for one in kb.writers.library().published]
    yield create_app(settings, kb).test_client(), articles
    kb.close()


def test_no_article_is_lost_and_every_page_opens(
    imported: tuple[FlaskClient, list[Article]], shared_data: Path
) -> None:
    client, articles = imported
    sources = [
        path.read_text(encoding="utf-8")
        for path in (shared_data / "help-centres" / "arduino-help" / "content").rglob("*.md")
    ]
    drafts = sum("\ndraft: true\n" in text for text in sources)
    assert len(sources) == 414
    assert len(articles) == len(sources) - drafts
    for one in articles:
        page = client.get(one.url)
        assert page.status_code == 200, one.url
        assert unescape(page.get_data(as_text=True)).count(one.title) >= 1


def test_every_link_between_articles_leads_to_a_page_and_to_a_heading(
    imported: tuple[FlaskClient, list[Article]],
) -> None:
    client, articles = imported
    anchors = {one.url: {unescape(found) for found in _ID.findall(one.html)} for one in articles}
    dead, followed, checked = [], 0, dict[str, int]()
    for one in articles:
        for link in re.findall(r'<a\b[^>]*?\shref="(/[^"]*)"', one.html):
            path, _, fragment = unquote(unescape(link)).partition("#")
            followed += 1
            if path not in checked:
                checked[path] = client.get(path).status_code
            is_heading = not fragment or fragment.startswith(":~:") or fragment in anchors.get(path, ())
            if checked[path] != 200 or not is_heading:
                dead.append(f"{one.source} → {link}")
    assert dead == []
    assert followed > 400


def test_old_addresses_lead_to_the_articles(imported: tuple[FlaskClient, list[Article]]) -> None:
    client, articles = imported
    old = [(address, one.url) for one in articles for address in one.redirect_from]
    assert len(old) > 150
    for address, url in old:
        found = client.get(address)
        assert (found.status_code, found.headers["Location"]) == (301, url)


def test_callouts_are_rendered(imported: tuple[FlaskClient, list[Article]], shared_data: Path) -> None:
    _, articles = imported
    texts = (shared_data / "help-centres" / "arduino-help" / "content").rglob("*.md")
    written = sum(len(_ALERTS.findall(path.read_text(encoding="utf-8"))) for path in texts)
    rendered = sum(one.html.count('<div class="admonition ') for one in articles)
    assert written > 130
    assert rendered >= written
    assert [one.source for one in articles if re.search(r"<p>\[!\w+\]", one.html)] == []
