"""--fix changes what is safe to change, that alone, and each file whole."""

from __future__ import annotations

from pathlib import Path

from kb.writing.desk import WritersDesk
from tests.writing.conftest import Check, Write, article


def test_what_is_safe_is_mended_and_no_longer_reported(write: Write, check: Check, desk: WritersDesk) -> None:
    write(
        "en/account/other.md",
        article("Text.\n\n## First steps!\n\nText.\n", title="Cats", redirect_from="[/old]"),
    )
    body = "[a](../wrong/other.md)\n\n[b](other.md#First-Steps)\n\n[c](/articles/en/account/moved)\n"
    path = write("en/account/password.md", article(body, updated="2026/1/5", tagss="[a]"))
    write("en/account/third.md", article("Text.\n", title="Third", redirect_from="[account/moved]"))
    assert len([one for one in check() if one.mend]) == 5
    report = desk.check(fix=True)
    assert len(report.mended) == 5
    assert report.findings == ()
    assert path.read_text(encoding="utf-8") == article(
        "[a](other.md)\n\n[b](other.md#first-steps)\n\n[c](/articles/en/account/third)\n",
        updated="2026-01-05",
        tags="[a]",
    )


def test_windows_line_ends_stay(write: Write, desk: WritersDesk) -> None:
    path = write("en/account/password.md", "")
    path.write_bytes(article(updated="2026/1/5").replace("\n", "\r\n").encode())
    desk.check(fix=True)
    assert path.read_bytes() == article(updated="2026-01-05").replace("\n", "\r\n").encode()


def test_a_link_that_could_mean_two_files_is_left_alone(
    write: Write, desk: WritersDesk, folder: Path
) -> None:
    write("en/one/same.md", article(title="One"))
    write("en/two/same.md", article("Other.\n", title="Two"))
    path = write("en/three/password.md", article("[a](../gone/same.md)\n", title="Three"))
    before = path.read_bytes()
    assert [one.rule for one in desk.check(fix=True).findings] == ["broken-link"]
    assert path.read_bytes() == before
