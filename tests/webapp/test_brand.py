from __future__ import annotations

from pathlib import Path

import pytest

from kb.errors import SettingsError
from webapp.brand import Brand

SAMPLE = Path(__file__).parents[2] / "articles"


def written(folder: Path, text: str) -> tuple[Path, ...]:
    (folder / "site.toml").write_text(text, encoding="utf-8")
    return (folder,)


def test_centre_without_a_file_gets_the_default(tmp_path: Path) -> None:
    assert Brand.load((tmp_path,)) == Brand(name="Help Centre")


def test_first_folder_that_has_a_file_counts(tmp_path: Path) -> None:
    (second,) = written(tmp_path, 'name = "Second"')
    assert Brand.load((tmp_path / "none", second)).name == "Second"


def test_sample_centre_is_complete_in_three_languages() -> None:
    brand = Brand.load((SAMPLE,))
    assert brand.name == "Heron Mail Help"
    texts = [brand.tagline]
    texts += [text for channel in brand.channels for text in (channel.title, channel.best_for)]
    assert {tuple(sorted(text)) for text in texts} == {("en", "it", "ru")}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("name = ", "cannot be read"),
        ("name = 3", "name must be a text"),
        ("colour = 'red'", "colour is not a key"),
        ("tagline = 'Hello'", "tagline must be a table"),
        ("community_url = 'javascript:alert(1)'", "community_url must begin with"),
        ("channels = 'chat'", "channels must be written as [[channels]]"),
        ("[[channels]]\nurl = 'data:x'", "channels[1].url must begin with"),
        ("[[channels]]\ntitle = { en = 3 }", "channels[1].title must be a table"),
    ],
)
def test_mistake_is_named_with_its_file_and_key(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Brand.load(written(tmp_path, text))
    assert complaint in str(caught.value)
    assert "site.toml" in str(caught.value)


def test_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_bytes(b'name = "\xff"')
    with pytest.raises(SettingsError, match="cannot be read"):
        Brand.load((tmp_path,))
