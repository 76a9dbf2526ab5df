"""The colours of a brand, and whether everybody can read them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.toml_table import TomlTable

LEAST_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3: the least ratio for text."""

_HEX = re.compile(r"#[0-9a-f]{6}")
_STEPS = 20


@dataclass(frozen=True, slots=True)
class Ground:
    """What the accent stands on in one theme: the tokens of ``styles/tokens.css``."""

    paper: str
    surface: str
    tint: str
    ink: str
    quiet: str


LIGHT = Ground(paper="#fbfaf8", surface="#ffffff", tint="#eaf1f2", ink="#1b262c", quiet="#54636b")
DARK = Ground(paper="#12181c", surface="#1a2227", tint="#18262c", ink="#e6ebed", quiet="#a6b4bb")


@dataclass(frozen=True, slots=True)
class Colours:
    """The accent and the tint in both themes; an empty one is as in ``styles/tokens.css``."""

    accent: str = ""
    accent_dark: str = ""
    tint: str = ""
    tint_dark: str = ""

    @property
    def css(self) -> str:
        """The rules that set them."""
        light = _rule(_tokens(self.accent, self.tint, "#000000"))
        dark = _rule(_tokens(self.accent_dark, self.tint_dark, "#ffffff"))
        return light + (f"@media screen and (prefers-color-scheme: dark) {{ {dark} }}" if dark else "")


def read_colours(keys: TomlTable) -> Colours:
    """The table ``[colours]``. An accent for the light only gets its counterpart for the dark.

    :raises SettingsError: a value is no colour, or somebody could not read it.
    """
    keys.only("accent", "accent_dark", "tint", "tint_dark")
    tint, tint_dark = _colour(keys, "tint"), _colour(keys, "tint_dark")
    accent, accent_dark = _colour(keys, "accent"), _colour(keys, "accent_dark")
    if accent and not accent_dark:
        accent_dark = lightened(accent, tint_dark or DARK.tint)
    _check(keys, "accent", accent, {"paper": LIGHT.paper, "tint": tint or LIGHT.tint})
    _check(keys, "accent_dark", accent_dark, {"surface": DARK.surface, "tint_dark": tint_dark or DARK.tint})
    _check(keys, "tint", tint, {"text": LIGHT.ink, "quiet text": LIGHT.quiet})
    _check(keys, "tint_dark", tint_dark, {"text": DARK.ink, "quiet text": DARK.quiet})
    return Colours(accent, accent_dark, tint, tint_dark)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours ``#rrggbb``, from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lightened(colour: str, ground: str) -> str:
    """The colour, mixed with as little white as makes it stand out from a dark ground."""
    steps = (mixed(colour, "#ffffff", step / _STEPS) for step in range(_STEPS + 1))
    return next(found for found in steps if contrast(found, ground) >= LEAST_CONTRAST + 1)


def mixed(colour: str, other: str, share: float) -> str:
    """The colour with a share, 0 to 1, of the other."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _tokens(accent: str, tint: str, stronger: str) -> dict[str, str]:
    tokens = {"--tint": tint} if tint else {}
    if accent:
        light_text = contrast(accent, "#ffffff") >= contrast(accent, DARK.paper)
        tokens |= {
            "--accent": accent,
            "--accent-strong": mixed(accent, stronger, 0.25),
            "--on-accent": "#ffffff" if light_text else DARK.paper,
        }
    return tokens


def _rule(tokens: dict[str, str]) -> str:
    return (
        f":root {{ {' '.join(f'{name}: {value};' for name, value in tokens.items())} }}\n" if tokens else ""
    )


def _colour(keys: TomlTable, name: str) -> str:
    value = keys.text(name).lower()
    if value and not _HEX.fullmatch(value):
        raise keys.wrong(name, 'must be a colour such as "#0f5a70"')
    return value


def _check(keys: TomlTable, name: str, colour: str, grounds: dict[str, str]) -> None:
    for what, ground in grounds.items():
        if colour and (ratio := contrast(colour, ground)) < LEAST_CONTRAST:
            raise keys.wrong(
                name,
                f"= {colour} has a contrast of {ratio:.1f} with the {what} ({ground}); people need "
                f"{LEAST_CONTRAST}: make it {'lighter' if _luminance(ground) < 0.2 else 'darker'}",
            )


def _luminance(colour: str) -> float:
    """WCAG 2.2, "relative luminance"."""
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
