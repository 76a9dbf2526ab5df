from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from statistics import fmean

import pytest

from kb.errors import EvaluationError
from kb.evaluation.calibration import gather
from kb.evaluation.collection import JudgedQuery, language_of, load_collection
from kb.evaluation.evaluation import Evaluation, evaluate, run_lines
from kb.evaluation.measures import ndcg
from kb.index.embedded import EmbeddedEngine
from kb.model import Query, TicketDraft
from kb.search.searcher import Searcher
from kb.support.calibration import SHIPPED, load_calibration
from kb.support.suggester import Suggester
from tests.evaluation.conftest import CORPUS, QRELS, QUERIES, lines


def test_only_judged_questions_are_asked_and_only_known_documents_count(folder: Path) -> None:
    collection = load_collection(folder, "en")
    assert collection.name == "tiny"
    assert [(q.id, q.grades) for q in collection.queries] == [
        ("q1", {"reset": 1}),
        ("q2", {"spam": 2, "reset": 1}),
    ]
    assert collection.unanswerable == ("where can I buy an umbrella in Berlin",)
    assert [d.id for d in collection.documents] == ["reset", "spam", "giraffe", "silent"]


def test_the_measures_follow_from_the_run(evaluation: Evaluation) -> None:
    assert (evaluation.documents, evaluation.queries, evaluation.lang) == (4, 2, "en")
    assert [asked.ranked[0].id for asked in evaluation.questions] == ["reset", "spam"]
    assert evaluation.measures["Success@1"] == 1
    assert evaluation.measures["MRR@10"] == 1
    assert 0 < evaluation.latency(0.5) <= evaluation.latency(0.95)


def test_what_nothing_answers_is_not_suggested_for(evaluation: Evaluation) -> None:
    assert evaluation.suggestions.false_alarms == 0
    assert 0 <= evaluation.suggestions.coverage <= 1


def test_without_a_threshold_the_same_is_suggested_as_with_one(folder: Path, tmp_path: Path) -> None:
    collection = load_collection(folder, "en")
    engine = EmbeddedEngine(tmp_path / "index")
    engine.rebuild(collection.documents)
    suggester = Suggester(Searcher(engine.reader, "en"))
    for asked in evaluate(collection, "en").questions:
        shown = suggester.suggest(TicketDraft("", asked.text), 3)
        assert asked.offer.made(suggester.threshold) is not shown.abstained


def test_a_question_too_short_for_the_form_keeps_its_confidence_and_is_not_suggested_for(
    folder: Path,
) -> None:
    collection = load_collection(folder, "en")
    short = replace(collection, queries=(JudgedQuery("q1", "password", {"reset": 1}),))
    [asked] = evaluate(short, "en").questions
    assert asked.offer.confidence > 0
    assert not asked.offer.made(0.0)


def test_confidence_is_measured_as_it_is_calibrated(folder: Path) -> None:
    collection = load_collection(folder, "en")
    found = evaluate(collection, "en")
    [evidence] = gather([collection], {"tiny": "en"})
    calibration = load_calibration(SHIPPED)
    judged = [asked.offer(calibration).confidence for asked in (*evidence.answerable, *evidence.unanswerable)]
    assert sorted(judged) == sorted(offer.confidence for offer in (*found.offers, *found.unanswerable))


def test_a_run_is_in_trecs_format(evaluation: Evaluation) -> None:
    rows = [line.split(" ") for line in run_lines(evaluation)]
    assert all(len(row) == 6 and row[1] == "Q0" and row[5] == "kb" for row in rows)
    for query in ("q1", "q2"):
        own = [row for row in rows if row[0] == query]
        assert [int(row[3]) for row in own] == list(range(1, len(own) + 1))
        assert [float(row[4]) for row in own] == sorted((float(row[4]) for row in own), reverse=True)


def test_the_language_is_told_by_the_documents(folder: Path) -> None:
    assert language_of(folder, otherwise="ru") == "en"
    (folder / "corpus.jsonl").write_text(lines([{"_id": "short", "text": "HM-1008"}]), encoding="utf-8")
    assert language_of(folder, otherwise="ru") == "ru"


BROKEN = {
    "not JSON": ("corpus.jsonl", "{\n", "corpus.jsonl:1"),
    "not an object": ("corpus.jsonl", lines(CORPUS[:1]) + "[]\n", "corpus.jsonl:2"),
    "no id": ("corpus.jsonl", '\n{"title": "x"}\n', "corpus.jsonl:2"),
    "an id twice": ("corpus.jsonl", lines([*CORPUS, CORPUS[0]]), "corpus.jsonl:5"),
    "no documents": ("corpus.jsonl", "", "corpus.jsonl"),
    "a question without text": ("queries.jsonl", lines(QUERIES) + '{"_id": "q4"}\n', "queries.jsonl:4"),
    "a refusal without text": ("queries-no-answer.jsonl", '{"_id": "q4"}\n', "queries-no-answer.jsonl:1"),
    "no column": ("qrels/test.tsv", "query-id\tcorpus-id\nq1\treset\n", "test.tsv:2"),
    "no number": ("qrels/test.tsv", QRELS + "q1\treset\tgood\n", "test.tsv:7"),
    "no judgments": ("qrels/test.tsv", "query-id\tcorpus-id\tscore\n", "test.tsv"),
    "not UTF-8": ("qrels/test.tsv", "\udcff", "test.tsv"),
}


@pytest.mark.parametrize(("name", "text", "place"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_collection_is_said_with_its_place(folder: Path, name: str, text: str, place: str) -> None:
    (folder / name).write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(EvaluationError, match=place):
        load_collection(folder, "en")


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(EvaluationError, match=name):
        load_collection(folder, "en")


@pytest.mark.shared_data
@pytest.mark.parametrize(("name", "lang", "least"), [("stackfaq", "en", 0.828), ("xquad-ru", "ru", 0.944)])
def test_judged_collections_are_ranked_at_least_as_well_as_by_bm25(
    shared_data: Path, tmp_path: Path, name: str, lang: str, least: float
) -> None:
    collection = load_collection(shared_data / "collections" / name, lang)
    engine = EmbeddedEngine(tmp_path / "index")
    engine.rebuild(collection.documents)
    searcher = Searcher(engine.reader, lang)
    found = []
    for (
        judged
    ) in collection.queries:  # only the ranking: snippets and suggestions would take most of the time
        candidates = searcher.rank(Query(judged.text, lang=lang)).candidates
        found.append(ndcg([candidate.id for candidate in candidates], judged.grades, 10))
    assert fmean(found) >= least
