"""The contract of both implementations of the sums behind a ranking: they agree."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.index.arithmetic import Arithmetic, NumpyArithmetic
from kb.index.embedded import EmbeddedEngine
from kb.index.fast import has_kernels
from kb.index.gram_rows import GramRows, join_rows
from kb.index.grams import BUCKETS, SUBLINEAR, GramCounts, count_grams, count_together, numbered, weigh_query
from kb.index.postings import Floats, Layer, LayeredPostings, Postings
from kb.index.ragged import offsets
from kb.index.scratch import PerThread
from kb.index.shortlist import ANY_KIND, ANY_TOPIC, EMPTY, KINDS, Attributes, Wanted
from kb.index.similarity import SimilarityIndex
from kb.index.statistics import Statistics
from kb.index.tokens import TokenTable
from kb.text.analyzer import analyzer, simplified
from tests.corpus import DOCUMENTS, document

MOST = 200  # documents of a random index
WORDS = ["reset", "forgot", "password", "sign", "in", "code", "codes", "giraffe", "girafe", "ladder"]
WORDS += ["hm", "1008", "wi-fi", "log-in", "the", "of", "page", "xyzzy"]


def make(name: str) -> Arithmetic:
    if name == "numpy":
        return NumpyArithmetic()
    if not has_kernels():
        pytest.skip('numba is not installed; the extra "fast" brings it')
    from kb.index.compiled import CompiledArithmetic

    return CompiledArithmetic()


@cache
def compiled() -> Arithmetic:
    """One for all examples: what a query leaves behind would be found by the next."""
    return make("numba")


@pytest.fixture(params=["numpy", "numba"])
def arithmetic(request: pytest.FixtureRequest) -> Arithmetic:
    return make(str(request.param))


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A fitted layer and one that came later."""
    engine = EmbeddedEngine(tmp_path_factory.mktemp("arithmetic") / "index")
    english = [d for d in DOCUMENTS if d.lang == "en"]
    many = [document(f"en/many/{n}", f"{a} {b}", f"{b} {a} {WORDS[n % 7]} and {a}. {WORDS[n % 5]}") for n, (a, b)
            in enumerate((a, b) for a in WORDS for b in WORDS)]  # fmt: skip
    engine.rebuild([*english, *many])
    later = document(
        "en/later/unseen", "Forgot the unseenword password", "A later page: reset the code, forgot it."
    )
    engine.update([later])
    part = engine.reader().partitions["en"]
    assert len(part.tables) == 2
    return [part.folder / "base", part.folder / "delta"]


def open_index(folders: list[Path], arithmetic: Arithmetic) -> SimilarityIndex:
    return SimilarityIndex(folders, [TokenTable.load(folder) for folder in folders], arithmetic)


