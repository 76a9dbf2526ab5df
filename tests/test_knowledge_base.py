from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb import Kind, KnowledgeBase, Query, Settings, TicketDraft, open_knowledge_base
from kb.errors import IndexMissing, InvalidDraft, NotFound
from kb.model import Card


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Articles of two languages, a draft among them."""
    files = {
        "en/sign-in/reset.md": (
            "title: Reset your password\nredirect_from: [sign-in/old-reset, /faq/12]\ntags: [codes]"
        ),
        "it/sign-in/reset.md": "title: Reimpostare la password\ntags: [codes]",
        "en/sign-in/hidden.md": "title: Secret giraffe\nstatus: draft",
        "en/zoo/giraffe.md": "title: Feeding the giraffe\nupdated: 2026-02-03",
    }
    for name, front_matter in files.items():
        file = tmp_path / "articles" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"---\n{front_matter}\n---\nSome text about {name}.\n", encoding="utf-8")
    return Settings(data=tmp_path / "data", articles=(tmp_path / "articles",))


@pytest.fixture
def kb(settings: Settings) -> Iterator[KnowledgeBase]:
    opened = open_knowledge_base(settings)
    yield opened
    opened.close()


@pytest.fixture
def indexed(kb: KnowledgeBase) -> KnowledgeBase:
    kb.reindex()
    return kb


def ids(kb: KnowledgeBase, text: str, **how: object) -> list[str]:
    return [hit.id for hit in kb.search(Query(text, **how)).hits]  # type: ignore[arg-type] # any of its fields


class TestSmallCentre:
    def test_opening_creates_nothing(self, kb: KnowledgeBase, settings: Settings) -> None:
        assert kb.settings is settings
        assert not settings.data.exists()

    def test_without_an_index_every_reading_says_so(self, kb: KnowledgeBase) -> None:
        for read in (
            lambda: kb.search(Query("x")),
            lambda: kb.suggest(TicketDraft("", "a long enough message")),
            lambda: kb.article("en/a/b"),
            lambda: kb.topics("en"),
            lambda: kb.complete("x", "en"),
            kb.status,
            kb.check,
        ):
            with pytest.raises(IndexMissing, match="kb index"):
                read()

    def test_drafts_are_not_published(self, indexed: KnowledgeBase) -> None:
        assert indexed.status().articles == 3
        assert "en/sign-in/hidden" not in ids(indexed, "secret giraffe")
        with pytest.raises(NotFound):
            indexed.article("en/sign-in/hidden")

    def test_pages_are_found_by_id(self, indexed: KnowledgeBase) -> None:
        assert indexed.article("en/zoo/giraffe").title == "Feeding the giraffe"
        for wrong in ("en/zoo/none", "community/x", "", "en/zoo/giraffe'--"):
            with pytest.raises(NotFound):
                indexed.article(wrong)
        with pytest.raises(NotFound):
            indexed.thread("x")

    @pytest.mark.parametrize("old", ["/faq/12", "faq/12/", "/FAQ/12", "/articles/en/sign-in/old-reset"])
    def test_old_paths_lead_on(self, indexed: KnowledgeBase, old: str) -> None:
        assert indexed.redirect(old) == "/articles/en/sign-in/reset"

    def test_an_unknown_path_leads_nowhere(self, indexed: KnowledgeBase) -> None:
        assert indexed.redirect("/nowhere") is None

    def test_shelves_and_tags_and_translations(self, indexed: KnowledgeBase) -> None:
        assert [(t.slug, t.articles, t.threads) for t in indexed.topics("en")] == [
            ("sign-in", 1, 0),
            ("zoo", 1, 0),
        ]
        assert [card.id for card in indexed.topic_cards("en", "zoo")] == ["en/zoo/giraffe"]
        assert [card.id for card in indexed.tag_cards("en", "Codes")] == ["en/sign-in/reset"]
        [card] = indexed.translations(indexed.article("en/sign-in/reset"))
        assert (card.id, card.title) == ("it/sign-in/reset", "Reimpostare la password")

    def test_articles_of_a_topic_follow_each_other(self, sample_centre: KnowledgeBase) -> None:
        for topic in sample_centre.topics("en"):
            cards = sample_centre.topic_cards("en", topic.slug)
            shelf: list[Card | None] = [card for card in cards if card.kind is Kind.ARTICLE]
            for before, card, after in zip([None, *shelf], shelf, [*shelf[1:], None], strict=False):
                assert card is not None
                beside = sample_centre.neighbours(sample_centre.article(card.id))
                assert (beside.previous, beside.next) == (before, after)

    def test_recent_articles_come_newest_first(self, indexed: KnowledgeBase) -> None:
        assert [card.id for card in indexed.recent("en", Kind.ARTICLE, 1)] == ["en/zoo/giraffe"]

    def test_an_edit_is_searchable_after_the_next_index(
        self, indexed: KnowledgeBase, settings: Settings
    ) -> None:
        file = settings.articles[0] / "en" / "zoo" / "giraffe.md"
        file.write_text("---\ntitle: Feeding the quokka\n---\nLeaves.\n", encoding="utf-8")
        report = indexed.reindex()
        assert (report.changed, report.reused, report.removed) == (1, 2, 0)
        assert ids(indexed, "quokka") == ["en/zoo/giraffe"]
        assert indexed.article("en/zoo/giraffe").title == "Feeding the quokka"

    def test_a_deleted_article_is_gone(self, indexed: KnowledgeBase, settings: Settings) -> None:
        (settings.articles[0] / "en" / "zoo" / "giraffe.md").unlink()
        assert indexed.reindex().removed == 1
        assert "en/zoo/giraffe" not in ids(indexed, "giraffe")

    def test_nothing_changed_is_nothing_done(self, indexed: KnowledgeBase) -> None:
        report = indexed.reindex()
        assert (report.changed, report.reused, report.removed) == (0, 3, 0)

    def test_one_key_is_one_ticket(self, kb: KnowledgeBase) -> None:
        draft = TicketDraft("Help", "My giraffe is hungry.", email="ada@example.org", idempotency_key="k")
        assert kb.submit(draft) == kb.submit(draft)

    def test_a_draft_that_cannot_be_answered_is_refused(self, kb: KnowledgeBase) -> None:
        with pytest.raises(InvalidDraft):
            kb.submit(TicketDraft("", ""))

    def test_a_search_is_logged_without_the_person(self, indexed: KnowledgeBase, settings: Settings) -> None:
        indexed.record_search("giraffe of ada@example.org", "en", 1)
        indexed.close()
        logged = b"".join(path.read_bytes() for path in settings.data.glob("kb.db*"))
        assert b"giraffe of" in logged
        assert b"ada@example.org" not in logged

    def test_readiness_passes_with_an_index(self, indexed: KnowledgeBase) -> None:
        indexed.check()

    def test_what_was_indexed_from_another_folder_is_rebuilt_from_there(
        self, kb: KnowledgeBase, settings: Settings, tmp_path: Path
    ) -> None:
        other = tmp_path / "other" / "en" / "zoo"
        other.mkdir(parents=True)
        (other / "wombat.md").write_text("---\ntitle: The wombat\n---\nDigs.\n", encoding="utf-8")
        kb.reindex([tmp_path / "other"])
        array = max(
            settings.index_folder.glob("g-*/similarity/en/**/*.npy"), key=lambda path: path.stat().st_size
        )
        os.truncate(array, 10)
        again = open_knowledge_base(settings)
        assert ids(again, "wombat") == ["en/zoo/wombat"]
        again.close()


class TestSampleCentre:
    """The centre that ships with the project, tried as a new visitor would."""

    @pytest.mark.parametrize(
        ("query", "first"),
        [
            ("cant log in after changing my phone", "en/sign-in/changed-phone"),
            ("non riesco ad accedere", "it/sign-in/cant-sign-in"),
            ("письма попадают в спам", "ru/spam-phishing/good-mail-in-spam"),
            ("HM-1008", "en/sign-in/account-locked"),
            ("552 5.2.2", "en/attachments-storage/mailbox-full"),
        ],
    )
    def test_a_question_brings_its_article_first(
        self, sample_centre: KnowledgeBase, query: str, first: str
    ) -> None:
        assert ids(sample_centre, query)[0] == first

    @pytest.mark.parametrize("lang", ["en", "it", "ru"])
    def test_the_questions_of_articles_find_them(self, sample_centre: KnowledgeBase, lang: str) -> None:
        asked = missed = 0
        for topic in sample_centre.topics(lang):
            for card in sample_centre.topic_cards(lang, topic.slug):
                questions = sample_centre.article(card.id).questions if card.kind is Kind.ARTICLE else ()
                for question in questions:
                    asked += 1
                    missed += card.id not in ids(sample_centre, question, lang=lang, limit=3)
        assert asked >= 45
        assert missed <= 0.1 * asked

    @pytest.mark.parametrize(
        ("body", "first"),
        [
            (
                "Hi, last week I bought a new phone and sold the old one. Now when I sign in the mail asks for a "
                "code from the app, but the authenticator on the new phone is empty and I cannot get in. "
                "What can I do?",
                "en/sign-in/changed-phone",
            ),
        ],
    )
    def test_a_real_message_is_answered(self, sample_centre: KnowledgeBase, body: str, first: str) -> None:
        found = sample_centre.suggest(TicketDraft("Problem", body))
        assert not found.abstained
        assert found.suggestions[0].id == first
        confidences = [suggestion.confidence for suggestion in found.suggestions]
        assert 0.3 < confidences[0] <= 1

    @pytest.mark.parametrize(
        "body",
        [
            "Do you know where I can buy a good umbrella in Berlin? It rains all the time and mine broke "
            "yesterday on the way to the museum.",
            "?",
            "",
        ],
    )
    def test_what_nothing_answers_gets_no_suggestion(self, sample_centre: KnowledgeBase, body: str) -> None:
        assert sample_centre.suggest(TicketDraft("", body)).abstained

    def test_suggestions_are_few_and_in_the_language_of_the_draft(self, sample_centre: KnowledgeBase) -> None:
        body = "Ho perso il telefono e non riesco più ad accedere perché mi chiede un codice dell'app."
        found = sample_centre.suggest(TicketDraft("Problema", body, lang="it"), limit=2)
        assert {suggestion.lang for suggestion in found.suggestions} == {"it"}
        assert 1 <= len(found.suggestions) <= 2

    def test_related_pages_are_others_in_the_same_language(self, sample_centre: KnowledgeBase) -> None:
        cards = sample_centre.related("it/sign-in/changed-phone", limit=4)
        assert 1 <= len(cards) <= 4
        assert "it/sign-in/changed-phone" not in {card.id for card in cards}
        assert {card.lang for card in cards} == {"it"}
        only = sample_centre.related("en/attachments-storage/attachment-too-large", kind=Kind.THREAD)
        assert {card.kind for card in only} == {Kind.THREAD}

    def test_titles_complete(self, sample_centre: KnowledgeBase) -> None:
        urls = [completion.url for completion in sample_centre.complete("reset a forg", "en")]
        assert urls[0] == "/articles/en/sign-in/reset-password"

    def test_threads_are_found_and_told_apart(self, sample_centre: KnowledgeBase) -> None:
        result = sample_centre.search(Query("attachment size limit", kind=Kind.THREAD))
        assert {hit.kind for hit in result.hits} == {Kind.THREAD}
        assert result.counts[Kind.ARTICLE] > 0
        thread = sample_centre.thread(result.hits[0].id.removeprefix("community/"))
        assert thread.title == result.hits[0].title

    def test_status_counts_what_ships(self, sample_centre: KnowledgeBase) -> None:
        status = sample_centre.status()
        assert status.articles >= 75
        assert status.threads >= 40
        assert {"en", "it", "ru"} <= set(status.languages)
        assert dataclasses.asdict(status)["bytes"] > 100_000
