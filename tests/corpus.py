"""Memorable documents with stated roles: what a test about finding is told with."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from kb.index.documents import from_article, from_thread
from kb.model import Answer, Article, Document, ForumThread, Section


def article(
    document_id: str,
    title: str,
    body: str = "",
    *,
    summary: str = "",
    tags: tuple[str, ...] = (),
    questions: tuple[str, ...] = (),
    boost: float = 1.0,
    sections: tuple[Section, ...] = (),
) -> Article:
    """An article as a folder would give it; its content hash follows from what it says."""
    lang, topic, slug = document_id.split("/")
    sections = sections or ((Section("", "", 2, body),) if body else ())
    said = repr((document_id, title, sections, summary, tags, questions, boost))
    return Article(
        id=document_id,
        lang=lang,
        topic=topic,
        slug=slug,
        title=title,
        html=f"<p>{body}</p>",
        sections=sections,
        content_hash=hashlib.sha256(said.encode(errors="surrogatepass")).hexdigest(),
        source=f"{document_id}.md",
        summary=summary,
        tags=tags,
        questions=questions,
        boost=boost,
    )


def document(document_id: str, title: str, body: str = "") -> Document:
    """An article's document."""
    return from_article(article(document_id, title, body))


def edited(found: Document, title: str) -> Document:
    """The document after its writer changed the title."""
    assert isinstance(found.page, Article)
    return from_article(replace(found.page, title=title, content_hash=f"{found.content_hash}:{title}"))


RESET = article(  # the one that has the words in its title
    "en/sign-in/reset-password",
    "Reset your password",
    "Select Forgot password on the sign-in page. A code with six digits comes by text message. "
    "The code is valid for ten minutes. Type it, then choose a new password. "
    "If you can't log in after that, write to us.",
    tags=("password", "codes"),
    questions=("I forgot my password",),
)
LOCKED = article(  # the one with an error code and a mention of the password
    "en/sign-in/account-locked",
    "Too many attempts",
    "Error HM-1008 means that the account is locked for thirty minutes. "
    "You can unlock it sooner with a new password. Version 5.2.1 of the app shows the wrong number of minutes.",
    tags=("codes",),
)
WIFI = article(  # the one with compounds
    "en/apps-sync/wi-fi",
    "Mail does not arrive over Wi-Fi",
    "Turn Wi-Fi off and on. On the log-in page of a hotel, accept the terms first.",
    sections=(
        Section("", "", 2, "Some networks block mail."),
        Section("On Android", "on-android", 2, "Turn Wi-Fi off and on. Then open the mailbox and pull down."),
        Section("In a hotel", "in-a-hotel", 2, "On the log-in page of the hotel accept the terms first."),
    ),
    tags=("networks",),
)
GIRAFFE = article(  # the one about nothing else
    "en/zoo/giraffe",
    "Feeding the giraffe",
    "The giraffe eats acacia leaves. Bring a ladder. The giraffe cannot sing.",
    summary="Acacia leaves, twice a day.",
)
RESET_IT = article(
    "it/sign-in/reset-password",
    "Reimpostare la password",
    "Scegli Password dimenticata nella pagina di accesso. Se non riesci ad accedere all'account, scrivici.",
    tags=("password",),
)
ACCOUNT_IT = article(  # Italian only
    "it/privacy-data/delete-account",
    "Eliminare l'account",
    "Apri le impostazioni e scegli Elimina account. Hai trenta giorni per cambiare idea.",
)
TREE_RU = article(  # the one with ё, Russian only
    "ru/sending-receiving/tree",
    "Ёлка в подписи письма",
    "Зелёная ёлка в подписи письма видна не всем. Откройте настройки подписи и уберите картинку.",
)
TOKYO = article("ja/privacy-data/tokyo", "東京のデータ", "データは東京に保管されます。")

LADDER = ForumThread(  # solved and well liked
    id="t-7",
    lang="en",
    title="Which ladder for a giraffe?",
    html="<p>Mine is too short.</p>",
    text="My ladder is too short for the giraffe.",
    content_hash="t-7-1",
    topic="zoo",
    tags=("ladders",),
    votes=12,
    answers=(
        Answer("a1", "Ada", "<p>Four metres.</p>", "Four metres are enough.", votes=3, accepted=True),
        Answer("a2", "Bob", "<p>A crane.</p>", "Rent a crane.", votes=1),
    ),
)

ARTICLES = (RESET, LOCKED, WIFI, GIRAFFE, RESET_IT, ACCOUNT_IT, TREE_RU, TOKYO)
DOCUMENTS: tuple[Document, ...] = (*map(from_article, ARTICLES), from_thread(LADDER))
