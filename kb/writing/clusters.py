"""Groups texts that ask the same: average-linkage clustering of their TF-IDF cosines, by scikit-learn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from kb.text.analyzer import analyzer

MOST = 4_000
"""Texts that are compared: their distances take 128 MB."""
_FARTHEST = 0.72
"""Mean cosine distance within a group: beyond it, groups of queries begin to mix two subjects."""
_LETTERS = 0.4
"""How much shared letters count beside shared words: what is asked in a hurry is misspelt."""


def group(texts: Sequence[str], lang: str) -> list[list[int]]:
    """The places of texts that ask the same, in groups, the largest first; texts beyond ``MOST`` are left out."""
    # Imported here: only a writer's command groups texts, and a web worker must not pay for scikit-learn.
    from scipy.sparse import hstack
    from sklearn.cluster import AgglomerativeClustering
    from sklearn.feature_extraction.text import TfidfVectorizer

    known = [place for place, text in enumerate(texts[:MOST]) if analyzer(lang).terms(text)]
    if len(known) < 2:
        return [[place] for place in known]
    chosen = [texts[place] for place in known]
    words = TfidfVectorizer(analyzer=analyzer(lang).terms, sublinear_tf=True).fit_transform(chosen)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 4), sublinear_tf=True).fit_transform(chosen)
    both = hstack([words * (1 - _LETTERS) ** 0.5, letters * _LETTERS**0.5]).tocsr()
    distances = np.clip(1 - (both @ both.T).toarray(), 0, 1)
    model = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=_FARTHEST
    )
    groups: dict[int, list[int]] = defaultdict(list)
    for place, label in zip(known, model.fit_predict(distances), strict=True):
        groups[int(label)].append(place)
    return sorted(groups.values(), key=lambda places: (-len(places), places[0]))
