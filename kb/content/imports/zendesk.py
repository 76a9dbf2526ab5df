"""Articles from a Zendesk help centre: its JSON as the API gives it, in one file or a folder of pages.

Sections become topics, translations become articles beside each other, images come from the folder of the export, and
old addresses go on to work.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from kb.content.imports.attachments import Attachments
from kb.content.imports.destination import Destination
from kb.content.imports.html_markdown import to_markdown
from kb.content.imports.old_links import OldLinks, Place
from kb.content.imports.sources import OnProgress, json_files, read_json, unwatched
from kb.content.paths import GENERAL_TOPIC, language_code, slugify
from kb.content.topics import title_of
from kb.errors import ContentError

_KINDS = ("categories", "sections", "articles", "translations", "article_attachments", "attachments")


@dataclass(slots=True)
class _Export:
    """The records of all files, by kind."""

    records: dict[str, list[Mapping[str, Any]]] = field(default_factory=lambda: {kind: [] for kind in _KINDS})

    def by_id(self, kind: str) -> dict[int, Mapping[str, Any]]:
        return {one["id"]: one for one in self.records[kind] if type(one.get("id")) is int}


@dataclass(frozen=True, slots=True)
class _Text:
    """An article in one language."""

    article: Mapping[str, Any]
    locale: str
    title: str
    body: str
    draft: bool
    updated: str
    outdated: bool


def import_zendesk(
    path: Path, destination: Destination, *, language: str, on_progress: OnProgress = unwatched
) -> None:
    """Bring the articles of an export to the destination.

    :param language: of articles whose locale is not one.
    :raises ContentError: no file of the export can be read.
    """
    export = _read(path, destination)
    texts = list(_texts(export, destination))
    if not texts:
        raise ContentError(str(path), 1, "holds no articles: export articles.json of the Help Center API")
    langs = _languages([text.locale for text in texts], language)
    topics = _Topics(export, langs)
    links = OldLinks()
    placed: list[tuple[_Text, str]] = []
    for text in texts:
        lang = langs[text.locale]
        place = destination.free_path(f"{lang}/{topics.slug(text.article, text.locale)}", text.title)
        place = links.same_slug(text.article["id"], lang, place, destination.files)
        destination.files[place] = b""  # taken
        links.add(text.article["id"], lang, Place(place, text.title, _old_addresses(text)))
        placed.append((text, place))
    attachments = Attachments(path if path.is_dir() else path.parent, _attachment_names(export), destination)
    for done, (text, place) in enumerate(placed, start=1):
        _add(text, place, langs[text.locale], links, attachments, destination)
        on_progress(done, len(placed))
    topics.add_to(destination)


def _read(path: Path, destination: Destination) -> _Export:
    export = _Export()
    files = json_files(path)
    for file in files:
        try:
            content = read_json(file)
        except ContentError as error:
            if len(files) == 1:
                raise
            destination.complain(file.name, error.line, error.message, left_out=True)
            continue
        for kind, records in _lists(content, file.stem):
            export.records[kind] += [one for one in records if isinstance(one, dict)]
    return export


def _lists(content: Any, name: str) -> Iterator[tuple[str, list[Any]]]:
    """The lists of records in a file: under their names, or bare in a file that is named after them."""
    if isinstance(content, list):
        kind = next((kind for kind in _KINDS if name.lower().startswith(kind)), "")
        if kind:
            yield kind, content
        elif all(isinstance(one, dict) for one in content):  # pages of API answers, one after another
            for page in content:
                yield from _lists(page, name)
    elif isinstance(content, dict):
        for kind in _KINDS:
            if isinstance(content.get(kind), list):
                yield kind, content[kind]


def _texts(export: _Export, destination: Destination) -> Iterator[_Text]:
    """Each article in each of its languages, the language it was written in first."""
    translations: dict[int, list[Mapping[str, Any]]] = {}
    for one in export.records["translations"]:
        if one.get("source_type", "Article") == "Article" and type(one.get("source_id")) is int:
            translations.setdefault(one["source_id"], []).append(one)
    for number, article in enumerate(export.records["articles"], start=1):
        if type(article.get("id")) is not int:
            destination.complain("articles", number, "an article has no id: it is left out", left_out=True)
            continue
        own = [one for one in article.get("translations") or () if isinstance(one, dict)]
        found: dict[str, _Text] = {}
        for one in (article, *own, *translations.get(article["id"], ())):
            locale = str(one.get("locale") or article.get("source_locale") or "").lower()
            text = _text(article, one, locale)
            if not text.title or not text.body.strip():
                what = "title" if not text.title else "text"
                destination.complain(
                    "articles", number, f"article {article['id']} ({locale}) has no {what}", left_out=True
                )
            else:
                found.setdefault(locale, text)
        yield from found.values()


def _text(article: Mapping[str, Any], one: Mapping[str, Any], locale: str) -> _Text:
    return _Text(
        article=article,
        locale=locale,
        title=" ".join(str(one.get("title") or one.get("name") or "").split()),
        body=one["body"] if isinstance(one.get("body"), str) else "",
        draft=one.get("draft") is True,
        updated=str(one.get("edited_at") or one.get("updated_at") or ""),
        outdated=one.get("outdated") is True,
    )


def _languages(locales: list[str], language: str) -> dict[str, str]:
    """``en-us`` becomes ``en`` where that is the only English there is."""
    codes = {locale: language_code(locale) or language for locale in locales}
    families: dict[str, set[str]] = {}
    for code in codes.values():
        families.setdefault(code.partition("-")[0], set()).add(code)
    return {
        locale: code.partition("-")[0] if len(families[code.partition("-")[0]]) == 1 else code
        for locale, code in codes.items()
    }


class _Topics:
    """Sections as topics: one folder name for all languages of a section, and its title in each."""

    def __init__(self, export: _Export, langs: Mapping[str, str]) -> None:
        self._langs = langs
        self._sections = export.by_id("sections")
        self._categories = export.by_id("categories")
        self._titles: dict[tuple[str, str], tuple[str, str, int | None]] = {}
        self._slugs: dict[int, str] = {}
        self._names = {
            (one["source_id"], str(one.get("locale", "")).lower()): one
            for one in export.records["translations"]
            if one.get("source_type") == "Section" and type(one.get("source_id")) is int
        }
        for number, section in self._sections.items():
            slug = slugify(str(section.get("name") or number))
            if slug in self._slugs.values():  # "General" of another category
                category = self._categories.get(section.get("category_id") or 0, {})
                slug = f"{slugify(str(category.get('name') or number))}-{slug}"
            self._slugs[number] = slug if slug not in self._slugs.values() else f"{slug}-{number}"

    def slug(self, article: Mapping[str, Any], locale: str) -> str:
        """The topic of an article; its title in this language is kept for :meth:`add_to`."""
        number = article.get("section_id")
        section = self._sections.get(number) if isinstance(number, int) else None
        if section is None or not isinstance(number, int):
            return GENERAL_TOPIC
        named = self._names.get((number, locale), section)
        title = " ".join(str(named.get("title") or named.get("name") or section.get("name") or "").split())
        description = " ".join(str(named.get("body") or named.get("description") or "").split())
        order = section.get("position")
        key = (self._langs[locale], self._slugs[number])
        self._titles.setdefault(key, (title, description, order if type(order) is int else None))
        return self._slugs[number]

    def add_to(self, destination: Destination) -> None:
        for (lang, slug), (title, description, order) in self._titles.items():
            if title != title_of(slug) or description or order is not None:
                destination.add_topic(f"{lang}/{slug}/_topic.yaml", title, description, order)


def _old_addresses(text: _Text) -> tuple[str, ...]:
    """Where the article stood: with the words of its title, as people link to it, and without."""
    number = text.article["id"]
    bare = f"/hc/{text.locale}/articles/{number}"
    url = str(text.article.get("html_url") or "")
    path = "/" + url.split("://", 1)[1].partition("/")[2] if "://" in url else ""
    if text.locale == str(text.article.get("locale", "")).lower() and path.startswith("/hc/"):
        return tuple(dict.fromkeys((path.partition("?")[0], bare)))
    return (bare,)


def _attachment_names(export: _Export) -> dict[str, str]:
    """The file name of each attachment, by number."""
    return {
        str(one["id"]): str(one.get("file_name") or "")
        for kind in ("article_attachments", "attachments")
        for one in export.records[kind]
        if "id" in one
    }


def _add(
    text: _Text, place: str, lang: str, links: OldLinks, attachments: Attachments, destination: Destination
) -> None:
    try:
        body = to_markdown(text.body)
    except ValueError as error:
        del destination.files[place]
        destination.complain(place, 1, str(error), left_out=True)
        return
    body = attachments.embed(links.rewrite(body, place, lang), place)
    front = {
        "title": text.title,
        "tags": [str(tag) for tag in text.article.get("label_names") or ()],
        "updated": _day(text.updated),
        "status": "draft" if text.draft or text.article.get("draft") is True else None,
        "redirect_from": list(links.place(text.article["id"], lang).old_addresses),
        "zendesk_id": text.article["id"],
        "zendesk_outdated": True if text.outdated else None,
    }
    destination.add_article(place, front, body)


def _day(moment: str) -> Any:
    try:
        return datetime.fromisoformat(moment).date()
    except ValueError:
        return None
