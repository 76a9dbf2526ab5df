"""What protects visitors on every response, and the key that signs what they carry."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer

from kb.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

LARGEST_BODY = 256 * 1024
"""Bytes of a request; the longest message a form accepts is a fraction of it."""

_YEAR = 365 * 24 * 3600


def init_app(app: Flask, settings: Settings) -> None:
    """Set the signing key, the cookie rules, the size limit and the headers."""
    app.config.update(
        SECRET_KEY=settings.secret_key or _kept_key(settings.data / "secret_key"),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_PARTS=50,
        WTF_CSRF_TIME_LIMIT=None,  # a message may take hours to write; the token dies with the session
    )

    app.session_interface = _Sessions()
    headers = dict(HEADERS)
    if settings.secure_cookies:  # the site is said to be served over HTTPS
        headers["Strict-Transport-Security"] = f"max-age={_YEAR}"
    app.wsgi_app = _Protected(app.wsgi_app, headers)  # type: ignore[method-assign]  # as Flask documents it


class _Sessions(SecureCookieSessionInterface):
    """Flask's sessions with one serializer, where Flask makes one for every request, and no work without a cookie."""

    _signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self._signer is None:
            self._signer = super().get_signing_serializer(app)
        return self._signer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return (
            super().open_session(app, request) if "HTTP_COOKIE" in request.environ else self.session_class()
        )

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session or session.accessed or session.modified:
            super().save_session(app, session, response)


class _Protected:
    """WSGI middleware: adds headers to each response that does not set them itself.

    WSGI's headers are a plain list, which takes a tenth of the time of adding them to a response of Flask's.
    """

    def __init__(self, serve: WSGIApplication, headers: Mapping[str, str]) -> None:
        self._serve = serve
        self._headers = [(name.lower(), (name, value)) for name, value in headers.items()]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, given: list[tuple[str, str]], *error: Any) -> Any:
            names = {name.lower() for name, _ in given}
            missing = [header for name, header in self._headers if name not in names]
            return start_response(status, given + missing, *error)

        return self._serve(environ, start)


def _kept_key(path: Path) -> str:
    """The key in ``path``; made once, whole and readable by its owner only, however many processes start."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".secret_key-")  # mkstemp makes it 0600
        fresh = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(48))
                file.flush()
                os.fsync(file.fileno())
            os.link(fresh, path)  # fails when another process was first: then its key counts
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii").strip()
