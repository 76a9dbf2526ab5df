"""How long ``kb check`` takes on 5,000 articles: the first time, again, and after one article changed.

Articles are the sections of a judged collection's documents, three to an article, with links between them. A plain
reading of the same files in the same run is 1.0.

    .venv/bin/python benchmarks/check_speed.py ../shared/collections/msdocs-sections/corpus.jsonl.gz
"""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from kb.settings import Settings
from kb.writing.desk import WritersDesk

ARTICLES = 5_000
SECTIONS = 3


def main(corpus: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "articles"
        size = _write(corpus, folder)
        print(f"{ARTICLES} articles, {size / 1e6:.1f} MB")
        plain = _seconds(lambda: [path.read_text(encoding="utf-8") for path in folder.rglob("*.md")])
        desk = WritersDesk(Settings(data=Path(scratch) / "data", articles=(folder,)))
        print(f"{'reading the files':<28}{plain:>8.2f} s   1.0")
        for name in ("first check", "check again", "check after one change"):
            if name.endswith("change"):
                with (folder / "en" / "topic-0" / "article-0.md").open("a", encoding="utf-8") as file:
                    file.write("\nOne more sentence.\n")
            taken = _seconds(lambda: print(f"    {len(desk.check().findings)} findings"))
            print(f"{name:<28}{taken:>8.2f} s  {taken / plain:>5.1f}")


def _write(corpus: Path, folder: Path) -> int:
    size = 0
    with gzip.open(corpus, "rt", encoding="utf-8") as lines:
        for number in range(ARTICLES):
            parts = [json.loads(line) for line in islice(lines, SECTIONS)]
            title = json.dumps(f"{parts[0]['title']} {number}")
            body = "\n\n".join(f"## {part['title']}\n\n{part['text']}" for part in parts)
            link = f"[next](../topic-{(number + 1) % 50}/article-{(number + 1) % ARTICLES}.md)"
            text = f"---\ntitle: {title}\nupdated: 2026-01-01\n---\nSee {link}.\n\n{body}\n"
            path = folder / "en" / f"topic-{number % 50}" / f"article-{number}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            size += path.write_text(text, encoding="utf-8")
    return size


def _seconds(work: object) -> float:
    began = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - began


if __name__ == "__main__":
    main(Path(sys.argv[1]))
