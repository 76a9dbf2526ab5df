from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.content.synonyms import SynonymRule
from kb.index.documents import from_article
from kb.index.embedded import EmbeddedEngine
from kb.knowledge_base import KnowledgeBase
from kb.model import Expansion, ExpansionKind, Query
from kb.search import synonyms
from kb.search.searcher import Searcher
from kb.search.synonyms import Synonyms, Thesaurus
from tests.corpus import LOCKED, document

PAY, PHONE, TWO_STEP, LONG = "en/a/pay", "en/a/phone", "en/a/two-step", "en/a/long"
CAT, DOG = "en/b/cat", "en/b/dog"
DOCUMENTS = [
    document(PAY, "Download an invoice", "Every payment has an invoice."),
    document(PHONE, "Lost phone", "Sign in with a recovery code when your phone is gone."),
    document(TWO_STEP, "Two-step sign-in", "A second step keeps others out of the account."),
    document(CAT, "The cat", "A cat sleeps."),
    document(DOG, "The dog", "A dog sleeps."),
    document(
        LONG, "Everything", "A bill for the mobile stands among many other words on this long page of all."
    ),
]

Write = Callable[[str], Searcher]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes the English synonyms; the searcher given reads them as a site does."""
    monkeypatch.setattr(synonyms, "_LOOK_EVERY", 0.0)
    engine = EmbeddedEngine(tmp_path / "index")
    engine.rebuild(DOCUMENTS)
    (tmp_path / "en").mkdir()
    searcher = Searcher(engine.reader, "en", synonyms=Synonyms(lambda: [tmp_path], "en"))
    edits = itertools.count()

    def written(text: str) -> Searcher:
        path = tmp_path / "en" / "_synonyms.txt"
        path.write_text(text, encoding="utf-8")
        stat = path.stat()
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1_000_000 * next(edits)))
        return searcher

    return written


def ids(searcher: Searcher, text: str) -> list[str]:
    return [hit.id for hit in searcher.search(Query(text)).hits]


def test_a_synonym_finds_what_the_word_typed_does_not(write: Write) -> None:
    assert ids(write("handset, phone"), "handset stolen")[0] == PHONE


def test_a_synonym_of_several_words_and_for_several_words(write: Write) -> None:
    assert ids(write("2fa => two-step sign-in"), "2fa")[0] == TWO_STEP
    assert ids(write("hand set => phone"), "my hand set")[0] == PHONE


def test_an_arrow_is_not_followed_backwards(write: Write) -> None:
    searcher = write("mobile => phone")
    assert PHONE in ids(searcher, "mobile")
    assert LONG not in ids(searcher, "phone")


def test_inflected_words_have_the_same_synonyms(write: Write) -> None:
    assert ids(write("handset, phone"), "Handsets")[0] == PHONE


def test_two_synonyms_of_one_query_work_together(write: Write) -> None:
    found = write("bill, invoice\nfetch, download").search(Query("fetch bill", explain=True))
    assert found.hits[0].id == PAY
    assert {e.used for e in found.expansions} == {"invoice", "download"}


def test_what_was_typed_wins_where_both_match_alike(write: Write) -> None:
    searcher = write("cat, dog")
    assert ids(searcher, "cat") == [CAT, DOG]
    assert ids(searcher, "dog") == [DOG, CAT]


def test_an_edit_works_at_once_and_so_does_taking_it_back(write: Write) -> None:
    assert PHONE not in ids(write("# nothing yet\n"), "gadget")
    assert ids(write("gadget, phone"), "gadget")[0] == PHONE
    assert PHONE not in ids(write("# nothing again\n"), "gadget")


def test_a_bad_line_does_not_stop_the_others(write: Write) -> None:
    assert ids(write("=>\nlonely\ngadget, phone\n"), "gadget")[0] == PHONE


def test_explaining_names_what_was_typed(write: Write) -> None:
    result = write("handset, phone").search(Query("handset", explain=True))
    assert result.expansions == (Expansion(ExpansionKind.SYNONYM, "handset", "phone"),)
    assert {(m.term, m.typed) for m in result.hits[0].matches} == {("phone", "handset")}
    assert result.hits[0].snippet.spans


def test_a_word_with_a_synonym_is_no_spelling_mistake(write: Write) -> None:
    assert write("phony, phone").search(Query("phony")).did_you_mean == ""


def test_a_synonym_that_no_document_has_changes_nothing(write: Write) -> None:
    assert write("invoice, zzqx").search(Query("invoice")).expansions == ()


def test_operators_hold_for_synonyms_too(write: Write) -> None:
    assert ids(write("handset, phone"), "handset -recovery") == []
    assert ids(write("handset, phone"), "handset title:lost") == [PHONE]


def test_no_document_appears_twice(write: Write) -> None:
    found = ids(write("mobile, phone, bill, invoice, page"), "mobile phone bill invoice page")
    assert len(found) == len(set(found))


def test_total_counts_the_documents_of_all_ways(write: Write) -> None:
    assert write("mobile, phone").search(Query("mobile")).total == 2


def test_a_message_has_synonyms_too(write: Write) -> None:
    found = write("handset, phone").rank_message(Query("Hello. My handset is gone. What now?", lang="en"))
    assert found.candidates[0].id == PHONE


def test_of_overlapping_synonyms_the_longer_is_taken() -> None:
    found = Thesaurus("en", [SynonymRule("cell", ("prison",)), SynonymRule("cell phone", ("mobile",))])
    [only] = found.substitutions("my cell phone rings")
    assert ("my cell phone rings"[only.start : only.end], only.meant) == ("cell phone", ("mobile",))


def test_a_word_with_a_hyphen_is_replaced_whole() -> None:
    found = Thesaurus("en", [SynonymRule("mail", ("post",)), SynonymRule("email", ("post",))])
    [only] = found.substitutions("my e-mail is gone")
    assert "my e-mail is gone"[only.start : only.end] == "e-mail"


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(1, 4)), max_size=12))
def test_what_stands_within_another_is_left_out(stretches: list[tuple[int, int]]) -> None:
    every = [synonyms.Substitution(start, start + length, ()) for start, length in stretches]
    held = [
        any(o.start <= e.start and e.end <= o.end and (o.start, o.end) != (e.start, e.end) for o in every)
        for e in every
    ]
    expected = sorted((e.start, e.end) for e, is_held in zip(every, held, strict=True) if not is_held)
    assert [(each.start, each.end) for each in synonyms.uncovered(every)] == expected


def test_a_word_with_synonyms_may_stand_anywhere_in_a_long_text() -> None:
    """Comparing each with each would take minutes."""
    found = Thesaurus("en", [SynonymRule("mail", ("post",))])
    assert len(found.substitutions("mail " * 50_000)) == 50_000


@pytest.mark.parametrize(("one", "two"), [("login", "log in"), ("Setup", "set up"), ("signin", "sign-in")])
def test_one_word_is_also_the_two_that_documents_have(tmp_path: Path, one: str, two: str) -> None:
    engine = EmbeddedEngine(tmp_path / "index")
    pages = [
        document(f"en/a/{n}", f"How to {two} {thing}", f"{two} {thing}")
        for n, thing in enumerate(("cats", "dogs"))
    ]
    engine.rebuild([*pages, document("en/a/form", f"The {one.lower()} form of cats", "A form."), *DOCUMENTS])
    searcher = Searcher(engine.reader, "en")
    assert set(ids(searcher, one)) == set(ids(searcher, two))
    assert ids(searcher, f"{one} dogs")[0] == "en/a/1"


def test_two_words_are_also_the_one_that_documents_have(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path / "index")
    engine.rebuild([document("en/a/wifi", "Wifi is slow", "Restart it."), *DOCUMENTS])
    result = Searcher(engine.reader, "en").search(Query("wi fi"))
    assert result.hits[0].id == "en/a/wifi"
    assert result.expansions == (Expansion(ExpansionKind.COMPOUND, "wi fi", "wifi"),)


@pytest.mark.parametrize(("apart", "found"), [(50, True), (60, False)])
def test_two_words_that_hardly_anybody_writes_as_one_are_two(
    tmp_path: Path, apart: int, *, found: bool
) -> None:
    engine = EmbeddedEngine(tmp_path / "index")
    pages = [document(f"en/a/{n}", "Settings", f"The default value is {n}.") for n in range(apart)]
    engine.rebuild([document("en/a/one", "For programs", "Set defaultvalue to 5."), *pages])
    expansions = Searcher(engine.reader, "en").search(Query("default value")).expansions
    assert bool(expansions) == found


@pytest.mark.parametrize(
    ("typed", "used"), [("HM1008", "HM-1008"), ("hm1008", "hm-1008"), ("tablet15", "tablet 15")]
)
def test_a_code_without_its_hyphen_is_searched_with_it(tmp_path: Path, typed: str, used: str) -> None:
    engine = EmbeddedEngine(tmp_path)
    tablet = document("en/a/tablet", "Tablets", "The tablet needs version 15.")
    engine.rebuild(
        [tablet, from_article(LOCKED), document("en/a/esp", "Boards", "Use an ESP32."), *DOCUMENTS]
    )
    searcher = Searcher(engine.reader, "en")
    result = searcher.search(Query(f"{typed}?"))
    assert result.hits[0].id == (tablet.id if "tablet" in typed else LOCKED.id)
    assert result.expansions == (Expansion(ExpansionKind.COMPOUND, typed, used),)
    assert searcher.search(Query("esp32")).expansions == (), "the index has it so"


@pytest.mark.parametrize("lang", ["en", "it", "ru"])
def test_a_word_that_only_synonyms_know_is_answered_in_the_readers_language(
    sample_centre: KnowledgeBase, lang: str
) -> None:
    first = sample_centre.search(Query("2fa", lang=lang)).hits[0]
    assert first.id == f"{lang}/account-security/two-step-sign-in"
