"""The preview shows the newest text of each file, drafts included, and says what is wrong where it is."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kb import Settings
from kb.preview import Preview, open_preview
from tests.content.conftest import PIXEL_PNG
from tests.writing.conftest import Write, article, folder, write
from webapp.preview import create_preview

__all__ = ["folder", "write"]

URL = "/articles/en/account/password"


@pytest.fixture
def kb(folder: Path, write: Write, tmp_path: Path) -> Iterator[Preview]:
    write(
        "en/account/password.md",
        article("Do this.\n\n## Steps\n\nGo.\n\n## More\n\nStop.\n", updated="2026-09-01"),
    )
    write(
        "it/account/password.md",
        article("Fai questo.\n\n## Passi\n\nVai.\n", title="Cambia", updated="2026-10-01"),
    )
    write("en/account/draft.md", article("Not yet.\n", title="A thing to come", status="draft"))
    opened = open_preview(Settings(data=tmp_path / "data", secret_key="a key for tests"), [folder])
    opened.prepare()
    yield opened
    opened.close()


@pytest.fixture
def client(kb: Preview) -> FlaskClient:
    return create_preview(kb).test_client()


def page(client: FlaskClient, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    assert response.headers["Cache-Control"] == "no-store"
    return response.get_data(as_text=True)


def test_a_saved_change_is_on_the_page_and_in_the_search(
    client: FlaskClient, kb: Preview, write: Write
) -> None:
    path = write("en/account/password.md", article("Quite another text about giraffes.\n"))
    kb.refresh([path])
    assert "about giraffes" in page(client, URL)
    assert URL in page(client, "/search?q=giraffes")


def test_drafts_are_shown_found_and_marked(client: FlaskClient) -> None:
    html = page(client, "/articles/en/account/draft")
    assert "Draft: readers do not see this yet" in html
    assert "Draft: readers" not in page(client, URL)
    assert "/articles/en/account/draft" in page(client, "/search?q=thing+to+come")
    assert "A thing to come" in page(client, "/preview")


def test_what_is_wrong_stands_above_the_page(client: FlaskClient, kb: Preview, write: Write) -> None:
    kb.refresh([write("en/account/password.md", article("[a](gone.md)\n"))])
    html = page(client, URL)
    assert "articles/en/account/password.md:6</code>" in html
    assert "links to gone.md, which is not an article here" in html


def test_a_file_that_cannot_be_read_shows_why_and_where_and_comes_back(
    client: FlaskClient, kb: Preview, write: Write
) -> None:
    path = write("en/account/password.md", "---\ntitle: a: <b>\n---\nText\n")
    kb.refresh([path])
    html = page(client, URL, 500)
    assert "articles/en/account/password.md:2</code>" in html
    assert "not valid YAML" in html
    assert "title: a: &lt;b&gt;" in html
    assert "1 file cannot be read" in page(client, "/preview")
    kb.refresh([write("en/account/password.md", article("Mended.\n"))])
    assert "Mended." in page(client, URL)


def test_new_and_removed_articles_and_images_are_followed(
    client: FlaskClient, kb: Preview, write: Write
) -> None:
    path = write("en/account/new.md", article("![Dot](dot.png)\n", title="Brand new"))
    (path.parent / "dot.png").write_bytes(PIXEL_PNG)
    kb.refresh([path, path.parent / "dot.png"])
    html = page(client, "/articles/en/account/new")
    source = html.split('src="/media/')[1].split('"')[0]
    with client.get(f"/media/{source}") as image:
        assert image.get_data() == PIXEL_PNG
    path.unlink()
    kb.refresh([path])
    assert client.get("/articles/en/account/new").status_code == 404


def test_a_translation_stands_beside_its_original_section_by_section(client: FlaskClient) -> None:
    html = page(client, "/preview/beside/it/account/password")
    assert html.index("Do this.") < html.index("Fai questo.") < html.index("Go.") < html.index("Vai.")
    assert "Qui non c&#39;è ancora nulla" in html or "Qui non c'è ancora nulla" in html
    assert "/preview/beside/it/account/password" in page(client, "/articles/it/account/password")
    assert client.get("/preview/beside/en/account/draft").status_code == 404
    assert "/preview/beside/" not in page(client, "/articles/en/account/draft")


def test_a_browser_that_waits_is_told_of_a_change(client: FlaskClient, kb: Preview, write: Write) -> None:
    token = kb.token("en/account/password")
    other = kb.token("en/account/draft")
    answers: list[str] = []

    def wait() -> None:
        answers.append(kb.wait("en/account/password", token, 30))

    waiting = threading.Thread(target=wait)
    waiting.start()
    kb.refresh([write("en/account/password.md", article("Changed.\n"))])
    waiting.join(30)
    assert answers[0] != token
    assert kb.token("en/account/draft") == other  # a page that did not change is not loaded again
    answer = client.get("/preview/wait", query_string={"article": "en/account/password", "token": "old"})
    assert set(answer.json or {}) == {"token"}


def test_the_files_themselves_are_followed(kb: Preview, write: Write) -> None:
    stop = threading.Event()
    follower = threading.Thread(target=kb.follow, args=(stop,), daemon=True)
    follower.start()
    token = kb.token("en/account/password")
    deadline = time.monotonic() + 60
    while kb.token("en/account/password") == token and time.monotonic() < deadline:
        write(
            "en/account/password.md", article(f"Written at {time.monotonic()}.\n")
        )  # until it is being watched
        time.sleep(0.5)
    stop.set()
    follower.join(30)
    assert "Written at" in kb.article("en/account/password").html


def test_the_sites_own_index_and_log_are_left_alone(kb: Preview, client: FlaskClient, tmp_path: Path) -> None:
    page(client, "/search?q=password")
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == ["preview"]