class TestShortlist:
    @staticmethod
    def expected(rows: list[dict[int, int]], factors: list[float]) -> dict[int, float]:
        sums: dict[int, float] = {}
        for row, factor in zip(rows, factors, strict=True):
            for doc, weight in row.items():
                sums[doc] = sums.get(doc, 0.0) + weight * factor
        return sums

    @given(st.data())
    @settings(max_examples=150, deadline=None)
    def test_the_highest_sums_come_first_ties_by_slot(self, data: st.DataObject) -> None:
        documents = data.draw(st.integers(1, MOST))
        weight = st.sampled_from([1, 2, 4, 8])  # sums of these are exact
        rows = data.draw(
            st.lists(st.dictionaries(st.integers(0, documents - 1), weight, max_size=documents), max_size=5)
        )
        factors = data.draw(
            st.lists(st.sampled_from([0.5, 1.0, 2.0]), min_size=len(rows), max_size=len(rows))
        )
        kinds = data.draw(st.lists(st.sampled_from([0, 1, EMPTY]), min_size=documents, max_size=documents))
        topics = data.draw(st.lists(st.integers(0, 2), min_size=documents, max_size=documents))
        wanted = Wanted(
            data.draw(st.integers(1, 12)),
            data.draw(st.sampled_from([ANY_KIND, 0, 1])),
            data.draw(st.sampled_from([ANY_TOPIC, -1, 0, 1])),
        )
        split = data.draw(st.integers(0, documents))
        layers = LayeredPostings([_layer(rows, 0, split), _layer(rows, split, documents)])
        attributes = Attributes(np.array(kinds, np.uint8), np.array(topics, np.int32))

        sums = self.expected(rows, factors)
        there = [d for d in sums if kinds[d] != EMPTY and wanted.topic in (ANY_TOPIC, topics[d])]
        chosen = [d for d in there if wanted.kind in (ANY_KIND, kinds[d])]
        best = sorted(chosen, key=lambda d: (-sums[d], d))[: wanted.limit]
        for each in (NumpyArithmetic(), compiled()):
            found = each.shortlist(
                layers,
                np.arange(len(rows), dtype=np.int32),
                np.array(factors, np.float32),
                attributes,
                wanted,
            )
            assert found.slots.tolist() == best
            assert found.scores.tolist() == [sums[d] for d in best]
            assert found.counts == tuple(sum(kinds[d] == code for d in there) for code in range(len(KINDS)))

    @pytest.mark.parametrize("values", [2, 255])  # of weights: with few, many documents have the same sum
    @pytest.mark.parametrize("wanted", [Wanted(64), Wanted(200), Wanted(10, kind=1), Wanted(64, 0, topic=1)])
    @pytest.mark.parametrize("of_one_kind", [True, False])
    def test_many_documents_are_chosen_alike(self, values: int, wanted: Wanted, of_one_kind: bool) -> None:
        chance, documents = np.random.default_rng(5), 30_000
        layers = []
        for first, last in ((0, 25_000), (25_000, documents)):
            lengths = [last - first, 2000, 300, 0, 1]
            own = [np.sort(chance.choice(last - first, length, replace=False)) for length in lengths]
            weights = chance.integers(1, values + 1, sum(lengths)).astype(np.uint8)
            layers.append(
                Layer(
                    first,
                    Postings(
                        offsets(lengths).astype(np.int32), np.concatenate(own).astype(np.int32), weights
                    ),
                )
            )
        kinds = np.zeros(documents, np.uint8)
        if not of_one_kind:
            kinds = np.sort(chance.choice(np.array([0, 0, 0, 1, EMPTY], np.uint8), documents))
            kinds[::500] = EMPTY
        attributes = Attributes(kinds, chance.integers(0, 3, documents).astype(np.int32))
        terms, factors = np.arange(5, dtype=np.int32)[::-1].copy(), np.ones(5, np.float32)
        for some in (terms, terms[2:4]):
            plain, fast = (
                each.shortlist(LayeredPostings(layers), some, factors[: len(some)], attributes, wanted)
                for each in (NumpyArithmetic(), compiled())
            )
            assert plain.slots.tolist() == fast.slots.tolist()
            assert plain.scores.tolist() == fast.scores.tolist()
            assert plain.counts == fast.counts

    def test_a_term_that_came_after_a_layer_has_no_row_in_it(self, arithmetic: Arithmetic) -> None:
        layers = LayeredPostings([_layer([{0: 1}], 0, 3)])
        attributes = Attributes(np.zeros(3, np.uint8), np.zeros(3, np.int32))
        terms, factors = np.array([0, 7], np.int32), np.ones(2, np.float32)
        assert arithmetic.shortlist(layers, terms, factors, attributes, Wanted(5)).slots.tolist() == [0]


def _layer(rows: list[dict[int, int]], first: int, last: int) -> Layer:
    own = [sorted((d - first, w) for d, w in row.items() if first <= d < last) for row in rows]
    return Layer(
        first,
        Postings(
            offsets([len(row) for row in own]).astype(np.int32),
            np.array([d for row in own for d, _ in row], np.int32),
            np.array([w for row in own for _, w in row], np.uint8),
        ),
    )


