from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.index.documents import from_article
from kb.index.embedded import EmbeddedEngine
from kb.index.engine import IndexReader, Retrieval, Retrieved
from kb.index.generation import Generation
from kb.model import Expansion, ExpansionKind, Kind, Query, SearchResult
from kb.search.searcher import Searcher
from tests.corpus import DOCUMENTS, article, document
from tests.search.test_query import HOSTILE

RESET, LOCKED, WIFI, GIRAFFE = (
    "en/sign-in/reset-password",
    "en/sign-in/account-locked",
    "en/apps-sync/wi-fi",
    "en/zoo/giraffe",
)
LADDER = "community/t-7"


def ids(result: SearchResult) -> list[str]:
    return [hit.id for hit in result.hits]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("reset password", RESET),
        ("password", RESET),
        ("I forgot my password", RESET),
        ("HM-1008", LOCKED),
        ("hm-1008", LOCKED),
        ("5.2.1", LOCKED),
        ("wi-fi", WIFI),
        ("wifi", WIFI),
        ("WiFi", WIFI),
        ("login page hotel", WIFI),
        ("log-in page hotel", WIFI),
        ("giraffe", GIRAFFE),
        ("giraffe cant sing", GIRAFFE),
        ("giraffe can't sing", GIRAFFE),
        ("lang:it account", "it/privacy-data/delete-account"),
        ("lang:it l'account", "it/privacy-data/delete-account"),
        ("eliminare l’account", "it/privacy-data/delete-account"),
        ("зеленая елка", "ru/sending-receiving/tree"),
        ("зелёная ёлка", "ru/sending-receiving/tree"),
        ("東京", "ja/privacy-data/tokyo"),
    ],
)
def test_a_query_brings_its_document_first(searcher: Searcher, query: str, first: str) -> None:
    assert ids(searcher.search(Query(query)))[0] == first


def test_what_is_called_by_its_name_is_first(tmp_path: Path) -> None:
    named = from_article(
        article("en/commands/ls", "ls", "Lists what a folder holds.", questions=("What is in my folder?",))
    )
    mentions = [
        document(
            f"en/commands/{name}", name, f"The same as ls. See ls, and try {name} or ls again: ls is quick."
        )
        for name in ("gls", "ls dir", "ls-more", "dir")
    ]
    engine = EmbeddedEngine(tmp_path / "index")
    engine.rebuild([named, *mentions])
    for typed in ("ls", "LS", "what is in my folder"):
        assert ids(Searcher(engine.reader, "en").search(Query(typed)))[0] == named.id


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('"forgot password"', {RESET}),
        ('"code with six digits"', {RESET}),
        ("password -locked", {RESET}),
        ('password -"forgot password"', {LOCKED}),
        ("title:password", {RESET}),
        ("password title:attempts", {LOCKED}),
        ("tag:codes", {RESET, LOCKED}),
        ("tag:CODES -tag:password", {LOCKED}),
        ("password tag:codes -HM-1008", {RESET}),
        ("gira*", {GIRAFFE, LADDER}),
        ("title:gir*", {GIRAFFE, LADDER}),
        ("lang:it password", {"it/sign-in/reset-password"}),
        ("lang:ru ЁЛ*", {"ru/sending-receiving/tree"}),
        ("lang:zz password", set()),
    ],
)
def test_operators_keep_what_meets_them(searcher: Searcher, query: str, found: set[str]) -> None:
    result = searcher.search(Query(query, only_lang=True))
    assert set(ids(result)) == found
    assert result.total == len(found)


def test_a_phrase_that_nothing_holds_becomes_plain_words(searcher: Searcher) -> None:
    assert ids(searcher.search(Query('"password forgot"')))[0] == RESET


def test_what_is_excluded_never_comes_back(searcher: Searcher) -> None:
    assert ids(searcher.search(Query("giraffe -acacia -ladder"))) == []
    assert RESET not in ids(searcher.search(Query('"no such phrase" password -forgot')))


