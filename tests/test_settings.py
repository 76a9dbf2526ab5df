"""What the environment may say, and what is said back where it cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.errors import SettingsError
from kb.settings import Settings


def test_defaults_stand_where_the_environment_is_silent() -> None:
    assert Settings.from_env({"PATH": "/bin"}) == Settings()


def test_each_kind_of_value_is_read() -> None:
    found = Settings.from_env(
        {
            "KB_DATA": "/srv/kb",
            "KB_ARTICLES": "a:b",
            "KB_LANGUAGES": "en, pt-br",
            "KB_PORT": "8080",
            "KB_SECURE_COOKIES": "yes",
            "KB_LOCK_TIMEOUT": "0.5",
        }
    )
    assert (found.data, found.articles) == (Path("/srv/kb"), (Path("a"), Path("b")))
    assert (found.languages, found.port) == (("en", "pt-br"), 8080)
    assert (found.secure_cookies, found.lock_timeout) == (True, 0.5)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("KB_PORT", "abc", "is not a whole number"),
        ("KB_PORT", "70000", "between 1 and 65535"),
        ("KB_WORKERS", "0", "between 1 and 64"),
        ("KB_SECURE_COOKIES", "maybe", "is not yes or no"),
        ("KB_SUGGESTION_THRESHOLD", "2", "between 0.0 and 1.0"),
        ("KB_LOCK_TIMEOUT", "-1", "between 0.0 and"),
        ("KB_LANGUAGE", "english", "not a language code"),
        ("KB_LANGUAGES", "en,../it", "not a language code"),
        ("KB_DATTA", "x", "is not a setting"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_name(name: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        Settings.from_env({name: value})