@pytest.fixture
def wide(folders: list[Path], tmp_path: Path) -> list[Path]:
    """The same layers as they are written where offsets have outgrown 32 bits."""
    copies = [shutil.copytree(folder, tmp_path / folder.name) for folder in folders]
    for path in tmp_path.rglob("*.npy"):
        offsets = np.load(path)
        if path.stem.endswith(("indptr", "first_names", "passage_of_doc", "token_of_passage")):
            np.save(path, offsets.astype(np.int64))
    return copies


def test_offsets_that_have_outgrown_the_loops_are_read_by_numpy(
    folders: list[Path], wide: list[Path]
) -> None:
    terms, text = ("reset", "password", "unseenword"), "reset password unseenword"
    plain, fast = open_index(folders, NumpyArithmetic()), open_index(wide, compiled())
    question, same = plain.ask(terms, text), fast.ask(terms, text)
    attributes = Attributes(np.zeros(plain.documents, np.uint8), np.zeros(plain.documents, np.int32))
    one, other = (index.shortlist(question, attributes, Wanted(9)) for index in (plain, fast))
    assert one.slots.tolist() == other.slots.tolist() != []
    everything = np.arange(plain.documents, dtype=np.int32)
    np.testing.assert_allclose(
        plain.compare(question, everything).fused,
        fast.compare(same, everything).fused,
        rtol=1e-4,
        atol=1e-5,
    )


class TestQueryGrams:
    @given(st.text(max_size=60) | st.text("ab cé-", max_size=60))
    @settings(max_examples=200, deadline=None)
    def test_are_those_of_any_text(self, text: str) -> None:
        statistics = _statistics(np.linspace(1, 9, BUCKETS, dtype=np.float32))
        expected = weigh_query(text, 4, statistics.gram_idf, statistics.gram_numbers)
        found = compiled().weigh_query(text, statistics)
        assert found.numbers.tolist() == expected.numbers.tolist()
        np.testing.assert_allclose(found.weights, expected.weights, rtol=1e-5)
        counted = count_grams([text], 4).grams
        assert sorted(found.numbers.tolist()) == sorted(statistics.gram_numbers[counted].tolist())

    def test_an_ngram_is_counted_once_however_often_it_stands(self, arithmetic: Arithmetic) -> None:
        found = arithmetic.weigh_query("aaaa " * 400, _statistics(np.ones(BUCKETS, np.float32)))
        assert len(found.numbers) == len(set(found.numbers.tolist())) == 5
        assert np.isclose(np.square(found.weights).sum(), 1)


NUMBERS = np.random.default_rng(1).permutation(BUCKETS).astype(np.uint16)


def _statistics(gram_idf: Floats) -> Statistics:
    return Statistics(np.zeros(0, np.float32), gram_idf, NUMBERS, np.ones(2, np.float32))


TEXTS = st.text(max_size=12) | st.text("ab 'cé\n\uffff🎉", max_size=12) | st.just("cannot")


def _own(counts: GramCounts, text: int) -> GramCounts:
    span = slice(counts.indptr[text], counts.indptr[text + 1])
    indptr = np.array([0, span.stop - span.start])
    return GramCounts(indptr, counts.grams[span], counts.amounts[span], counts.in_name[span])


@given(st.lists(TEXTS, max_size=8), st.sampled_from([3, 4]))
@settings(max_examples=200, deadline=None)
def test_texts_counted_together_hold_what_each_holds_alone(texts: list[str], size: int) -> None:
    together = count_grams(texts, size)
    assert together.texts == len(texts)
    for number, text in enumerate(texts):
        alone, own = count_grams([text], size), _own(together, number)
        assert (own.grams.tolist(), own.amounts.tolist()) == (alone.grams.tolist(), alone.amounts.tolist())
        if text.isascii():
            spaced = re.sub("[^a-z0-9]+", " ", f" {simplified(text)} ")
            assert alone.amounts.sum() == max(len(spaced) - size + 1, 0)


