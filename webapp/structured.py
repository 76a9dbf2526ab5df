"""Pages in the vocabulary of schema.org, as search engines read it: values for JSON-LD."""

from __future__ import annotations

from typing import Any

from kb.model import Answer, Article, ForumThread, Topic
from webapp.addresses import root, whole
from webapp.site import current_site

_CONTEXT = "https://schema.org"
_LONGEST_ANSWER = 500
"""Characters: the page has the rest."""


def of_site() -> dict[str, Any]:
    """The help centre, and how to search it."""
    return {
        "@context": _CONTEXT,
        "@type": "WebSite",
        "name": current_site().brand.name,
        "url": whole("/"),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{root()}/search?q={{search_term_string}}"},
            "query-input": "required name=search_term_string",
        },
    }


def of_article(article: Article) -> tuple[dict[str, Any], ...]:
    """An Article; also an FAQPage where the writer noted questions that it answers."""
    page: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "Article",
        "headline": article.title,
        "inLanguage": article.lang,
        "url": whole(article.url),
        "publisher": {"@type": "Organization", "name": current_site().brand.name},
    }
    if article.summary:
        page["description"] = article.summary
    if article.updated:
        page["dateModified"] = article.updated.isoformat()
    return (page, _questions(article)) if article.questions else (page,)


def _questions(article: Article) -> dict[str, Any]:
    says = article.summary or " ".join(section.text for section in article.sections[:2])
    answer = {"@type": "Answer", "text": says[:_LONGEST_ANSWER], "url": whole(article.url)}
    return {
        "@context": _CONTEXT,
        "@type": "FAQPage",
        "inLanguage": article.lang,
        "mainEntity": [
            {"@type": "Question", "name": question, "acceptedAnswer": answer}
            for question in article.questions
        ],
    }


def of_thread(thread: ForumThread) -> dict[str, Any]:
    """A QAPage: the question, its accepted answer and the others."""
    question: dict[str, Any] = {
        "@type": "Question",
        "name": thread.title,
        "text": thread.text,
        "answerCount": len(thread.answers),
        "upvoteCount": thread.votes,
        **_by(thread.author),
    }
    if thread.created:
        question["dateCreated"] = thread.created.isoformat()
    if accepted := thread.accepted_answer:
        question["acceptedAnswer"] = _answer(accepted, thread)
    if others := [_answer(answer, thread) for answer in thread.answers if not answer.accepted]:
        question["suggestedAnswer"] = others
    return {"@context": _CONTEXT, "@type": "QAPage", "inLanguage": thread.lang, "mainEntity": question}


def _answer(answer: Answer, thread: ForumThread) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@type": "Answer",
        "text": answer.text,
        "upvoteCount": answer.votes,
        "url": f"{whole(thread.url)}#answer-{answer.id}",
        **_by(answer.author),
    }
    if answer.created:
        found["dateCreated"] = answer.created.isoformat()
    return found


def _by(author: str) -> dict[str, Any]:
    return {"author": {"@type": "Person", "name": author}} if author else {}


def of_path(*steps: Topic | Article) -> dict[str, Any]:
    """A BreadcrumbList: the way to a page, from the home page on."""
    places = [(current_site().brand.name, "/"), *((step.title, step.url) for step in steps)]
    return {
        "@context": _CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": whole(url)}
            for place, (name, url) in enumerate(places, 1)
        ],
    }
