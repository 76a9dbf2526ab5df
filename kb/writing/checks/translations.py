"""Translations: what is older than its original, and what was never translated."""

from __future__ import annotations

from collections.abc import Iterator

from kb.writing.findings import Finding, Mend, Severity
from kb.writing.library import Library
from kb.writing.translations import HASH_KEY, Translation, translations


def check(library: Library) -> Iterator[Finding]:
    """Translations whose original has changed since, and those that do not say what they were made from."""
    for one in translations(library):
        if one.is_outdated:
            yield _outdated(one)
        elif one.original and not one.recorded:
            yield _unrecorded(one)


def _outdated(one: Translation) -> Finding:
    message = (
        f"the original {one.original_path} has changed since: translate what changed, "
        f"then run kb translations --done {one.manuscript.path}"
    )
    line = one.manuscript.line_of_key(HASH_KEY, "updated")
    return Finding(one.manuscript.path, line, "translation", Severity.WARNING, message)


def _unrecorded(one: Translation) -> Finding:
    message = (
        f"does not say which text of {one.original_path} it was made from: "
        f"put `{HASH_KEY}: {one.original_hash}` in its front matter, so that a later change is noticed"
    )
    manuscript = one.manuscript
    end = manuscript.body_line - 1
    mend = Mend(manuscript.file, end, "", f"{HASH_KEY}: {one.original_hash}") if end else None
    return Finding(manuscript.path, max(end, 1), "translation", Severity.NOTICE, message, mend)
