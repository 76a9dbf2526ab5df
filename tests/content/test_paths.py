from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.content.paths import anchor, language_code, read_path, slugify


@pytest.mark.parametrize(
    ("path", "lang", "topic", "slug"),
    [
        ("en/sign-in/reset-password.md", "en", "sign-in", "reset-password"),
        ("pages.it/common/tar.md", "it", "common", "tar"),
        ("pt_BR/Conta/senha.md", "pt-br", "conta", "senha"),
        ("help/ru/login/вход.md", "ru", "login", "вход"),
        ("billing/refunds.de.md", "de", "billing", "refunds"),
        ("de/billing/refunds.de.md", "de", "billing", "refunds"),
        ("en/it/printers.md", "en", "it", "printers"),
        ("fr/accueil.md", "fr", "", "accueil"),
        ("Software Support/CLI/Setup.md", "", "cli", "setup"),
        ("lonely.md", "", "", "lonely"),
        ("guide/version.10.md", "", "guide", "version-10"),
    ],
)
def test_a_path_says_language_topic_and_slug(path: str, lang: str, topic: str, slug: str) -> None:
    facts = read_path(path.split("/"))
    assert (facts.lang, facts.topic, facts.slug) == (lang, topic, slug)


def test_the_folder_itself_may_name_the_language() -> None:
    assert read_path(["common", "tar.md"], root="pages.it").lang == "it"
    assert read_path(["ru", "tar.md"], root="it").lang == "ru"


@pytest.mark.parametrize("text", ["xx", "english", "", "e", "en-", "node", "cli"])
def test_other_words_are_no_language_codes(text: str) -> None:
    assert language_code(text) == ""


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Reset your Password!", "reset-your-password"),
        ("Città è bella", "citta-e-bella"),
        ("Ёлка и Йод", "ёлка-и-йод"),
        ("C++", "cplusplus"),
        ("C#", "csharp"),
        ("!", "u21"),
        ("16.5", "16-5"),
        ("ภาษาไทย", "ภาษาไทย"),
    ],
)
def test_slugs_keep_letters_and_drop_the_rest(text: str, slug: str) -> None:
    assert slugify(text) == slug


@given(st.text())
def test_a_slug_is_never_empty_and_safe_in_a_url(text: str) -> None:
    slug = slugify(text)
    assert slug
    assert not set(slug) & set(" /\\?#%&\"'<>:;.@\n\t\0")
    assert quote(slug, errors="surrogatepass")
    assert not slug.startswith("-")
    assert not slug.endswith("-")


@given(st.text())
def test_a_slug_is_its_own_slug(text: str) -> None:
    assert slugify(slugify(text)) == slugify(text)


@given(st.text())
def test_an_anchor_holds_no_white_space_and_no_markup(text: str) -> None:
    assert anchor(text)
    assert not set(anchor(text)) & set(" <>\"'&\n\t")


def test_anchors_are_those_github_makes() -> None:
    assert anchor("If it still doesn't work (HM-1008)") == "if-it-still-doesnt-work-hm-1008"
    assert anchor("Что делать дальше?") == "что-делать-дальше"
