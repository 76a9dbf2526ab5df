from __future__ import annotations

from kb.evaluation import figures
from kb.evaluation.abstention import Offer
from kb.evaluation.evaluation import AskedQuestion, Evaluation
from kb.evaluation.measures import MEASURES


def run(collection: str, offers: list[Offer], unanswerable: list[Offer], value: float = 0.5) -> Evaluation:
    questions = tuple(
        AskedQuestion(f"q{place}", "how", (), dict.fromkeys(MEASURES, value), 0.002, offer)
        for place, offer in enumerate(offers)
    )
    return Evaluation(collection, "en", 3, 0.5, questions, tuple(unanswerable))


RIGHT, WRONG, UNSURE = Offer(0.9, (True, False)), Offer(0.7, (False,)), Offer(0.2, (True,))


def test_every_figure_lies_in_its_interval() -> None:
    found = run("faq", [RIGHT, WRONG, UNSURE] * 10, [WRONG, UNSURE] * 5)
    told = figures.quality([found]) | figures.latencies([found]) | figures.suggestions([found])
    assert set(figures.SUGGESTIONS) | set(MEASURES) | set(figures.LATENCIES) == set(told)
    for name, figure in told.items():
        assert figure.interval.low - 1e-9 <= figure.value <= figure.interval.high + 1e-9, name


def test_suggestions_are_counted_at_the_threshold() -> None:
    told = figures.as_plain(figures.suggestions([run("faq", [RIGHT, WRONG, UNSURE], [WRONG, UNSURE])]))
    assert told["coverage"] == round(2 / 3, 4)
    assert told["precision"] == 0.5
    assert told["of shown"] == round(1 / 3, 4)
    assert told["success@3"] == round(1 / 3, 4)
    assert told["false alarms"] == 0.5


def test_a_collection_without_unanswerable_questions_has_no_false_alarms() -> None:
    told = figures.suggestions([run("faq", [RIGHT], [])])
    assert "false alarms" not in told
    assert "ROC AUC" not in told


def test_where_nothing_was_suggested_nothing_can_be_precise() -> None:
    assert "precision" not in figures.suggestions([run("faq", [UNSURE], [UNSURE])])


def test_the_mean_weighs_collections_alike() -> None:
    told = figures.quality([run("small", [RIGHT], [], 1.0), run("large", [RIGHT] * 9, [], 0.0)])
    assert told["nDCG@10"].value == 0.5
