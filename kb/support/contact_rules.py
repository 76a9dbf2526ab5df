"""What ``contact.toml`` says: categories, the details an agent needs, the limits. Read once, when first needed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from limits import RateLimitItem, parse

from kb.errors import SettingsError
from kb.support.receipt_texts import ReceiptTexts
from kb.support.wording import SHAPES, shapes_pattern, words_pattern
from kb.ticket_model import Category
from kb.toml_table import Localised, TomlTable

FILE_NAME = "contact.toml"
_SHIPPED = Path(__file__).with_name(FILE_NAME)
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_PREFIX = re.compile(r"[A-Z]{1,4}")


@dataclass(frozen=True, slots=True)
class Detail:
    """Something an agent will need, and how to tell that a message has it."""

    id: str
    label: Localised
    example: Localised
    words: re.Pattern[str]
    shapes: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one visitor may send before being asked to wait."""

    tickets: RateLimitItem
    messages: RateLimitItem
    """Added to tickets."""
    suggestions: RateLimitItem
    files: RateLimitItem
    votes: RateLimitItem
    """On whether articles helped, reasons and comments included."""
    per_address: int
    """How many times what one session may send all those of a network address may."""
    links: int
    """Links in a first message beyond which a person looks at it first."""
    fastest: int
    """Seconds from the form's opening; who is quicker did not write."""


@dataclass(frozen=True, slots=True)
class ContactRules:
    """One help centre's rules for its contact form."""

    prefix: str
    categories: tuple[Category, ...]
    fallback: Category
    """Of a message that names no category."""
    details: tuple[Detail, ...]
    vague: re.Pattern[str]
    subject_example: Localised
    urgent: re.Pattern[str]
    limits: Limits
    receipt: ReceiptTexts

    @classmethod
    def load(cls, folders: Sequence[Path]) -> ContactRules:
        """The rules of the first folder that has a ``contact.toml``; what it leaves out is as in the shipped one.

        :raises SettingsError: the file cannot be read, or one of its keys cannot be used.
        """
        shipped = TomlTable.read(_SHIPPED)
        path = next((folder / FILE_NAME for folder in folders if (folder / FILE_NAME).is_file()), None)
        if path is None:
            return _rules(shipped)
        return _rules(TomlTable(path, {**shipped.table, **TomlTable.read(path).table}))

    def category(self, category_id: str) -> Category:
        """The category with that id; the fallback for any other."""
        return next((one for one in self.categories if one.id == category_id), self.fallback)


def _rules(keys: TomlTable) -> ContactRules:
    keys.only(
        "reference_prefix",
        "queue",
        "reply",
        "needs",
        "urgent_words",
        "subject",
        "limits",
        "receipt",
        "details",
        "categories",
    )
    subject = keys.inner("subject")
    subject.only("example", "vague")
    details = tuple(_detail(table) for table in keys.tables("details"))
    known = [detail.id for detail in details]
    fallback = Category(
        id="",
        queue=keys.text("queue", "support"),
        reply=keys.localised("reply"),
        details=_known(keys, "needs", known),
    )
    return ContactRules(
        prefix=_prefix(keys),
        categories=tuple(_category(table, known, fallback) for table in keys.tables("categories")),
        fallback=fallback,
        details=details,
        vague=words_pattern(subject.words("vague")),
        subject_example=subject.localised("example"),
        urgent=words_pattern(keys.words("urgent_words")),
        limits=_limits(keys.inner("limits")),
        receipt=_receipt(keys.inner("receipt")),
    )


def _receipt(keys: TomlTable) -> ReceiptTexts:
    keys.only("subject", "body", "reply")
    return ReceiptTexts(keys.localised("subject"), keys.localised("body"), keys.localised("reply"))


def _category(keys: TomlTable, known: Sequence[str], fallback: Category) -> Category:
    keys.only("id", "label", "queue", "reply", "needs", "topics", "urgent")
    return Category(
        id=_id(keys),
        label=keys.localised("label"),
        queue=keys.text("queue") or fallback.queue,
        reply=keys.localised("reply") or fallback.reply,
        details=_known(keys, "needs", known) or fallback.details,
        topics=keys.texts("topics"),
        urgent=keys.flag("urgent"),
    )


def _detail(keys: TomlTable) -> Detail:
    keys.only("id", "label", "example", "words", "shapes", "formats")
    return Detail(
        id=_id(keys),
        label=keys.localised("label"),
        example=keys.localised("example"),
        words=words_pattern(keys.words("words")),
        shapes=shapes_pattern(_known(keys, "shapes", list(SHAPES)), keys.texts("formats")),
    )


def _limits(keys: TomlTable) -> Limits:
    keys.only("tickets", "messages", "suggestions", "files", "votes", "per_address", "links", "fastest")
    return Limits(
        tickets=_rate(keys, "tickets", "5 per 10 minutes"),
        messages=_rate(keys, "messages", "20 per 10 minutes"),
        suggestions=_rate(keys, "suggestions", "60 per minute"),
        files=_rate(keys, "files", "30 per 10 minutes"),
        votes=_rate(keys, "votes", "60 per 10 minutes"),
        per_address=keys.whole_number("per_address", 3, least=1),
        links=keys.whole_number("links", 3),
        fastest=keys.whole_number("fastest", 3),
    )


def _rate(keys: TomlTable, name: str, default: str) -> RateLimitItem:
    try:
        return parse(keys.text(name, default))
    except ValueError as error:
        raise keys.wrong(name, 'must be written like "5 per 10 minutes"') from error


def _known(keys: TomlTable, name: str, known: Sequence[str]) -> tuple[str, ...]:
    found = keys.texts(name)
    if unknown := set(found).difference(known):
        raise keys.wrong(name, f"names {', '.join(sorted(unknown))}; known are {', '.join(known)}")
    return found


def _id(keys: TomlTable) -> str:
    found = keys.text("id")
    if not _ID.fullmatch(found):
        raise keys.wrong("id", "must be a short name of small letters, digits and hyphens")
    return found


def _prefix(keys: TomlTable) -> str:
    found = keys.text("reference_prefix", "T")
    if not _PREFIX.fullmatch(found):
        raise SettingsError(f"{keys.path}: reference_prefix must be one to four capital letters, such as T.")
    return found
