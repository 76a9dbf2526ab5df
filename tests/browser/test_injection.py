"""Nothing that anybody writes runs as script: fifty payloads by each of five ways, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser

from kb import Settings, open_knowledge_base
from tests.browser.conftest import Serve
from tests.browser.payloads import PAYLOADS
from webapp import create_app

_CLICKABLE = "main a, main button, main summary, main input"


@pytest.fixture(scope="module")
def infested(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A centre in which each payload is a title, a summary and a tag, a text, and a thread."""
    folder = tmp_path_factory.mktemp("infested")
    topic = folder / "articles" / "en" / "payloads"
    topic.mkdir(parents=True)
    for number, payload in enumerate(PAYLOADS):
        said = json.dumps(payload)  # YAML reads JSON's strings
        front = f"title: {said}\nsummary: {said}\ntags: [{said}]\nquestions: [{said}]\n"
        (topic / f"front-{number}.md").write_text(f"---\n{front}---\nText.\n", encoding="utf-8")
        body = f"{payload}\n\n## {payload}\n\n- {payload}\n\n```\n{payload}\n```\n"
        (topic / f"text-{number}.md").write_text(f"---\ntitle: Text {number}\n---\n{body}", encoding="utf-8")
    (folder / "threads.jsonl").write_text("\n".join(map(_thread, range(len(PAYLOADS)))), encoding="utf-8")
    settings = Settings(data=folder / "data", articles=(folder / "articles",))
    kb = open_knowledge_base(settings)
    report = kb.import_threads(folder / "threads.jsonl")
    assert report.added == len(PAYLOADS), report.problems
    assert kb.reindex().articles >= 2 * len(PAYLOADS) - 2  # a title may be refused, as one without letters is
    return serve(create_app(settings, kb))


def _thread(number: int) -> str:
    payload = PAYLOADS[number]
    answer = {"id": f"a{number}", "author": payload, "body": payload, "votes": 1, "accepted": True}
    return json.dumps(
        {
            "id": f"t{number}",
            "lang": "en",
            "title": f"{payload} {number}",
            "body": payload,
            "author": payload,
            "tags": [payload],
            "answers": [answer],
        }
    )


class Watch:
    """A page whose ``hit()`` is ours to see."""

    def __init__(self, browser: Browser) -> None:
        self.hits: list[str] = []
        self.context = browser.new_context()
        self.page = self.context.new_page()
        self.page.expose_function("hit", lambda: self.hits.append(self.page.url))
        self.page.on("dialog", lambda dialog: dialog.dismiss())

    def opens(self, url: str) -> list[str]:
        """What ran while the page was loaded and its parts were clicked and focused."""
        self.hits.clear()
        self.page.goto(url, wait_until="load")
        self.page.evaluate(
            """(clickable) => {
                document.addEventListener("click", (event) => {
                    if (!event.target.closest("a[href^='javascript' i]")) event.preventDefault();
                });
                document.addEventListener("submit", (event) => event.preventDefault());
                for (const e of document.querySelectorAll(clickable)) {
                    e.focus();
                    for (const kind of ["mouseover", "click"]) {
                        e.dispatchEvent(new MouseEvent(kind, { bubbles: true, cancelable: true }));
                    }
                }
            }""",
            _CLICKABLE,
        )
        return list(self.hits)


@pytest.fixture(scope="module")
def watch(browser: Browser) -> Iterator[Watch]:
    watching = Watch(browser)
    yield watching
    watching.context.close()


def test_watch_sees_what_runs(watch: Watch, tmp_path: Path) -> None:
    """The tests below could otherwise pass for the wrong reason."""
    seen = 0
    for number, payload in enumerate(PAYLOADS):
        file = tmp_path / f"{number}.html"
        file.write_text(f'<!doctype html><meta charset="utf-8"><main>{payload}</main>', encoding="utf-8")
        seen += bool(watch.opens(file.as_uri()))
    assert seen >= 20


@pytest.mark.parametrize("way", ["query", "front matter", "Markdown", "thread", "address"])
def test_no_payload_runs(watch: Watch, infested: str, way: str) -> None:
    addresses = {
        "query": lambda number, typed: f"/search?q={typed}&topic={typed}&lang={typed}",
        "front matter": lambda number, typed: f"/articles/en/payloads/front-{number}",
        "Markdown": lambda number, typed: f"/articles/en/payloads/text-{number}",
        "thread": lambda number, typed: f"/community/t{number}",
        "address": lambda number, typed: f"/articles/en/{typed}?lang={typed}",
    }
    ran = []
    for number, payload in enumerate(PAYLOADS):
        if watch.opens(infested + addresses[way](number, quote(payload, safe=""))):
            ran.append(payload)
    assert ran == []


def test_no_payload_runs_in_lists_of_them_all(watch: Watch, infested: str) -> None:
    for path in (
        "/",
        "/topics/en/payloads",
        "/search?q=hit",
        "/search?q=script&page=2",
        "/feeds/en.xml",
        "/llms.txt",
    ):
        assert watch.opens(infested + path) == [], path


def test_no_payload_runs_in_the_type_ahead(watch: Watch, infested: str) -> None:
    watch.opens(f"{infested}/")
    box = watch.page.get_by_role("combobox")
    for payload in ("hit", *PAYLOADS[:10]):
        box.fill(payload)
        watch.page.get_by_role("option").last.wait_for()
    assert watch.hits == []


def test_structured_values_stay_inside_their_element(watch: Watch, infested: str) -> None:
    for number, payload in enumerate(PAYLOADS):
        html = watch.context.request.get(f"{infested}/community/t{number}").text()
        block = html.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
        name = json.loads(block)["mainEntity"]["name"]
        assert name.split() == f"{payload} {number}".split()
