"""Every setting, its default and its ``KB_*`` variable. The environment is read here and nowhere else."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from kb.errors import SettingsError


def _folders(text: str) -> tuple[Path, ...]:
    return tuple(Path(part) for part in text.split(os.pathsep) if part)


def _words(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _flag(text: str) -> bool:
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"0", "false", "no", "off", ""}:
        return False
    raise ValueError(f"{text!r} is neither yes nor no")


_READERS: Mapping[str, Callable[[str], Any]] = {
    "Path": Path,
    "str": str,
    "int": int,
    "float": float,
    "bool": _flag,
    "tuple[Path, ...]": _folders,
    "tuple[str, ...]": _words,
}


_KINDS: Mapping[str, str] = {"int": "a whole number", "float": "a number", "bool": "yes or no"}
_RANGES = (
    ("port", 1, 65535),
    ("workers", 1, 64),
    ("threads", 1, 256),
    ("trusted_proxies", 0, 16),
    ("suggestion_threshold", 0.0, 1.0),
    ("lock_timeout", 0.0, 86_400.0),
    ("attachments_quota", 0, 10_000_000),
    ("retention_days", 0, 36_500),
    ("recontact_days", 1, 30),
    ("semantic_budget", 1, 60_000),
)
_PUBLIC_URL = re.compile(r"https?://[\w.:\[\]-]+/?")
_LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(-[a-z]{2,4})?")


@dataclass(frozen=True, slots=True)
class Settings:
    """How one knowledge base is run. Each field is read from ``KB_<NAME>``; docs/settings.md explains each."""

    data: Path = Path("data")
    """Where the index, the database and the article images are kept."""
    articles: tuple[Path, ...] = (Path("articles"),)
    """Folders of Markdown, separated by ``:`` (``;`` on Windows)."""
    language: str = "en"
    """The language of a visitor, or of an article, that nothing says otherwise about."""
    languages: tuple[str, ...] = ("en", "it", "ru")
    """The languages the site is offered in, comma-separated."""
    database_url: str = ""
    """An SQLAlchemy URL; empty means ``sqlite:///<data>/kb.db``."""
    secret_key: str = ""
    """Signs forms and cookies; empty means a random one, made once and kept in ``<data>/secret_key``."""
    public_url: str = ""
    """Where visitors reach the site, such as ``https://help.example.org``; empty: as each request says."""
    host: str = "127.0.0.1"
    """The address ``kb serve`` listens on."""
    port: int = 8000
    """The port ``kb serve`` listens on."""
    workers: int = 2
    """Web server processes."""
    threads: int = 4
    """Threads in each web server process."""
    trusted_proxies: int = 0
    """How many reverse proxies in front of the site set ``X-Forwarded-For``."""
    secure_cookies: bool = False
    """Set to ``yes`` where the site is served over HTTPS."""
    suggestion_threshold: float = 0.0
    """The least confidence a suggestion needs; 0 means the calibrated one that ships with the project."""
    lock_timeout: float = 60.0
    """Seconds a second ``kb index`` waits for the first."""
    semantic_model: str = ""
    """The folder of a sentence encoder (Sentence-Transformers, with an ONNX file); empty: words alone."""
    semantic_languages: tuple[str, ...] = ()
    """The languages it is used for, comma-separated; empty: those it knows."""
    semantic_budget: int = 40
    """Milliseconds a search waits for it; what comes later is searched by words alone."""

    help_desk: tuple[str, ...] = ()
    """Who is told of tickets besides the built-in queue, comma-separated: ``mail``, ``webhook``, ``console``."""
    mail_url: str = ""
    """The mail server: ``smtp+starttls://user:password@host:587``, ``smtps://…:465`` or ``smtp://localhost:25``."""
    mail_from: str = ""
    """The address mails are sent from."""
    mail_to: str = ""
    """The address of the help desk that mails with tickets go to."""
    mail_receipts: bool = True
    """Whether requesters get a copy by mail, where ``mail_url`` is set."""
    webhook_url: str = ""
    """Where tickets are posted to as JSON."""
    webhook_secret: str = ""
    """Signs what is posted, so that the receiver can tell that it comes from here."""
    attachments_quota: int = 2000
    """Megabytes that all attachments together may take."""
    retention_days: int = 730
    """Days that solved and closed tickets, the contact form's figures, the search log and readers' comments are kept;
    0 keeps them for ever."""
    recontact_days: int = 3
    """Days within which a return of the same visitor takes back a "this solved it"."""

    def __post_init__(self) -> None:
        """:raises SettingsError: a value is out of its range."""
        for name, least, most in _RANGES:
            value = getattr(self, name)
            if not least <= value <= most:
                raise SettingsError(f"KB_{name.upper()}={value} is not between {least} and {most}.")
        if self.public_url and not _PUBLIC_URL.fullmatch(self.public_url):
            raise SettingsError(
                f"KB_PUBLIC_URL={self.public_url} is not an address such as https://help.example.org"
            )
        for code in (self.language, *self.languages):
            if not _LANGUAGE_CODE.fullmatch(code):
                raise SettingsError(
                    f"{code!r} is not a language code such as en: check KB_LANGUAGE, KB_LANGUAGES."
                )

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """The settings that the environment asks for.

        :raises SettingsError: a variable's value cannot be read, or no setting has its name.
        """
        environ = os.environ if environ is None else environ
        known = {f"KB_{field.name.upper()}": field for field in fields(cls)}
        values: dict[str, Any] = {}
        for name, text in environ.items():
            if not name.startswith("KB_") or name in _NOT_SETTINGS:
                continue
            if name not in known:
                raise SettingsError(f"{name} is not a setting. Known: {', '.join(sorted(known))}.")
            field = known[name]
            try:
                values[field.name] = _READERS[str(field.type)](text)
            except ValueError as error:
                raise SettingsError(
                    f"{name}={text!r} is not {_KINDS.get(str(field.type), 'usable')}."
                ) from error
        return cls(**values)

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{self.data.resolve() / 'kb.db'}"

    @property
    def index_folder(self) -> Path:
        return self.data / "index"

    @property
    def vector_cache(self) -> Path:
        """The file of vectors already computed."""
        return self.data / "vectors.sqlite"

    @property
    def attachments_folder(self) -> Path:
        return self.data / "attachments"

    @property
    def confidence_file(self) -> Path:
        """What ``kb calibrate`` fitted for this site."""
        return self.data / "confidence.json"

    @property
    def media_folder(self) -> Path:
        return self.data / "media"


_NOT_SETTINGS = {"KB_TEST_DATA"}
"""Read by the tests and benchmarks, not by the product."""
