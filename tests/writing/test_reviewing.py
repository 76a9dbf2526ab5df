"""What is due, whose it is, and for how long."""

from __future__ import annotations

from datetime import timedelta

from kb.writing.desk import WritersDesk
from tests.writing.conftest import Write, article


def test_what_is_due_is_listed_the_longest_overdue_first(write: Write, desk: WritersDesk) -> None:
    write("en/a/late.md", article(title="Late", review_by="2026-11-20", owner="anna"))
    write("en/a/later.md", article(title="Later", review_by="2026-10-20", owner="Boris"))
    write("en/a/soon.md", article(title="Soon", review_by="2026-12-20", owner="anna"))
    write("en/a/far.md", article(title="Far", review_by="2027-12-20"))
    write("en/a/never.md", article(title="Never", review_by="2020-01-01", evergreen="true"))
    write("en/a/draft.md", article(title="Draft", review_by="2020-01-01", status="draft"))
    write("en/a/open.md", article(title="Open"))
    found = desk.reviews(timedelta(days=30))
    assert [(one.title, one.overdue) for one in found.due] == [("Later", 36), ("Late", 5), ("Soon", -25)]
    assert found.undated == ("articles/en/a/open.md",)
    assert [one.title for one in desk.reviews(timedelta(0), "ANNA").due] == ["Late"]
