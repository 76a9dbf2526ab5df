"""The help desks that the settings ask for."""

from __future__ import annotations

import sys

from kb.errors import SettingsError
from kb.settings import Settings
from kb.support.contact_rules import ContactRules
from kb.support.delivery.console import ConsoleDesk
from kb.support.delivery.help_desk import HelpDesk
from kb.support.delivery.letters import address
from kb.support.delivery.mail import REQUESTER, MailDesk, RequesterDesk
from kb.support.delivery.smtp import MailServer
from kb.support.delivery.webhook import WebhookDesk


def told(settings: Settings) -> tuple[str, ...]:
    """The names of the desks that are told of each ticket."""
    return settings.help_desk


def receipts(settings: Settings) -> str:
    """The name of the desk that writes to requesters; empty where no mail can be sent."""
    return REQUESTER if settings.mail_url and settings.mail_receipts else ""


def open_desks(settings: Settings, rules: ContactRules) -> tuple[HelpDesk, ...]:
    """Every desk that may have deliveries.

    :raises SettingsError: something that a desk needs is missing or cannot be used.
    """
    desks: list[HelpDesk] = [_open(name, settings) for name in settings.help_desk]
    if settings.mail_url:
        server = MailServer.at(settings.mail_url)
        desks.append(RequesterDesk(server, _mailbox("mail_from", settings), rules.receipt))
    return tuple(desks)


def _open(name: str, settings: Settings) -> HelpDesk:
    if name == "console":
        return ConsoleDesk(sys.stdout)
    if name == "webhook":
        return WebhookDesk.at(settings.webhook_url, settings.webhook_secret)
    if name == "mail":
        sender, receiver = _mailbox("mail_from", settings), _mailbox("mail_to", settings)
        return MailDesk(MailServer.at(settings.mail_url), sender, receiver, settings.attachments_folder)
    raise SettingsError(f"KB_HELP_DESK names {name!r}; known are mail, webhook and console.")


def _mailbox(name: str, settings: Settings) -> str:
    text: str = getattr(settings, name)
    try:
        address(text)
    except Exception as error:
        raise SettingsError(f"KB_{name.upper()}={text!r} must be an e-mail address.") from error
    return text