def test_a_query_with_and_without_operators_is_ranked_alike(searcher: Searcher) -> None:
    plain = [i for i in ids(searcher.search(Query("password code"))) if i in {RESET, LOCKED}]
    assert ids(searcher.search(Query("password code tag:codes"))) == plain


def test_the_quotes_of_a_long_message_are_not_operators(searcher: Searcher) -> None:
    message = 'Hello,\nit says "no such phrase anywhere" -password and my giraffe tag:none will not eat'
    assert ids(searcher.search(Query(message)))[0] == GIRAFFE


class TestSpelling:
    @pytest.mark.parametrize(
        ("lang", "typed", "meant"),
        [
            ("en", "girafe", "giraffe"),
            ("en", "forgot pasword", "forgot password"),
            ("en", "forgot passwrod", "forgot password"),
            ("en", "igraffe", "giraffe"),
            ("ru", "зелоная ёлка", "зеленая ёлка"),
        ],
    )
    def test_a_misspelt_word_is_mended(self, searcher: Searcher, lang: str, typed: str, meant: str) -> None:
        assert searcher.search(Query(typed, lang=lang)).did_you_mean == meant

    def test_a_query_of_unknown_words_is_searched_as_it_was_meant(self, searcher: Searcher) -> None:
        result = searcher.search(Query("girafe"))
        assert result.corrected
        assert ids(result)[0] == GIRAFFE

    def test_a_word_that_no_document_holds_is_corrected_beside_known_ones(self, searcher: Searcher) -> None:
        result = searcher.search(Query("forgot pasword"))
        assert (result.did_you_mean, result.corrected) == ("forgot password", True)
        assert result.expansions == (Expansion(ExpansionKind.CORRECTION, "pasword", "password"),)
        assert ids(result) == ids(searcher.search(Query("forgot password")))

    def test_what_is_surely_misspelt_is_not_looked_for(
        self, searcher: Searcher, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[tuple[str, ...]] = []

        def retrieve(reader: Generation, retrieval: Retrieval) -> Retrieved:
            asked.append(retrieval.terms)
            return whole(reader, retrieval)

        whole = Generation.retrieve
        monkeypatch.setattr(Generation, "retrieve", retrieve)
        assert searcher.search(Query("girafe ladders")).corrected
        assert asked
        assert not any("giraf" in terms for terms in asked), asked

    def test_two_words_typed_as_one_are_taken_apart(self, searcher: Searcher) -> None:
        assert searcher.search(Query("forgotpassword")).did_you_mean == "forgot password"

    def test_a_word_of_another_language_is_not_misspelt(self, searcher: Searcher) -> None:
        assert searcher.search(Query("password dimenticata", lang="en")).did_you_mean == ""

    def test_exact_asks_for_what_was_typed(self, searcher: Searcher) -> None:
        result = searcher.search(Query("girafe", exact=True))
        assert (result.did_you_mean, result.corrected) == ("", False)

    @pytest.mark.parametrize(
        "text",
        ["HM-1009", "HM-10O8", "5.2.2", "1O08", "giraffe", "xq", "zzzzzzzz", "", "title:girafe", "gir*"],
    )
    def test_codes_and_known_and_hopeless_words_are_left_alone(self, searcher: Searcher, text: str) -> None:
        assert searcher.search(Query(text)).did_you_mean == ""

    @pytest.mark.parametrize("between", [" ", "/", "#"])
    def test_nobody_spells_a_message_for_its_writer(self, searcher: Searcher, between: str) -> None:
        assert searcher.search(Query(between.join(["girafe"] * 30))).did_you_mean == ""


class TestLanguages:
    def test_the_readers_language_comes_first(self, searcher: Searcher) -> None:
        assert ids(searcher.search(Query("password", lang="it")))[0] == "it/sign-in/reset-password"
        assert ids(searcher.search(Query("password", lang="en")))[0] == RESET

    def test_translations_of_one_article_appear_once(self, searcher: Searcher) -> None:
        for lang in ("en", "it"):
            found = ids(searcher.search(Query("password", lang=lang)))
            assert sum(i.endswith("/sign-in/reset-password") for i in found) == 1

    def test_what_the_readers_language_lacks_is_found_in_another(self, searcher: Searcher) -> None:
        assert ids(searcher.search(Query("giraffe", lang="it"))) == [GIRAFFE, LADDER]
        assert (
            ids(searcher.search(Query("eliminare account", lang="en")))[0] == "it/privacy-data/delete-account"
        )

    def test_only_the_readers_language_if_so_asked(self, searcher: Searcher) -> None:
        found = ids(searcher.search(Query("password", lang="it", only_lang=True)))
        assert found == ["it/sign-in/reset-password"]

    def test_the_result_says_which_language_came_first(self, searcher: Searcher) -> None:
        result = searcher.search(Query("password", lang="it"))
        assert result.lang == "it"
        assert result.hits[0].lang == "it"
        assert {hit.lang for hit in result.hits} > {"it"}

    def test_a_language_without_documents_falls_back(self, searcher: Searcher) -> None:
        assert ids(searcher.search(Query("giraffe", lang="sv")))[0] == GIRAFFE

    @pytest.mark.parametrize(
        ("text", "hint", "lang"),
        [("зелёная ёлка", "en", "ru"), ("password", "it", "it"), ("password", "", "en"), ("", "it", "it")],
    )
    def test_a_text_tells_its_language_and_the_hint_decides_ties(
        self, searcher: Searcher, text: str, hint: str, lang: str
    ) -> None:
        assert searcher.rank(Query(text, lang=hint)).langs[0] == lang

    @pytest.mark.parametrize("reader", ["en", "ru"])
    def test_a_page_that_quotes_another_language_does_not_know_its_questions(
        self, tmp_path: Path, reader: str
    ) -> None:
        engine = EmbeddedEngine(tmp_path)
        quoting = document("ru/a/quote", "Браузер", 'Статья "How do I use a burn command" на сайте.')
        engine.rebuild([quoting, document("en/a/boot", "How to burn a bootloader", "Use a cable.")])
        searcher = Searcher(engine.reader, "en")
        assert searcher.rank(Query("how do i burn a bootloader", lang=reader)).langs[0] == "en"
        assert searcher.rank(Query("браузер burn", lang=reader)).langs[0] == "ru"


class TestNothingFound:
    def test_what_is_only_near_is_said_to_be_so(self, searcher: Searcher) -> None:
        result = searcher.search(Query("giraffing", exact=True))
        assert (result.nearest, result.total) == (True, 0)
        assert GIRAFFE in ids(result)

    def test_what_matches_is_not_only_near(self, searcher: Searcher) -> None:
        result = searcher.search(Query("giraffe"))
        assert (result.nearest, result.total) == (False, 2)

    @pytest.mark.parametrize("text", ["", "   ", "zzqx", "?!", "\ud800"])
    def test_nothing_at_all_is_an_empty_result(self, searcher: Searcher, text: str) -> None:
        result = searcher.search(Query(text))
        assert (result.nearest, result.total, result.hits) == (False, 0, ())


class TestPages:
    def test_kinds_are_told_apart_and_counted_before_the_filter(self, searcher: Searcher) -> None:
        result = searcher.search(Query("giraffe", kind=Kind.THREAD))
        assert ids(result) == [LADDER]
        assert result.total == 1
        assert result.counts == {Kind.ARTICLE: 1, Kind.THREAD: 1}

    def test_a_topic_narrows(self, searcher: Searcher) -> None:
        assert ids(searcher.search(Query("password", topic="sign-in", only_lang=True))) == [RESET, LOCKED]

    def test_pages_follow_each_other(self, searcher: Searcher) -> None:
        whole = ids(searcher.search(Query("password code giraffe mail", limit=10)))
        pages = [
            ids(searcher.search(Query("password code giraffe mail", limit=2, offset=o))) for o in (0, 2, 4)
        ]
        assert [i for page in pages for i in page] == whole[:6]

    def test_an_offset_past_the_end_is_an_empty_page(self, searcher: Searcher) -> None:
        assert ids(searcher.search(Query("giraffe", offset=1_000_000))) == []

    def test_votes_and_an_accepted_answer_travel_with_the_hit(self, searcher: Searcher) -> None:
        [hit] = searcher.search(Query("giraffe", kind=Kind.THREAD)).hits
        assert (hit.votes, hit.accepted, hit.answers) == (12, True, 2)

    def test_a_hit_opens_at_the_section_that_matched(self, searcher: Searcher) -> None:
        [first, *_] = searcher.search(Query("wi-fi pull down mailbox")).hits
        assert (first.section.title, first.section.anchor) == ("On Android", "on-android")

    def test_a_thread_opens_at_the_answer_that_matched(self, searcher: Searcher) -> None:
        [hit] = searcher.search(Query("rent a crane for the giraffe", kind=Kind.THREAD)).hits
        assert hit.section.anchor == "answer-a2"

    def test_explaining_names_the_words_and_their_fields(self, searcher: Searcher) -> None:
        [first, *_] = searcher.search(Query("giraffe acacia", explain=True)).hits
        assert {(m.term, m.field) for m in first.matches} >= {("giraff", "title"), ("acacia", "summary")}
        assert searcher.search(Query("giraffe")).hits[0].matches == ()


@pytest.fixture(scope="module")
def boosted(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    engine = EmbeddedEngine(tmp_path_factory.mktemp("boost") / "index")
    loud = from_article(article("en/a/z-boosted", "Same words", "Same words again.", boost=2.0))
    engine.rebuild([document("en/a/plain", "Same words", "Same words, only here."), loud, *DOCUMENTS])
    return Searcher(engine.reader, "en")


class TestPriors:
    def test_a_boost_decides_between_near_equals(self, boosted: Searcher) -> None:
        assert ids(boosted.search(Query("same words")))[0] == "en/a/z-boosted"

    def test_a_boost_does_not_beat_the_better_match(self, boosted: Searcher) -> None:
        assert ids(boosted.search(Query("only here")))[0] == "en/a/plain"


class TestCompletion:
    def test_the_last_word_may_go_on(self, searcher: Searcher) -> None:
        assert searcher.complete("feeding the gir", "en", 5)[0].title == "Feeding the giraffe"

    @pytest.mark.parametrize(
        "typed", ["", " ", '"', "-", "*", "title:", "\ud800", "a" * 5000, "x " * 5000, '"a* -b']
    )
    def test_nothing_typed_is_an_error(self, searcher: Searcher, typed: str) -> None:
        assert len(searcher.complete(typed, "en", 3)) <= 3

    def test_no_more_than_asked_for(self, searcher: Searcher) -> None:
        assert len(searcher.complete("gir", "en", 1)) == 1

    def test_titles_of_the_readers_language_only(self, searcher: Searcher) -> None:
        assert {c.lang for c in searcher.complete("reimp", "it", 5)} == {"it"}


typed = st.text() | st.text(st.sampled_from('aé"-*: \n\ud800😀лпасword'))


class TestHostileQueries:
    @pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
    def test_any_text_has_a_result(self, searcher: Searcher, text: str) -> None:
        result = searcher.search(Query(text, limit=3, explain=True))
        assert len(result.hits) <= 3
        assert result.query.text == text

    @given(typed, st.sampled_from(["", "en", "ru", "zz", "\ud800"]))
    @settings(max_examples=150, deadline=None)
    def test_no_text_is_an_error(self, searcher: Searcher, text: str, lang: str) -> None:
        for hit in searcher.search(Query(text, lang=lang)).hits:
            ends = [-1]
            for span in hit.snippet.spans:
                assert ends[-1] <= span.start < span.end <= len(hit.snippet.text)
                ends.append(span.end)

    @pytest.mark.parametrize("text", ["abcdefgh " * 1100, "zyx" * 4000])
    def test_long_texts_are_not_spelt(self, corpus: EmbeddedEngine, text: str) -> None:
        looked_up: list[str] = []

        class Watched:
            def __getattr__(self, name: str) -> object:
                looked_up.append(name)
                return getattr(corpus.reader(), name)

        Searcher(lambda: cast(IndexReader, Watched()), "en").search(Query(text))
        assert "retrieve" in looked_up
        assert "close_words" not in looked_up
