from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import CalibrationError
from kb.index.engine import Affinity, Candidate
from kb.support.calibration import SHIPPED, calibration_of, load_calibration, save_calibration
from kb.support.confidence import EACH, MEANING, WORD_VECTORS, WORDS, Way, candidate_features, list_features

SHIPPED_CALIBRATION = load_calibration(SHIPPED)


def candidate(score: float = 0.9, coverage: float = 0.9, closeness: float | None = None) -> Candidate:
    return Candidate(0, "a", score, 0.5 * coverage, coverage, 20 * coverage, score, closeness)


shares = st.floats(0, 1)
lists = st.lists(st.builds(candidate, shares, shares, st.none() | st.floats(-1, 1)), min_size=1, max_size=12)


@given(lists)
def test_confidence_is_a_probability_of_any_candidates(candidates: list[Candidate]) -> None:
    confidence = SHIPPED_CALIBRATION.of(candidates)
    assert 0 <= confidence.of_list(candidates) <= 1
    assert all(0 <= each <= 1 for each in confidence.of_each(candidates))
    assert {*WORDS, *WORD_VECTORS, *MEANING} == set(list_features(candidates))
    assert all(set(row) == set(EACH) for row in candidate_features(candidates))


def test_nothing_found_is_no_confidence() -> None:
    assert SHIPPED_CALIBRATION.ways[Way.WORDS].of_list(()) == 0.0


def test_a_message_that_is_covered_is_surer_than_one_that_is_not() -> None:
    field = [candidate(0.3, 0.2) for _ in range(9)]
    sure = SHIPPED_CALIBRATION.ways[Way.WORDS].of_list([candidate(1.0, 1.0), *field])
    vague = SHIPPED_CALIBRATION.ways[Way.WORDS].of_list([candidate(0.4, 0.2), *field])
    assert sure > SHIPPED_CALIBRATION.threshold > vague


def test_two_close_passages_say_more_than_one() -> None:
    alone = candidate(closeness=0.8)._replace(runner_up=0.3)
    supported = candidate(closeness=0.8)._replace(runner_up=0.7)
    assert list_features([alone])["closeness"] == pytest.approx(0.55)
    assert list_features([supported])["closeness"] == pytest.approx(0.75)
    assert list_features([alone, supported])["closeness"] == pytest.approx(0.8)


def test_what_was_ranked_by_meaning_is_weighed_by_meaning() -> None:
    known = candidate()._replace(affinity=Affinity(0.5, 0.3, 1.0))
    assert SHIPPED_CALIBRATION.of([known]) is SHIPPED_CALIBRATION.ways[Way.WORD_VECTORS]
    assert SHIPPED_CALIBRATION.of([candidate()]) is SHIPPED_CALIBRATION.ways[Way.WORDS]
    assert SHIPPED_CALIBRATION.of([candidate(closeness=0.8)]) is SHIPPED_CALIBRATION.ways[Way.MEANING]


def test_a_message_whose_words_are_about_something_else_is_less_sure() -> None:
    near, far = (candidate()._replace(affinity=Affinity(each, each, 1.0)) for each in (0.8, 0.2))
    by_words = SHIPPED_CALIBRATION.ways[Way.WORD_VECTORS]
    assert by_words.of_list([near]) > by_words.of_list([far])


def test_numbers_that_were_fitted_before_word_vectors_go_on_as_they_were(tmp_path: Path) -> None:
    older = json.loads(SHIPPED.read_text(encoding="utf-8"))
    del older["senses"]
    (tmp_path / "confidence.json").write_text(json.dumps(older), encoding="utf-8")
    loaded = load_calibration(tmp_path / "confidence.json")
    assert loaded.of([candidate()._replace(affinity=Affinity(0.5, 0.3, 1.0))]) is loaded.ways[Way.WORDS]


def test_a_calibration_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    save_calibration(tmp_path / "data" / "confidence.json", SHIPPED_CALIBRATION)
    assert load_calibration(tmp_path / "data" / "confidence.json") == SHIPPED_CALIBRATION
    assert set(SHIPPED_CALIBRATION.ways[Way.WORDS].any_answers.coefficients) == set(WORDS)


def test_a_calibration_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CalibrationError, match=r"cannot be written.*--out"):
        save_calibration(tmp_path / "file" / "confidence.json", SHIPPED_CALIBRATION)


def broken(**changes: object) -> str:
    return json.dumps(json.loads(SHIPPED.read_text(encoding="utf-8")) | changes)


BAD = {
    "empty": "",
    "a list": "[]",
    "another format": broken(format=99),
    "no words": broken(words=None),
    "a threshold above 1": broken(threshold=1.5),
    "a threshold that is no number": broken(threshold="high"),
    "a threshold that is a flag": broken(threshold=True),
    "not a number": SHIPPED.read_text(encoding="utf-8").replace('"intercept": ', '"intercept": NaN, "x": '),
    "an unknown feature": SHIPPED.read_text(encoding="utf-8").replace('"coverage"', '"courage"'),
    "a huge number": SHIPPED.read_text(encoding="utf-8").replace('"intercept": ', '"intercept": 1e9, "x": '),
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD.keys())
def test_a_broken_calibration_is_refused_and_the_shipped_one_used(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    path = tmp_path / "confidence.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CalibrationError, match=r"confidence\.json is no calibration.*kb calibrate"):
        load_calibration(path)
    with caplog.at_level(logging.WARNING):
        assert calibration_of(path) == SHIPPED_CALIBRATION
    assert "confidence.json is no calibration" in caplog.text


def test_without_a_file_of_its_own_a_site_uses_the_shipped_numbers(tmp_path: Path) -> None:
    assert calibration_of(tmp_path / "none.json") == SHIPPED_CALIBRATION