def test_a_text_without_ngrams_has_nothing_in_common_with_a_query() -> None:
    counts = count_grams(["", "reset the password", "", "password password", ""], 4)
    rows = GramRows.of(counts, NUMBERS)
    query = np.zeros(BUCKETS, np.float32)
    query[NUMBERS[_own(counts, 3).grams]] = 1
    found = rows.dots(np.arange(5), query)
    assert (found.whole > 0).tolist() == [False, True, False, True, False]
    assert np.isclose(found.whole[3], SUBLINEAR[_own(counts, 3).amounts].sum())
    assert not found.name.any()


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=6))
@settings(max_examples=150, deadline=None)
def test_rows_say_of_texts_and_names_what_their_counts_do(pairs: list[tuple[str, str]]) -> None:
    """By any numbers: those of most tests have long leaps between them."""
    whole, own = [f"{name} {name} {text}" for name, text in pairs], [name for name, _ in pairs]
    texts, names = count_together(whole, 4, own), count_grams(own, 4)
    rows = GramRows.of(texts, np.sort(NUMBERS)).renumbered(NUMBERS)
    query, idf = np.random.default_rng(3).random((2, BUCKETS), np.float32)
    order = np.arange(len(pairs))[::-1]
    joined = join_rows([rows.take(order[:2]), rows.take(order[2:])])
    for counts, part in ((texts, "whole"), (names, "name")):
        weights = [SUBLINEAR[a] for a in np.split(counts.amounts, counts.indptr[1:-1])][: len(pairs)]
        grams = np.split(NUMBERS[counts.grams], counts.indptr[1:-1])[: len(pairs)]
        dots = [float(w @ query[g]) for w, g in zip(weights, grams, strict=True)]
        norms = [float(np.linalg.norm(w * idf[g])) or 1.0 for w, g in zip(weights, grams, strict=True)]
        np.testing.assert_allclose(getattr(rows.dots(np.arange(len(pairs)), query), part), dots, rtol=1e-4)
        np.testing.assert_allclose(getattr(rows.norms(idf), part), norms, rtol=1e-4)
        np.testing.assert_allclose(getattr(joined.dots(order, query), part), dots, rtol=1e-4)
    assert rows.frequency().tolist() == np.bincount(NUMBERS[texts.grams], minlength=BUCKETS).tolist()


def test_texts_of_nothing_are_counted_however_many_follow_each_other() -> None:
    texts = ["", *[" "] * 100_000, "password"]
    counts = count_grams(texts, 4)
    alone = count_grams(["password"], 4)
    assert counts.indptr.tolist() == [0] * len(texts) + [len(alone.grams)]
    assert counts.grams.tolist() == alone.grams.tolist()


def test_ngrams_that_many_texts_hold_take_a_byte() -> None:
    counts = count_grams(["reset the password", "reset the card", "change the password"] * 40, 4)
    rows = GramRows.of(counts, numbered(counts.frequency()))
    assert len(rows.steps) == len(counts.grams)
    assert np.diff(rows.frequency()).max() <= 0


