"""What every engine promises, whatever it is made of."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from kb.errors import IndexMissing, NotFound
from kb.index.embedded import EmbeddedEngine
from kb.index.engine import Clause, IndexReader, Retrieval, SearchEngine
from kb.index.shown import shown
from kb.model import Document, Kind
from kb.text.analyzer import analyzer
from tests.corpus import DOCUMENTS, document, edited
from tests.index.random_documents import WORDS, change_some, random_document, random_names

Make = Callable[[str], SearchEngine]


def embedded(folder: Path) -> SearchEngine:
    return EmbeddedEngine(folder)


def asked(text: str, lang: str = "en", **how: object) -> Retrieval:
    return Retrieval(lang, tuple(analyzer(lang).terms(text)), **how)  # type: ignore[arg-type] # any of its fields


def ids(reader: IndexReader, retrieval: Retrieval) -> list[str]:
    return [candidate.id for candidate in reader.retrieve(retrieval).candidates]


@pytest.mark.parametrize("engine_at", [embedded])
class TestSearchEngine:
    """The contract, run over every engine."""

    @pytest.fixture
    def make(self, engine_at: Callable[[Path], SearchEngine], tmp_path: Path) -> Make:
        return lambda name: engine_at(tmp_path / name)

    @pytest.fixture
    def reader(self, make: Make) -> IndexReader:
        engine = make("corpus")
        engine.rebuild(DOCUMENTS)
        return engine.reader()

    def test_nothing_indexed_is_said_with_the_command_to_run(self, make: Make) -> None:
        with pytest.raises(IndexMissing, match="kb index"):
            make("empty").reader()

    def test_a_title_match_outranks_a_body_match(self, reader: IndexReader) -> None:
        assert ids(reader, asked("password"))[:2] == [
            "en/sign-in/reset-password",
            "en/sign-in/account-locked",
        ]

    def test_candidates_come_best_first_with_figures_in_range(self, reader: IndexReader) -> None:
        found = reader.retrieve(asked("reset the password of a locked account")).candidates
        assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)
        for candidate in found:
            assert 0 < candidate.score <= 1.0001
            assert 0 <= candidate.cosine <= 1.0001
            assert 0 <= candidate.coverage <= 1.0001
            assert candidate.evidence >= 0

    def test_ties_are_broken_by_id(self, make: Make) -> None:
        engine = make("ties")
        names = [f"en/a/{n}" for n in "dacbe"]
        engine.rebuild([document(name, "Same title") for name in names])
        assert ids(engine.reader(), asked("title", limit=3)) == ["en/a/a", "en/a/b", "en/a/c"]

    def test_no_more_candidates_than_asked_for(self, reader: IndexReader) -> None:
        assert len(ids(reader, asked("code password giraffe", limit=2))) == 2

    def test_what_is_only_counted_is_counted_as_ever(self, reader: IndexReader) -> None:
        for clauses in ((), (Clause(("codes",), "tag"),)):
            counted = reader.retrieve(asked("password code", clauses=clauses, limit=0))
            assert counted.candidates == ()
            assert counted.counts == reader.retrieve(asked("password code", clauses=clauses)).counts

    def test_a_language_finds_only_its_own_documents(self, reader: IndexReader) -> None:
        assert ids(reader, asked("password", "it")) == ["it/sign-in/reset-password"]
        assert ids(reader, asked("password", "ru")) == []
        assert ids(reader, asked("password", "zz")) == []

    def test_counts_are_by_kind_before_the_kind_filter(self, reader: IndexReader) -> None:
        found = reader.retrieve(asked("giraffe", kind=Kind.THREAD))
        assert found.counts == {Kind.ARTICLE: 1, Kind.THREAD: 1}
        assert [c.id for c in found.candidates] == ["community/t-7"]

    def test_a_topic_narrows(self, reader: IndexReader) -> None:
        assert set(ids(reader, asked("password log in", topic="apps-sync"))) == {"en/apps-sync/wi-fi"}
        assert ids(reader, asked("password", topic="no-such-topic")) == []

    @pytest.mark.parametrize(
        ("clause", "found"),
        [
            (Clause(("forgot", "password")), {"en/sign-in/reset-password"}),
            (Clause(("password", "forgot")), set()),  # a phrase does not leap from the title to a question
            (Clause(("password",), "title"), {"en/sign-in/reset-password"}),
            (Clause(("code",), "tag"), set()),
            (Clause(("codes",), "tag"), {"en/sign-in/reset-password", "en/sign-in/account-locked"}),
            (Clause(("gira",), prefix=True), {"en/zoo/giraffe", "community/t-7"}),
            (Clause(("gira",), "title", prefix=True), {"en/zoo/giraffe", "community/t-7"}),
            (Clause(("hm-1008",)), {"en/sign-in/account-locked"}),
        ],
    )
    def test_every_result_meets_a_condition(
        self, reader: IndexReader, clause: Clause, found: set[str]
    ) -> None:
        assert set(ids(reader, asked("password", clauses=(clause,)))) == found

    def test_a_negated_condition_takes_away(self, reader: IndexReader) -> None:
        locked = Clause(("lock",), negated=True)
        assert "en/sign-in/account-locked" in ids(reader, asked("password"))
        assert "en/sign-in/account-locked" not in ids(reader, asked("password", clauses=(locked,)))

    def test_conditions_are_met_together(self, reader: IndexReader) -> None:
        both = (Clause(("codes",), "tag"), Clause(("forgot",)))
        assert ids(reader, asked("", clauses=both)) == ["en/sign-in/reset-password"]

    def test_a_document_comes_back_as_it_was_indexed(self, reader: IndexReader) -> None:
        for indexed in DOCUMENTS:
            assert reader.document(indexed.id) == indexed

    def test_what_hits_show_comes_in_the_order_asked_for(self, reader: IndexReader) -> None:
        ordinals = {
            found.id: found.ordinal
            for indexed in DOCUMENTS
            for found in reader.retrieve(asked(indexed.title, indexed.lang)).candidates
        }
        backwards = list(reversed(DOCUMENTS))
        assert reader.shown(ordinals[each.id] for each in backwards) == [shown(each) for each in backwards]

    def test_an_unknown_document_is_not_found(self, reader: IndexReader) -> None:
        with pytest.raises(NotFound):
            reader.document("en/no/such")

    def test_languages_come_by_size(self, reader: IndexReader) -> None:
        assert reader.languages() == ("en", "it", "ja", "ru")

    def test_known_words_are_told_from_unknown_ones(self, reader: IndexReader) -> None:
        assert reader.known_share("en", ["giraff"]) == 1
        assert reader.known_share("en", ["xyzzy"]) == 0
        assert 0 < reader.known_share("en", ["giraff", "xyzzy"]) < 1
        assert reader.known_share("en", []) == 0
        assert reader.known_share("zz", ["giraff"]) == 0

    def test_matched_tokens_stand_where_the_words_are(self, reader: IndexReader) -> None:
        [candidate] = reader.retrieve(asked("acacia leaves")).candidates[:1]
        [tokens] = reader.matched_tokens("en", [candidate.ordinal], analyzer("en").terms("acacia leaves"))
        body = reader.document(candidate.id).sections[0].text
        in_body = [body[t.start : t.end] for t in tokens if t.field == "body"]
        assert in_body == ["acacia", "leaves"]
        assert [t.field for t in tokens] == ["summary", "summary", "body", "body"]

    def test_vocabulary_offers_the_most_frequent_terms_first(self, reader: IndexReader) -> None:
        offered = reader.vocabulary("l", "en", 100)
        assert offered[0] == "ladder"
        assert reader.vocabulary("l", "en", 3) == offered[:3]
        assert all(term.startswith("l") for term in offered)
        frequencies = [reader.frequency("en", term) for term in offered]
        assert frequencies == sorted(frequencies, reverse=True)
        assert frequencies[0] > frequencies[-1]
        assert reader.vocabulary("p", "zz", 3) == ()

    def test_frequency_counts_documents(self, reader: IndexReader) -> None:
        assert reader.frequency("en", "giraff") == 2
        assert reader.frequency("en", "xyzzy") == reader.frequency("zz", "giraff") == 0

    def test_close_words_are_a_misspelling_away(self, reader: IndexReader) -> None:
        assert "giraffe" in reader.close_words("en", "girafe", 1)
        assert not list(reader.close_words("en", "qqqqqq", 1))
        assert not list(reader.close_words("zz", "girafe", 1))

    def test_facts_are_those_of_the_documents(self, reader: IndexReader) -> None:
        facts = {c.id: c.facts for c in reader.retrieve(asked("giraffe ladder")).candidates}
        assert (facts["community/t-7"].votes, facts["community/t-7"].accepted) == (12, True)
        assert (facts["en/zoo/giraffe"].votes, facts["en/zoo/giraffe"].boost) == (0, 1.0)

    def test_status_says_what_is_served(self, reader: IndexReader) -> None:
        status = reader.status()
        assert (status.documents, status.articles, status.threads) == (9, 8, 1)
        assert status.languages == {"en": 5, "it": 2, "ja": 1, "ru": 1}
        assert status.bytes > 0
        assert status.terms > 50

    def test_a_rebuild_reports_what_it_found_to_do(self, make: Make) -> None:
        engine = make("report")
        first = engine.rebuild(DOCUMENTS)
        assert (first.added, first.updated, first.unchanged, first.removed) == (9, 0, 0, 0)
        again = engine.rebuild([edited(DOCUMENTS[0], "Fresh"), *DOCUMENTS[2:], document("en/a/new", "New")])
        assert (again.added, again.updated, again.unchanged, again.removed) == (1, 1, 7, 1)
        assert again.generation != first.generation

    def test_a_reader_keeps_its_index_while_others_are_built(self, make: Make) -> None:
        engine = make("keep")
        engine.rebuild(DOCUMENTS)
        old = engine.reader()
        for _ in range(3):
            engine.rebuild([document("en/a/only", "Only this")])
        phrase = asked("password", clauses=(Clause(("forgot", "password")),))
        assert ids(old, phrase) == ["en/sign-in/reset-password"]
        assert old.document("en/zoo/giraffe").title == "Feeding the giraffe"
        assert "giraffe" in old.close_words("en", "girafe", 1)
        assert ids(engine.reader(), asked("only")) == ["en/a/only"]

    def test_many_threads_share_a_reader(self, reader: IndexReader) -> None:
        def answer(turn: int) -> object:
            word = WORDS[turn % len(WORDS)]
            clause = Clause((*analyzer("en").terms(word),), ["", "title"][turn % 2], negated=turn % 5 == 0)
            found = reader.retrieve(asked(f"{word} code", clauses=(clause,) if turn % 3 else ()))
            page = reader.document(DOCUMENTS[turn % len(DOCUMENTS)].id)
            return found, page, sorted(reader.close_words("en", word[:-1], 1))

        alone = [answer(turn) for turn in range(300)]
        often, usual = 1e-5, sys.getswitchinterval()
        sys.setswitchinterval(often)  # threads interrupt each other in the middle of everything
        try:
            with ThreadPoolExecutor(8) as pool:
                assert list(pool.map(answer, range(300))) == alone
        finally:
            sys.setswitchinterval(usual)

    def test_documents_without_a_word_are_indexed_and_read(self, make: Make) -> None:
        engine = make("wordless")
        wordless = [document("en/a/a", "The", "🔑"), document("en/a/b", "", ""), document("th/a/c", "…")]
        engine.rebuild([*wordless, document("en/a/d", "Words", "of its own")])
        reader = engine.reader()
        assert ids(reader, asked("words")) == ["en/a/d"]
        assert ids(reader, asked("words", "th")) == []
        assert reader.document("en/a/a").sections[0].text == "🔑"

    def test_an_index_of_nothing_answers(self, make: Make) -> None:
        engine = make("nothing")
        engine.rebuild([])
        reader = engine.reader()
        assert ids(reader, asked("password")) == []
        assert reader.languages() == ()
        assert reader.status().documents == 0

    @pytest.mark.parametrize("seed", [1, 2])
    def test_an_incremental_rebuild_equals_a_full_one(self, make: Make, seed: int) -> None:
        chance = random.Random(seed)
        grown = make("grown")
        documents: dict[str, Document] = {}
        for round_ in range(4):
            change_some(documents, chance)
            grown.rebuild(documents.values())
            fresh = make(f"fresh-{round_}")
            fresh.rebuild(documents.values())
            self._same_answers(grown.reader(), fresh.reader(), chance)

    def test_a_small_change_is_found_as_in_a_full_rebuild(self, make: Make) -> None:
        """Weights may be those of the last fit until more has changed, but what is found is exact."""
        chance = random.Random(5)
        documents = {name: random_document(name, chance) for name in random_names(chance, 300)}
        grown, fresh = make("grown"), make("fresh")
        grown.rebuild(documents.values())
        gone, changed, *_ = sorted(name for name in documents if name.startswith("en/"))
        del documents[gone]
        documents[changed] = document(changed, "Quokka letters", "A quokka reads its spam folder.")
        documents["en/a/new"] = document("en/a/new", "Wombat", "A wombat and its password.")
        grown.rebuild(documents.values())
        fresh.rebuild(documents.values())
        one, other = grown.reader(), fresh.reader()
        assert ids(one, asked("quokka"))[0] == changed
        assert ids(one, asked("wombats"))[0] == "en/a/new"
        for word in ["quokka", "wombat", *WORDS]:
            for clauses in ((), (Clause((*analyzer("en").terms(word),), "title"),)):
                retrieval = asked(word, clauses=clauses, limit=500)
                found = {c.id: c.score for c in one.retrieve(retrieval).candidates}
                expected = {c.id: c.score for c in other.retrieve(retrieval).candidates}
                assert found == pytest.approx(expected, abs=0.1)
                assert one.retrieve(retrieval).counts == other.retrieve(retrieval).counts

    @staticmethod
    def _same_answers(one: IndexReader, other: IndexReader, chance: random.Random) -> None:
        assert one.languages() == other.languages()
        assert replace(one.status(), bytes=0, generation="", built=other.status().built) == replace(
            other.status(), bytes=0, generation=""
        )
        for _ in range(8):
            text, lang = " ".join(chance.choices(WORDS, k=3)), chance.choice(["en", "it"])
            clause = Clause(tuple(analyzer(lang).terms(chance.choice(WORDS))), chance.choice(["", "title"]))
            for clauses in ((), (clause,), (replace(clause, negated=True),)):
                asked_ = asked(text, lang, clauses=clauses, limit=50)
                assert one.retrieve(asked_) == other.retrieve(asked_)
