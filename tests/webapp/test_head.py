from __future__ import annotations

from flask.testing import FlaskClient

from tests.webapp.conftest import Page

ARTICLE = "/articles/en/sign-in/lost-phone"


def links(page: Page, rel: str) -> dict[str, str]:
    """The addresses of the head's links of one kind, by language."""
    return {a.get("hreflang", ""): a["href"] for tag, a in page.tags if tag == "link" and a["rel"] == rel}


def graph(page: Page) -> dict[str, str]:
    return {a["property"]: a["content"] for tag, a in page.tags if tag == "meta" and "property" in a}


def test_page_has_one_address_whatever_the_query_says(client: FlaskClient) -> None:
    for url in (ARTICLE, f"{ARTICLE}?lang=it", f"{ARTICLE}?utm=1"):
        assert links(Page(client.get(url)), "canonical") == {"": f"http://localhost{ARTICLE}"}


def test_translations_name_each_other_and_themselves(client: FlaskClient) -> None:
    for lang in ("en", "it", "ru"):
        found = links(Page(client.get(f"/articles/{lang}/sign-in/lost-phone")), "alternate")
        assert {one: url.rpartition("/articles/")[2][:2] for one, url in found.items() if one} == {
            "en": "en",
            "it": "it",
            "ru": "ru",
            "x-default": "en",
        }


def test_article_without_translations_names_none(client: FlaskClient) -> None:
    assert set(links(Page(client.get("/articles/en/sign-in/locked")), "alternate")) == {""}


def test_article_shows_itself_to_other_sites(client: FlaskClient) -> None:
    found = graph(Page(client.get(ARTICLE)))
    assert found["og:title"] == "Lost phone & two-step"
    assert found["og:type"] == "article"
    assert found["og:image"].startswith("http://localhost/media/")


def test_article_with_questions_is_a_faq(client: FlaskClient) -> None:
    article, faq, path = Page(client.get(ARTICLE)).structured
    assert (article["@type"], article["dateModified"]) == ("Article", "2026-09-28")
    assert [one["name"] for one in faq["mainEntity"]] == [
        "my phone was stolen",
        "broke my phone and it wants a code",
    ]
    assert [step["item"] for step in path["itemListElement"]][1:] == [
        "http://localhost/topics/en/sign-in",
        f"http://localhost{ARTICLE}",
    ]


def test_article_without_questions_is_no_faq(client: FlaskClient) -> None:
    kinds = [one["@type"] for one in Page(client.get("/articles/en/sign-in/locked")).structured]
    assert kinds == ["Article", "BreadcrumbList"]


def test_thread_is_a_question_with_its_answers(client: FlaskClient) -> None:
    (page,) = Page(client.get("/community/outvoted")).structured
    question = page["mainEntity"]
    assert question["acceptedAnswer"]["text"] == "Use a recovery code."
    assert [answer["upvoteCount"] for answer in question["suggestedAnswer"]] == [30, -2]
    assert question["answerCount"] == 3


def test_pages_for_people_alone_stay_out_of_search_engines(client: FlaskClient) -> None:
    for url in ("/search?q=phone", "/none"):
        page = Page(client.get(url))
        assert {"name": "robots", "content": "noindex"} in [a for tag, a in page.tags if tag == "meta"]
        assert links(page, "canonical") == {}
