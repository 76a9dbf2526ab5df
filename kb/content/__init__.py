"""From files to content: official articles from folders of Markdown, forum threads from exports."""

from kb.content.articles import load_articles, load_some
from kb.content.imports.json_lines import read_threads

__all__ = ["load_articles", "load_some", "read_threads"]
