from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.model import TicketDraft
from kb.support.coach import advise
from kb.support.contact_rules import ContactRules

RULES = ContactRules.load(())


def present(body: str, category: str = "", subject: str = "") -> set[str]:
    advice = advise(TicketDraft(subject, body, category=category), RULES)
    return {detail.id for detail in advice.details if detail.present}


def test_an_empty_message_has_nothing() -> None:
    assert present("") == set()


@pytest.mark.parametrize(
    "body",
    [
        "Since Tuesday my iPhone shows “cannot connect”. I restarted it. I would like to read my mail.",
        "Da martedì l'iPhone mostra «impossibile connettersi». L'ho riavviato. Vorrei leggere la posta.",
        "Со вторника айфон показывает «нет соединения». Я перезагрузил его. Хочу читать почту.",
    ],
)
def test_a_good_message_ticks_everything_in_every_language(body: str) -> None:
    assert present(body) == {"error", "device", "since", "tried", "wanted"}


@pytest.mark.parametrize(
    ("detail", "text"),
    [
        ("error", "it fails with 0x80070005"),
        ("error", "HM-4003 appears"),
        ("error", "ERR_CONNECTION_RESET"),
        ("error", "error 550"),
        ("error", "ошибка 550"),
        ("device", "on my Samsung"),
        ("device", "dal cellulare"),
        ("device", "на телефоне"),
        ("since", "at 10:15 this happened"),
        ("since", "on 3/11"),
        ("since", "два дня назад"),
        ("since", "ieri sera"),
        ("tried", "we reinstalled the app"),
        ("tried", "ho già riavviato"),
        ("tried", "перезагружала"),
        ("wanted", "please refund me"),
        ("wanted", "верните деньги"),
    ],
)
def test_a_detail_is_recognised(detail: str, text: str) -> None:
    assert detail in present(text)


@pytest.mark.parametrize(
    ("detail", "text"),
    [
        ("error", "it does not work at all"),
        ("device", "my pineapple"),
        ("device", "epic story"),
        ("since", "it never works"),
        ("tried", "I do not know"),
    ],
)
def test_a_detail_that_is_not_there_is_not_ticked(detail: str, text: str) -> None:
    assert detail not in present(text)


def test_a_category_asks_for_its_own_details() -> None:
    billing = advise(TicketDraft("", "invoice 20261123", category="billing"), RULES)
    assert [detail.id for detail in billing.details] == ["order", "since", "wanted"]
    assert [detail.present for detail in billing.details] == [True, False, False]


@pytest.mark.parametrize(
    "subject",
    ["Problem", "HELP!!!", "Help me please", "Проблема", "Помогите, пожалуйста", "Aiuto", "non funziona"],
)
def test_a_vague_subject_is_noticed(subject: str) -> None:
    assert advise(TicketDraft(subject, ""), RULES).vague_subject


@pytest.mark.parametrize(
    "subject", ["", "Code does not arrive", "Non arriva il codice", "Не приходит код", "!!!"]
)
def test_a_subject_that_says_something_is_left_alone(subject: str) -> None:
    assert not advise(TicketDraft(subject, ""), RULES).vague_subject


def test_secrets_are_noticed_while_writing() -> None:
    assert advise(TicketDraft("", "password: hunter22"), RULES).secrets == ("password",)


@given(st.text(), st.text(), st.text())
def test_advice_is_total(subject: str, body: str, category: str) -> None:
    advise(TicketDraft(subject, body, category=category), RULES)
