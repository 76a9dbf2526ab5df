"""Values of options that click does not know by itself."""

from __future__ import annotations

from datetime import timedelta

import click
import pytest

from kb.cli.options import span


@pytest.mark.parametrize(("text", "days"), [("30d", 30), ("6w", 42), ("3M", 90), ("1y", 365), ("7", 7)])
def test_a_span_is_read(text: str, days: int) -> None:
    assert span(text) == timedelta(days=days)


@pytest.mark.parametrize("text", ["", "soon", "-3d", "3h", "99999d"])
def test_what_is_no_span_is_told(text: str) -> None:
    with pytest.raises(click.BadParameter, match="write it as 30d"):
        span(text)
