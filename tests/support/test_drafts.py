from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import InvalidDraft
from kb.model import TicketDraft
from kb.support.drafts import SUBJECT_FROM_BODY, validate
from kb.ticket_model import LIMITS

DRAFT = TicketDraft("Mail is gone", "Since Monday.\n\nPlease help.", "Ada", "ada@example.org", "en", "key")


def refused(draft: TicketDraft) -> dict[str, str]:
    with pytest.raises(InvalidDraft) as caught:
        validate(draft)
    return dict(caught.value.fields)


def test_a_good_draft_is_left_as_it_is() -> None:
    assert validate(DRAFT) == DRAFT


def test_everything_wrong_is_said_at_once() -> None:
    wrong = refused(TicketDraft(subject="s" * 201, body=" \n ", name="n" * 101, email=""))
    assert wrong == {
        "email": "email-missing",
        "body": "body-missing",
        "subject": "subject-too-long",
        "name": "name-too-long",
    }


@pytest.mark.parametrize(
    "email",
    [
        "a@b.it",
        "joe.o'brien+tag@sub.example.co.uk",
        "ada@пример.рф",
        "x_y-z@xn--e1afmkfd.xn--p1ai",
        "  a@b.it\n",
    ],
)
def test_a_usable_address_is_accepted(email: str) -> None:
    assert validate(replace(DRAFT, email=email)).email == email.strip()


@pytest.mark.parametrize(
    "email",
    [
        "ada",
        "ada@",
        "@example.org",
        "ada@example",
        "ada@@example.org",
        "ada@exa mple.org",
        "ada@example.org, eve@example.org",
        "ada@example.org\nBcc: eve@example.org",
        "ada@example.org\r\nBcc:eve",
        "Ada <ada@example.org>",
        ".ada@example.org",
        "a..b@example.org",
        "ada@-example.org",
        "ada@example..org",
        "ada@192.0.2.1",
        "-oQ/tmp@example.org",
        "a\0b@example.org",
        "a\u202eb@example.org",
        "a\u200bb@example.org",
        "a" * 65 + "@example.org",
    ],
)
def test_an_unusable_address_is_refused(email: str) -> None:
    assert refused(replace(DRAFT, email=email)) == {"email": "email-invalid"}


@pytest.mark.parametrize("body", ["", "  \r\n\t ", "\u200b", "\0\0", "\u00a0\u2028"])
def test_a_message_that_nobody_can_see_is_missing(body: str) -> None:
    assert refused(replace(DRAFT, body=body))["body"] == "body-missing"


@pytest.mark.parametrize("field", ["subject", "body", "name", "lang", "idempotency_key"])
def test_a_field_may_be_as_long_as_its_limit_and_no_longer(field: str) -> None:
    longest = "x" * LIMITS[field]
    assert getattr(validate(replace(DRAFT, **{field: longest})), field) == longest
    assert refused(replace(DRAFT, **{field: longest + "x"})) == {field: f"{field.replace('_', '-')}-too-long"}


def test_an_address_longer_than_mail_allows_is_refused() -> None:
    email = "a@" + "long-name." * 26 + "org"
    assert refused(replace(DRAFT, email=email)) == {"email": "email-too-long"}


def test_line_breaks_of_a_browser_count_once() -> None:
    body = "x\r\n" * (LIMITS["body"] // 2 - 1) + "xx"
    assert validate(replace(DRAFT, body=body)).body == body.replace("\r\n", "\n")


def test_paragraphs_of_the_message_are_kept() -> None:
    body = validate(replace(DRAFT, body="\r\none\r\n\r\n\ttwo\x00\x1b[31m\rthree\u2028four\n")).body
    assert body == "one\n\n\ttwo[31m\nthree\nfour"


def test_emoji_and_joined_scripts_are_kept() -> None:
    body = "👩\u200d🚀 می\u200cخواهم"
    assert validate(replace(DRAFT, body=body, subject=body, name=body)) == replace(
        DRAFT, body=body, subject=body, name=body
    )


def test_a_missing_subject_is_the_first_words_of_the_message() -> None:
    body = "\n  I cannot sign in any more, the code that I get by text message is refused every time.\nHelp"
    subject = validate(replace(DRAFT, subject=" \n", body=body)).subject
    assert subject == "I cannot sign in any more, the code that I get by text…"
    assert validate(replace(DRAFT, subject="", body="Help me\nplease")).subject == "Help me"


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])), st.characters(categories=["L"]))
def test_a_subject_made_from_the_message_is_there_and_short(words: str, letter: str) -> None:
    subject = validate(replace(DRAFT, subject="", body=words + letter)).subject
    assert 0 < len(subject) <= SUBJECT_FROM_BODY


@given(st.text(), st.text())
def test_no_subject_or_name_can_add_a_header(subject: str, name: str) -> None:
    clean = validate(replace(DRAFT, subject=subject[:200], name=name[:100]))
    for line in (clean.subject, clean.name):
        assert len(line.splitlines()) <= 1
        assert line.encode().decode() == line
        assert not any(ord(character) < 32 for character in line)


def test_an_injected_header_becomes_harmless_words() -> None:
    draft = replace(DRAFT, subject="Hello\r\nBcc: eve@example.org", name="Ada\nX-Spam: no\u2028more\x85end")
    clean = validate(draft)
    assert clean.subject == "Hello Bcc: eve@example.org"
    assert clean.name == "Ada X-Spam: no more end"


@given(st.builds(TicketDraft))
def test_a_valid_draft_stays_valid_and_unchanged(draft: TicketDraft) -> None:
    try:
        clean = validate(replace(draft, email="a@b.it"))
    except InvalidDraft:
        return
    assert validate(clean) == clean
