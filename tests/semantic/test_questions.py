from __future__ import annotations

import logging
import os
import threading
import time

import numpy as np
import pytest

from kb.errors import ModelUnusable
from kb.semantic import questions
from kb.semantic.encoder import Floats
from kb.semantic.questions import Loaded, QuestionEncoder

AMPLE = 30.0


def _encode(text: str) -> Floats:
    return np.array([len(text), 1], np.float32)


def _waits(go_on: threading.Event) -> Loaded:
    """A model that answers nothing until it is told to go on."""

    def encode(text: str) -> Floats:
        go_on.wait(AMPLE)
        return _encode(text)

    return Loaded(encode, "model", 0.5)


def _loads() -> Loaded:
    return Loaded(_encode, "model", 0.5)


def test_a_question_is_answered_with_the_model_that_did() -> None:
    vector = QuestionEncoder(_loads, AMPLE).vector("abc")
    assert vector is not None
    assert vector.values.tolist() == [3, 1]
    assert vector.fingerprint == "model"


def test_a_question_asked_again_is_remembered() -> None:
    computed = []

    def encode(text: str) -> Floats:
        computed.append(text)
        return _encode(text)

    encoder = QuestionEncoder(lambda: Loaded(encode, "model", 0.5), AMPLE)
    assert encoder.vector("abc") is encoder.vector("abc")
    assert computed == ["abc"]
    assert (encoder.counts.answered, encoder.counts.remembered) == (1, 1)


def test_memory_is_bounded_and_keeps_what_was_asked_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "_REMEMBERED", 2)
    encoder = QuestionEncoder(_loads, AMPLE)
    for text in ("a", "bb", "a", "ccc", "a", "bb"):
        encoder.vector(text)
    assert (encoder.counts.answered, encoder.counts.remembered) == (4, 2)


def test_a_late_answer_is_none_and_counted_and_used_the_next_time() -> None:
    go_on = threading.Event()
    encoder = QuestionEncoder(lambda: _waits(go_on), 0.01)
    assert encoder.vector("slow") is None
    assert encoder.counts.late == 1
    go_on.set()
    deadline = time.monotonic() + AMPLE
    while encoder.counts.remembered == 0 and time.monotonic() < deadline:
        encoder.vector("slow")
    assert encoder.counts.remembered == 1


def test_too_many_waiting_questions_are_refused_at_once_and_counted() -> None:
    go_on = threading.Event()
    encoder = QuestionEncoder(lambda: _waits(go_on), 0.01)
    answers = [encoder.vector(f"question {n}") for n in range(20)]
    go_on.set()
    assert answers == [None] * 20
    assert encoder.counts.refused > 0
    assert encoder.counts.late + encoder.counts.refused == 20


def test_questions_nobody_waits_for_any_more_are_not_computed() -> None:
    go_on, computed = threading.Event(), []

    def encode(text: str) -> Floats:
        go_on.wait(AMPLE)
        computed.append(text)
        return _encode(text)

    encoder = QuestionEncoder(lambda: Loaded(encode, "model", 0.5), budget=0.05)
    encoder.vector("being computed")
    encoder.vector("abandoned")
    go_on.set()
    deadline = time.monotonic() + AMPLE
    while encoder.vector("last") is None and time.monotonic() < deadline:
        pass
    assert computed[0] == "being computed"
    assert "abandoned" not in computed


def test_a_model_that_cannot_be_loaded_says_why_and_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> Loaded:
        raise ModelUnusable("It is gone.")

    encoder = QuestionEncoder(fail, AMPLE)
    assert encoder.vector("abc") is None
    assert encoder.loaded(AMPLE) is None
    assert encoder.problem == "It is gone."
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


def test_a_model_that_came_back_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "_TRY_AGAIN", 0.0)
    attempts = []

    def load() -> Loaded:
        attempts.append(1)
        if len(attempts) == 1:
            raise ModelUnusable("It is gone.")
        return _loads()

    encoder = QuestionEncoder(load, AMPLE)
    encoder.loaded(AMPLE)
    assert encoder.vector("abc") is not None
    assert encoder.problem == ""


def test_a_model_that_ends_in_an_unforeseen_way_keeps_nobody_waiting() -> None:
    def fail() -> Loaded:
        raise RuntimeError("no such operator")

    encoder = QuestionEncoder(fail, AMPLE)
    assert encoder.vector("abc") is None
    assert encoder.vector("def") is None
    assert encoder.counts.late == 0
    assert "no such operator" in encoder.problem


def test_a_network_that_fails_fails_no_search_and_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    works = threading.Event()

    def encode(text: str) -> Floats:
        if not works.is_set():
            raise RuntimeError("out of memory")
        return _encode(text)

    encoder = QuestionEncoder(lambda: Loaded(encode, "model", 0.5), AMPLE)
    assert [encoder.vector(text) for text in ("abc", "def", "ghi")] == [None, None, None]
    assert encoder.loaded(AMPLE) is None
    assert "out of memory" in encoder.problem
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    works.set()
    assert encoder.vector("abc") is not None
    assert encoder.loaded(AMPLE) is not None


def test_lateness_is_told_now_and_then(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(questions, "_TELL_EVERY", 0.0)
    go_on = threading.Event()
    encoder = QuestionEncoder(lambda: _waits(go_on), 0.01)
    encoder.vector("abc")
    go_on.set()
    assert "1 questions came too late" in caplog.text
    assert "abc" not in caplog.text


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings(
    "ignore::DeprecationWarning"
)  # of forking where threads run: that is what is tried
def test_a_fork_answers_with_a_thread_of_its_own() -> None:
    encoder = QuestionEncoder(_loads, AMPLE)
    encoder.vector("before")
    child = os.fork()
    if child == 0:
        os._exit(0 if encoder.vector("after") is not None and encoder.counts.answered == 1 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
