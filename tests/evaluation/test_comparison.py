from __future__ import annotations

import math
from pathlib import Path

import pytest

from kb.errors import EvaluationError
from kb.evaluation.abstention import Offer
from kb.evaluation.comparison import compare
from kb.evaluation.evaluation import AskedQuestion, Evaluation, RankedDocument
from kb.evaluation.measures import MEASURES
from kb.evaluation.saved import load, save


def run(collection: str, values: dict[str, float], text: str = "how do I {}") -> Evaluation:
    """A run in which every measure of a question has the value given."""
    questions = tuple(
        AskedQuestion(
            id=name,
            text=text.format(name),
            ranked=(RankedDocument(f"{name}-{value}", 1.0),),
            measures=dict.fromkeys(MEASURES, value),
            seconds=0.001,
            offer=Offer(0.5, (True,)),
        )
        for name, value in values.items()
    )
    return Evaluation(collection, "en", 10, 0.5, questions, ())


def test_every_question_is_compared_with_itself() -> None:
    before = run("faq", {"pay": 1.0, "print": 0.2, "same": 0.5})
    after = run("faq", {"same": 0.5, "print": 0.8, "pay": 0.9})
    found = compare([before], [after], "nDCG@10")
    assert [(c.question, c.before, c.after) for c in found.better] == [("how do I print", 0.2, 0.8)]
    assert [(c.question, c.first_before, c.first_after) for c in found.worse] == [
        ("how do I pay", "pay-1.0", "pay-0.9")
    ]
    assert (found.mean.better, found.mean.worse, found.mean.questions) == (1, 1, 3)
    assert found.mean.difference == pytest.approx(0.5 / 3)


def test_the_largest_change_is_told_first() -> None:
    before = run("faq", {"a": 0.0, "b": 0.0, "c": 0.0})
    after = run("faq", {"a": 0.1, "b": 0.9, "c": 0.5})
    assert [c.after for c in compare([before], [after], "MRR@10").better] == [0.9, 0.5, 0.1]


def test_a_change_of_every_question_is_no_chance_and_of_one_it_may_be() -> None:
    names = [f"q{n}" for n in range(30)]
    before = run("faq", dict.fromkeys(names, 0.5))
    every = compare([before], [run("faq", dict.fromkeys(names, 0.6))], "nDCG@10").mean
    one = compare([before], [run("faq", {**dict.fromkeys(names, 0.5), "q1": 0.6})], "nDCG@10").mean
    assert every.p < 0.001
    assert one.p > 0.5


def test_a_run_does_not_differ_from_itself_once_saved(tmp_path: Path) -> None:
    now = run("faq", {f"q{n}": 1 / math.log2(3) for n in range(30)})
    save(tmp_path / "before.json", [now])
    found = compare(load(tmp_path / "before.json"), [now], "nDCG@10").mean
    assert (found.difference, found.interval.low, found.interval.high) == (0, 0, 0)
    assert (found.p, found.better, found.worse) == (1, 0, 0)


def test_the_mean_weighs_collections_alike() -> None:
    large = {f"q{n}": 0.5 for n in range(9)}
    before = [run("small", {"q": 0.0}), run("large", large)]
    after = [run("small", {"q": 1.0}), run("large", large)]
    found = compare(before, after, "nDCG@10")
    assert [(c.collection, c.difference) for c in found.collections] == [("small", 1.0), ("large", 0.0)]
    assert found.mean.difference == 0.5


def test_only_what_both_runs_asked_in_the_same_words_is_compared() -> None:
    before = run("faq", {"kept": 0.5, "gone": 0.5})
    after = run("faq", {"kept": 0.7, "new": 0.1})
    assert compare([before, run("other", {"q": 1.0})], [after], "nDCG@10").mean.questions == 1


@pytest.mark.parametrize(
    "after", [run("elsewhere", {"q": 0.5}), run("faq", {"q": 0.5}, text="reworded {}")], ids=["name", "words"]
)
def test_runs_without_a_common_question_are_refused(after: Evaluation) -> None:
    with pytest.raises(EvaluationError, match="It was made on: faq"):
        compare([run("faq", {"q": 0.5})], [after], "nDCG@10")
