from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient


def test_search_has_the_shape_of_the_command_line(client: FlaskClient) -> None:
    found = client.get("/api/search?q=HM-1008").json
    assert found is not None
    assert set(found) == {
        *("query", "total", "hits", "did_you_mean", "corrected", "lang", "nearest", "counts", "expansions")
    }
    hit = found["hits"][0]
    assert set(hit) == {
        *("id", "title", "url", "kind", "lang", "topic", "score", "section", "snippet", "updated")
    }
    assert (hit["id"], hit["url"]) == ("en/sign-in/locked", "/articles/en/sign-in/locked")
    start, end = hit["snippet"]["spans"][0]
    assert hit["snippet"]["text"][start:end] == "HM-1008"


def test_search_explains_on_demand(client: FlaskClient) -> None:
    found = client.get("/api/search?q=HM-1008&explain=1").json
    assert found is not None
    matches = [{**match, "score": None} for match in found["hits"][0]["matches"]]
    assert {"term": "hm-1008", "field": "body", "score": None, "typed": None} in matches


def test_completion_continues_a_title(client: FlaskClient) -> None:
    found = client.get("/api/complete?q=get+a+ref").json
    assert found is not None
    assert {
        "title": "Get a refund",
        "url": "/articles/en/billing/refund",
        "kind": "article",
        "lang": "en",
    } in found["completions"]


def test_nothing_typed_completes_to_nothing(client: FlaskClient) -> None:
    assert client.get("/api/complete?q=").json == {"query": "", "completions": []}


def test_suggestions_come_from_a_message_as_form_or_as_json(client: FlaskClient) -> None:
    message = {"subject": "refund", "body": "I want a refund for my yearly plan within 30 days"}
    as_form, as_json = client.post("/api/suggest", data=message), client.post("/api/suggest", json=message)
    assert as_form.json is not None
    assert set(as_form.json) == {"suggestions", "abstained"}
    assert as_form.json == as_json.json


@pytest.mark.parametrize("body", ["[]", '"text"', "3", "null", '{"subject": [1], "body": null}'])
def test_json_of_another_shape_is_no_server_error(client: FlaskClient, body: str) -> None:
    response = client.post("/api/suggest", data=body, content_type="application/json")
    assert response.status_code == 200


def test_suggestions_are_limited_like_those_of_the_form(client: FlaskClient) -> None:
    somebody = {"REMOTE_ADDR": "192.0.2.77"}  # whose posts count for nobody else
    asked = [client.post("/api/suggest", json={}, environ_base=somebody) for _ in range(61)]
    statuses, refused = [response.status_code for response in asked], asked[60]
    assert set(statuses[:60]) == {200}
    assert (statuses[60], refused.json) == (429, {"error": "too-many", "status": 429})
    assert 1 <= int(refused.headers["Retry-After"]) <= 60


@pytest.mark.parametrize("body", ["{", "[" * 100_000])
def test_broken_json_is_400(client: FlaskClient, body: str) -> None:
    assert client.post("/api/suggest", data=body, content_type="application/json").status_code == 400


def test_message_is_never_taken_from_the_address(client: FlaskClient) -> None:
    assert client.get("/api/suggest?subject=x&body=y").status_code == 405


def test_missing_index_is_503_as_json(unindexed: Flask) -> None:
    response = unindexed.test_client().get("/api/search?q=x")
    assert (response.status_code, response.json) == (503, {"error": "preparing", "status": 503})


def test_letters_are_sent_as_they_are(client: FlaskClient) -> None:
    answer = client.get("/api/search?q=вход&lang=ru")
    assert "вход" in answer.get_data(as_text=True)
    assert answer.mimetype == "application/json"
