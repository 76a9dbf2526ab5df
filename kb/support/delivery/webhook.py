"""A help desk behind an address: tickets are posted as JSON, signed after the Standard Webhooks specification."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from kb.errors import HelpDeskError, SettingsError
from kb.support.delivery.help_desk import Parcel
from kb.support.delivery.record import parcel_record

TIMEOUT = 20.0
"""Seconds that the receiver may take for each step."""
_TRY_AGAIN = {408, 409, 425, 429}
"""Client errors that say "later", not "never"."""
_LONGEST_ANSWER = 10_000
_KEY_PREFIX = "whsec_"


class _NoRedirects(HTTPRedirectHandler):
    """A signed ticket goes to the address that was configured and nowhere else."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


@dataclass(frozen=True, slots=True)
class WebhookDesk:
    """Posts each parcel to ``url``."""

    url: str
    secret: bytes
    timeout: float = TIMEOUT
    now: Callable[[], float] = time.time
    name: str = "webhook"

    @classmethod
    def at(cls, url: str, secret: str) -> WebhookDesk:
        """:raises SettingsError: the address or the secret cannot be used."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise SettingsError("KB_WEBHOOK_URL must begin with https:// (or http://) and name a host.")
        if not secret:
            raise SettingsError("KB_WEBHOOK_SECRET is empty: receivers could not tell who posts. Set it.")
        return cls(url, _key(secret))

    def deliver(self, parcel: Parcel) -> None:
        """:raises HelpDeskError: the receiver did not answer that it took it over."""
        body = json.dumps(parcel_record(parcel), ensure_ascii=False).encode()
        request = Request(self.url, body, self._headers(parcel.delivery.key, body), method="POST")  # noqa: S310
        opener = build_opener(ProxyHandler({}), _NoRedirects)
        try:
            with opener.open(request, timeout=self.timeout) as response:
                response.read(_LONGEST_ANSWER)
        except HTTPError as error:
            with error:
                raise _refusal(error) from error
        except (URLError, OSError, HTTPException) as error:
            reason = getattr(error, "reason", error)
            raise HelpDeskError(
                f"The webhook cannot be reached or broke off: {type(reason).__name__}."
            ) from error

    def _headers(self, key: str, body: bytes) -> dict[str, str]:
        moment = str(int(self.now()))
        return {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "kb-help-centre",
            "webhook-id": key,
            "webhook-timestamp": moment,
            "webhook-signature": f"v1,{sign(self.secret, key, moment, body)}",
        }


def sign(secret: bytes, key: str, moment: str, body: bytes) -> str:
    """Base64 of HMAC-SHA256 over ``id.timestamp.body`` (Standard Webhooks 1.0, "Signature scheme")."""
    signed = b".".join((key.encode(), moment.encode(), body))
    return base64.b64encode(hmac.digest(secret, signed, "sha256")).decode()


def _key(secret: str) -> bytes:
    if not secret.startswith(_KEY_PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(_KEY_PREFIX), validate=True)
    except binascii.Error as error:
        raise SettingsError(
            "KB_WEBHOOK_SECRET begins with whsec_, but what follows is not base64."
        ) from error


def _refusal(error: HTTPError) -> HelpDeskError:
    for_good = error.code < 500 and error.code not in _TRY_AGAIN
    wait = error.headers.get("Retry-After", "")
    return HelpDeskError(
        f"The webhook answers {error.code}.",
        permanent=for_good,
        retry_after=min(int(wait), 86_400) if wait.isascii() and wait.isdigit() else 0,
    )
