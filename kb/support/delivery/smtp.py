"""A mail server by URL. What ``smtplib`` raises ends here."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from kb.errors import HelpDeskError, SettingsError

_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_FOR_GOOD = 500
"""RFC 5321, 4.2.1: replies from here on will be the same next time, smaller ones may not."""
TIMEOUT = 30.0
"""Seconds that the server may take for each step."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in. ``repr`` hides the password."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    timeout: float = TIMEOUT

    def __repr__(self) -> str:
        return f"MailServer({self.scheme}://{self.host}:{self.port})"

    @classmethod
    def at(cls, url: str, timeout: float = TIMEOUT) -> MailServer:
        """:raises SettingsError: that is not the address of a mail server."""
        try:
            parts = urlsplit(url)
            usual = _PORTS[parts.scheme]
            port = parts.port or usual
        except (ValueError, KeyError):
            port = 0
        if not port or not parts.hostname:
            raise SettingsError(
                "KB_MAIL_URL is not the address of a mail server. Write it like "
                "smtp+starttls://user:password@mail.example.org:587, smtps://… or smtp://localhost:25."
            )
        return cls(
            parts.scheme,
            parts.hostname,
            port,
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            timeout,
        )

    def send(self, message: EmailMessage) -> None:
        """Hand a message in; when this returns the server has taken it over.

        :raises HelpDeskError: it has not.
        """
        try:
            with self._connected() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code = min(reply[0] for reply in error.recipients.values())
            raise HelpDeskError(
                f"{self} refuses the recipient ({code}).", permanent=code >= _FOR_GOOD
            ) from error
        except smtplib.SMTPNotSupportedError as error:
            raise HelpDeskError(f"{self} cannot do what is needed: {error}", permanent=True) from error
        except smtplib.SMTPAuthenticationError as error:  # mended in the settings, not by giving up
            raise HelpDeskError(f"{self} refuses the user or password ({error.smtp_code}).") from error
        except smtplib.SMTPResponseException as error:
            refused = isinstance(error, smtplib.SMTPDataError | smtplib.SMTPSenderRefused)
            raise HelpDeskError(
                f"{self} answers {error.smtp_code}.", permanent=refused and error.smtp_code >= _FOR_GOOD
            ) from error
        except (OSError, smtplib.SMTPException) as error:
            raise HelpDeskError(f"{self} cannot be reached or broke off: {type(error).__name__}.") from error

    def _connected(self) -> smtplib.SMTP:
        if self.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=self.timeout, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            if self.scheme == "smtp+starttls":
                server.starttls(context=ssl.create_default_context())
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server
