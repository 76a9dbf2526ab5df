"""Files sent along with a message."""

from __future__ import annotations

import io

import pytest
from werkzeug.test import TestResponse

from kb.errors import NotFound, StorageError
from tests.support.hostile_files import FILES, PDF, Hostile, picture
from tests.webapp.conftest import Centre, Page
from tests.webapp.test_contact import ANSWER, TYPED, Visitor, visitor_of


@pytest.fixture
def visitor(centre: Centre) -> Visitor:
    return visitor_of(centre)


def hidden_of(visitor: Visitor) -> dict[str, str]:
    fields = visitor.open()
    return {name: fields[name] for name in ("csrf_token", "key", "began")}


def send(visitor: Visitor, hidden: dict[str, str], *files: tuple[bytes, str]) -> TestResponse:
    chosen = [(io.BytesIO(content), name) for content, name in files]
    return visitor.client.post("/contact", data={**hidden, **TYPED, "files": chosen})


def add(visitor: Visitor, hidden: dict[str, str], *files: tuple[bytes, str], **more: str) -> TestResponse:
    chosen = [(io.BytesIO(content), name) for content, name in files]
    headers = {"X-Requested-With": "fetch"}
    return visitor.client.post("/contact/files", data={**hidden, "files": chosen, **more}, headers=headers)


def test_a_file_goes_with_the_message_and_comes_back_as_a_download(visitor: Visitor) -> None:
    page = Page(visitor.client.get(send(visitor, hidden_of(visitor), (PDF, "invoice.pdf")).location))
    (link,) = [link for link in page.links if "/ticket/file" in link]
    response = visitor.client.get(link)
    assert response.data == PDF
    assert response.mimetype == "application/octet-stream"
    assert response.headers["Content-Disposition"] == "attachment; filename=invoice.pdf"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_files_stay_while_suggestions_are_shown(centre: Centre) -> None:
    answered = visitor_of(centre, ANSWER)
    page = Page(send(answered, hidden_of(answered), (picture(), "screen.png")))
    assert "screen.png" in page.text
    kept = {name: page.fields[name] for name in ("csrf_token", "key", "began", "seen")}
    sent = answered.client.post("/contact", data={**kept, **TYPED})
    assert "screen.png" in Page(answered.client.get(sent.location)).text


def test_a_file_can_be_removed_and_everything_typed_stays(visitor: Visitor) -> None:
    hidden = hidden_of(visitor)
    page = Page(add(visitor, hidden, (PDF, "invoice.pdf")))
    (button,) = [attributes for tag, attributes in page.tags if tag == "button"]
    data = {**hidden, **TYPED, "remove": button["value"]}
    response = visitor.client.post("/contact/files", data=data)
    assert "invoice.pdf" not in Page(response).text
    assert Page(response).fields["subject"] == TYPED["subject"]


def test_this_solved_it_keeps_no_file(visitor: Visitor) -> None:
    hidden = hidden_of(visitor)
    add(visitor, hidden, (PDF, "a.pdf"))
    (taken,) = visitor.desk.attachments.of_session(hidden["key"])
    kept = {name: hidden[name] for name in ("csrf_token", "key")}
    visitor.client.post("/contact/solved", data=kept)
    assert visitor.desk.attachments.of_session(hidden["key"]) == ()
    with pytest.raises(NotFound):
        visitor.desk.attachments.read(taken)


def test_a_refused_file_says_why_and_the_rest_is_kept(visitor: Visitor) -> None:
    response = send(visitor, hidden_of(visitor), (PDF, "good.pdf"), (b"MZ\0\0", "b<a>d.png"))
    page = Page(response)
    assert response.status_code == 400
    assert "b<a>d.png: We cannot take this kind of file" in page.text
    assert "good.pdf" in page.text
    assert page.fields["email"] == TYPED["email"]
    assert visitor.desk.tickets_sent == {}


@pytest.mark.parametrize(
    ("lang", "kind", "empty"),
    [
        ("en", "We cannot take this kind of file", "This file is empty"),
        ("it", "Non possiamo accettare questo tipo di file", "Questo file è vuoto"),
        ("ru", "Такой файл мы принять не можем", "Этот файл пуст"),
    ],
)
def test_every_refused_file_is_named_with_its_reason(
    visitor: Visitor, lang: str, kind: str, empty: str
) -> None:
    hidden = hidden_of(visitor)
    files = [(b"MZ\0\0", "bad.png"), (b"", "none.txt"), (PDF, "good.pdf"), (b"MZ\0\0", "worse.pdf")]
    data = {**hidden, **TYPED, "files": [(io.BytesIO(content), name) for content, name in files]}
    page = Page(visitor.client.post(f"/contact?lang={lang}", data=data))
    for told in (f"bad.png: {kind}", f"none.txt: {empty}", f"worse.pdf: {kind}"):
        assert page.text.count(told) == 2, "beside the field, and above the form"
    assert page.text.index("bad.png") < page.text.index("none.txt") < page.text.index("worse.pdf")


@pytest.mark.parametrize("hostile", [one for one in FILES if not one.stored], ids=lambda one: one.title)
def test_a_hostile_file_is_refused_with_a_reason(visitor: Visitor, hostile: Hostile) -> None:
    response = add(visitor, hidden_of(visitor), (hostile.content, hostile.name))
    assert response.status_code == 400
    assert 'class="wrong"' in Page(response).html


def test_a_file_of_another_ticket_is_out_of_reach(visitor: Visitor) -> None:
    first = Page(visitor.client.get(send(visitor, hidden_of(visitor), (PDF, "a.pdf")).location))
    second = send(visitor, hidden_of(visitor), (PDF, "b.pdf")).location
    (link,) = [link for link in first.links if "/ticket/file" in link]
    key = second.partition("key=")[2].partition("&")[0]
    stolen = link.partition("id=")[2]
    for path in (f"/contact/ticket/file?key={key}&id={stolen}", f"/contact/ticket/file?key=x&id={stolen}"):
        assert visitor.client.get(path).status_code == 404


def test_files_need_our_form(visitor: Visitor) -> None:
    response = add(visitor, {"csrf_token": "forged", "key": hidden_of(visitor)["key"]}, (PDF, "a.pdf"))
    assert response.status_code == 400


def test_the_thirty_first_file_in_ten_minutes_has_to_wait_and_everything_typed_stays(
    visitor: Visitor,
) -> None:
    hidden = hidden_of(visitor)
    for _ in range(30):
        add(visitor, hidden, (b"not a picture", "a.png"))
    response = send(visitor, hidden, (PDF, "a.pdf"))
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 600
    page = Page(response)
    assert page.fields["subject"] == TYPED["subject"]
    assert "a.pdf: That is a lot of files in a short time." in page.text


def test_more_than_all_files_may_have_is_413(visitor: Visitor) -> None:
    response = visitor.client.post(
        "/contact/files",
        input_stream=io.BytesIO(b"--x--"),
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(51 * 1024 * 1024)},
    )
    assert response.status_code == 413


def test_a_full_disk_is_said_kindly(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise StorageError("No space left on device")

    monkeypatch.setattr(visitor.desk.attachments, "accept", refuse)
    response = send(visitor, hidden_of(visitor), (PDF, "a.pdf"))
    assert response.status_code == 503
    page = Page(response)
    assert page.fields["subject"] == TYPED["subject"]
    assert "a.pdf: This file could not be kept; the fault is ours. Choose it again" in page.text
