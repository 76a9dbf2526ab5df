"""Who counts as one visitor, behind proxies and over IPv6."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import request

from tests.webapp.conftest import Centre
from webapp import create_app
from webapp.contact.visitor import client


@pytest.mark.parametrize(
    ("address", "visitor"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:aaaa:bbbb:cccc:dddd", "2001:db8:1:2::"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", ""),
    ],
)
def test_a_household_is_one_visitor(centre: Centre, address: str, visitor: str) -> None:
    app = create_app(centre.settings, centre.kb)
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": address}):
        assert client() == visitor


@pytest.mark.parametrize(("proxies", "visitor"), [(0, "10.0.0.1"), (1, "203.0.113.9"), (2, "198.51.100.7")])
def test_only_trusted_proxies_say_who_the_visitor_is(centre: Centre, proxies: int, visitor: str) -> None:
    app = create_app(replace(centre.settings, trusted_proxies=proxies), centre.kb)
    app.add_url_rule("/who", view_func=lambda: client() or str(request.remote_addr))
    forwarded = {"X-Forwarded-For": "198.51.100.7, 203.0.113.9"}
    found = app.test_client().get("/who", headers=forwarded, environ_base={"REMOTE_ADDR": "10.0.0.1"})
    assert found.text == visitor
