"""Makes the list of a language's common words: those that are no slip of the fingers, though nothing holds them.

docs/adr/0012-common-words.md says from which counts the lists that ship were made.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import click
import marisa_trie

from kb.text.analyzer import analyzer, fold
from kb.text.words import ONLY_A_STEM

SHORTEST = 3  # letters of a term


@click.command()
@click.argument("counts", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--lang", required=True)
@click.option("--least", default=51, show_default=True, help="How often a word must have been counted.")
@click.option("--out", type=click.Path(path_type=Path), required=True)
def main(counts: Path, lang: str, least: int, out: Path) -> None:
    """Make a list. COUNTS is gzipped JSON: how often each word was counted."""
    counted: dict[str, int] = json.loads(gzip.decompress(counts.read_bytes()))
    words = {fold(word) for word, times in counted.items() if times >= least and word.isalpha()}
    terms = {term for term in map(analyzer(lang).term, words) if len(term) >= SHORTEST}
    marisa_trie.Trie(sorted(term if term in words else term + ONLY_A_STEM for term in terms)).save(str(out))
    click.echo(f"{out}: {len(words)} words, {len(terms)} terms, {out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
