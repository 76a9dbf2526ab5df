from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import webapp
from kb.errors import SettingsError
from webapp.brand import Brand
from webapp.colours import DARK, LEAST_CONTRAST, LIGHT, contrast, lightened, mixed

TOKENS = (Path(webapp.__file__).parent / "styles" / "tokens.css").read_text(encoding="utf-8")

colours = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


def brand(folder: Path, text: str) -> Brand:
    (folder / "site.toml").write_text(f"[colours]\n{text}", encoding="utf-8")
    return Brand.load((folder,))


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(
        4.48, abs=0.01
    )  # the well-known grey that just fails
    assert contrast("#123456", "#123456") == 1


def test_grounds_are_those_of_the_stylesheet() -> None:
    light, dark = TOKENS.split("@media")
    for ground, source in ((LIGHT, light), (DARK, dark)):
        tokens = dict(re.findall(r"--(\w+): (#\w+);", source))
        white = {"#fff": "#ffffff"}
        for name in ("paper", "surface", "tint", "ink", "quiet"):
            assert white.get(tokens[name], tokens[name]) == getattr(ground, name)


def test_accent_gets_a_readable_counterpart_for_the_dark(tmp_path: Path) -> None:
    found = brand(tmp_path, 'accent = "#7a1fa2"').colours
    assert contrast(found.accent_dark, DARK.tint) >= LEAST_CONTRAST
    assert "--accent: #7a1fa2" in found.css
    assert f"--accent: {found.accent_dark}" in found.css.partition("dark")[2]


@given(colours)
def test_every_colour_can_be_made_readable_in_the_dark(colour: str) -> None:
    assert contrast(lightened(colour, DARK.tint), DARK.tint) >= LEAST_CONTRAST


@given(colours, colours)
def test_contrast_lies_between_1_and_21_whichever_comes_first(one: str, other: str) -> None:
    assert 1 <= contrast(one, other) <= 21.01
    assert contrast(one, other) == contrast(other, one)


def test_mixture_lies_between() -> None:
    assert mixed("#000000", "#ffffff", 0.5) == "#808080"
    assert mixed("#0f5a70", "#ffffff", 0) == "#0f5a70"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('accent = "#ffcc00"', "colours.accent = #ffcc00 has a contrast of 1.4 with the paper"),
        ('accent = "#0f5a70"\naccent_dark = "#0f5a70"', "make it lighter"),
        ('tint = "#333333"', "with the text"),
        ('accent = "teal"', "must be a colour such as"),
        ('primary = "#000000"', "is not a key"),
    ],
)
def test_colour_that_somebody_cannot_read_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        brand(tmp_path, text)
    assert complaint in str(caught.value)