class TestRanking:
    @given(st.lists(st.sampled_from([*WORDS, "unseenword", "passwrod", "zzzz"]), max_size=40))
    @settings(max_examples=60, deadline=None)
    def test_a_query_scores_alike(self, folders: list[Path], words: list[str]) -> None:
        text = " ".join(words)
        plain = open_index(folders, NumpyArithmetic())
        fast = open_index(folders, compiled())
        everything = np.arange(plain.documents, dtype=np.int32)
        terms = analyzer("en").terms(text)
        one = plain.compare(plain.ask(terms, text), everything)
        other = fast.compare(fast.ask(terms, text), everything)
        for name in ("fused", "cosine", "evidence"):
            np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-4, atol=1e-5)

    def test_every_part_of_the_score_is_alike(self, folders: list[Path]) -> None:
        text = "forgot the password code, reset the code; unseenword passwrod page of the wi-fi log-in"
        by: list[np.ndarray] = []
        for each in (NumpyArithmetic(), compiled()):
            index = open_index(folders, each)
            question = index.ask(analyzer("en").terms(text), text)
            with index._asked(question) as lookup:
                layer = index._layers[0]
                some = np.arange(0, layer.tokens.documents, 3, dtype=np.int32)
                by.append(index._compare(layer, some, question, lookup))
        assert all(part.any() for part in by[0])
        for one, other in zip(*by, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def test_an_interrupted_query_leaves_nothing_to_the_next() -> None:
    lists: PerThread[list[int]] = PerThread(list)

    def interrupted() -> None:
        with lists.lent() as own:
            own.append(1)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with lists.lent() as own:
        assert own == []


def test_nobody_is_lent_what_another_uses() -> None:
    lists: PerThread[list[int]] = PerThread(list)
    with lists.lent() as own, lists.lent() as other:
        assert own is not other


def test_the_compiled_loops_are_used_where_numba_is_installed() -> None:
    assert has_kernels() == (importlib.util.find_spec("numba") is not None)


class TestCompiling:
    """At the first use after an installation."""

    @pytest.fixture(autouse=True)
    def installed(self) -> None:
        make("numba")

    def run(self, code: str, folder: Path) -> list[str]:
        environment = {**os.environ, "NUMBA_CACHE_DIR": str(folder)}
        command = [sys.executable, "-c", code]
        run = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=True, timeout=300
        )
        return run.stdout.splitlines()

    def test_happens_in_another_process_and_is_said_once(self, tmp_path: Path) -> None:
        code = (
            "from kb.index.kernels import compiling\n"
            "from kb.index.fast import has_kernels, must_compile\n"
            "print(must_compile()); print(has_kernels())\n"
            "print(all(kernel.stats.cache_hits for kernel, _ in compiling._kernels))\n"
        )
        first, second = self.run(code, tmp_path), self.run(code, tmp_path)
        assert first == ["compiling the search engine, once after an installation", "True", "True"]
        assert second == ["", "True", "True"]

    def test_happens_here_where_nothing_can_be_kept(self, tmp_path: Path) -> None:
        code = (
            "from numba.core.caching import CacheImpl; CacheImpl._locator_classes = []\n"
            "from kb.index import kernels\n"
            "from kb.index.kernels import compiling\n"
            "compiling._kernels = [each for each in compiling._kernels if each[0] is kernels.weigh_grams]\n"
            "from kb.index.fast import has_kernels, must_compile\n"
            "print(must_compile()); print(has_kernels()); print(len(kernels.weigh_grams.signatures))\n"
        )
        said = "compiling the search engine, at each start without NUMBA_CACHE_DIR"
        assert self.run(code, tmp_path) == [said, "True", "1"]


class TestOccurrences:
    """Both read the same; that it is right, the tests of marks say."""

    @pytest.fixture(scope="class")
    @staticmethod
    def table(tmp_path_factory: pytest.TempPathFactory) -> TokenTable:
        engine = EmbeddedEngine(tmp_path_factory.mktemp("occurrences") / "index")
        far = " ".join(f"{word}{' ' * (130 * n)}giraffe" for n, word in enumerate(WORDS[:9]))
        engine.rebuild(
            [
                document(f"en/some/{n}", f"Page {n}", text)
                for n, text in enumerate([far, "", "Wi-Fi " * 40, *WORDS, far])
            ]
        )
        [table] = engine.reader().partitions["en"].tables
        assert len(table.spans.rare) > 10
        return table

    @given(st.data())
    @settings(max_examples=100, deadline=None)
    def test_are_alike(self, table: TokenTable, data: st.DataObject) -> None:
        def some(end: int) -> list[int]:
            return sorted(data.draw(st.sets(st.integers(0, end), min_size=1)))

        documents = np.array(some(table.documents - 1), np.int64)
        terms = np.array(some(int(np.max(table.terms.whole())) + 3), np.int32)
        one = NumpyArithmetic().occurrences(table, documents, terms)
        other = compiled().occurrences(table, documents, terms)
        for name in ("until", "which", "fields", "passages", "starts", "ends"):
            assert getattr(one, name).tolist() == getattr(other, name).tolist()
