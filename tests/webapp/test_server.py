from __future__ import annotations

import gc
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import pytest

from kb.errors import SettingsError
from tests.webapp.conftest import Centre
from webapp.inputs import LONGEST_QUERY
from webapp.server import loaded, serve


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """The site as a program of its own."""

    def __init__(self, centre: Centre, port: int, workers: int = 2) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        settings = {
            "KB_DATA": str(centre.settings.data),
            "KB_ARTICLES": str(centre.settings.articles[0]),
            "KB_WORKERS": str(workers),
            "KB_THREADS": "1",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "webapp", "--port", str(port)],
            env={**os.environ, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def get(self, path: str) -> int:
        try:
            with urllib.request.urlopen(self.url + path, timeout=30) as response:
                status: int = response.status
                return status
        except urllib.error.HTTPError as error:
            error.close()
            return error.code

    def wait(self) -> None:
        for _ in range(300):
            try:
                if self.get("/healthz") == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("The server did not start.")

    def stop(self) -> str:
        """End it kindly; what it had printed."""
        self.process.send_signal(signal.SIGTERM)
        printed, _ = self.process.communicate(timeout=40)
        return printed

    def kill(self) -> None:
        """End it, unless it has ended."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()


@pytest.fixture
def server(centre: Centre) -> Iterator[Server]:
    started = Server(centre, free_port())
    try:
        started.wait()
        yield started
    finally:
        started.kill()


def test_server_answers_says_where_and_ends_when_told(server: Server) -> None:
    assert server.get("/articles/en/sign-in/lost-phone") == 200
    assert server.get("/readyz") == 200
    assert server.get("/none") == 404
    printed = server.stop()
    assert (
        f"Help Centre: {server.url}/ (Ctrl-C ends it)" in printed.splitlines()[:2]
    )  # the first may be that it compiles
    assert server.process.returncode == 0


def test_the_longest_search_of_any_script_fits_into_an_address(server: Server) -> None:
    assert server.get("/search?lang=en&q=" + quote("東" * LONGEST_QUERY)) == 200


def sent(port: int, text: bytes) -> socket.socket:
    """A visitor's connection, on which something was sent."""
    visitor = socket.create_connection(("127.0.0.1", port), timeout=10)
    visitor.sendall(text)
    return visitor


def test_visitors_who_stop_half_way_keep_nobody_waiting(server: Server) -> None:
    page = b"GET /articles/en/sign-in/lost-phone HTTP/1.1\r\nHost: localhost\r\n\r\n"
    halves = [
        b"G",
        b"GET /search?q=phone HTTP/1.1\r\nHo",
        b"POST /contact HTTP/1.1\r\nContent-Length: 99\r\n\r\nsubject=",
        b"POST /contact HTTP/1.1\r\nContent-Length: 1000000\r\n\r\nsubject=",
        page + page[:20],
    ]
    with ExitStack() as visitors:
        slow = [visitors.enter_context(sent(server.port, half)) for half in 4 * halves]
        time.sleep(0.5)
        began = time.perf_counter()
        for path in ("/search?q=phone", "/articles/en/sign-in/lost-phone", "/contact"):
            assert server.get(path) == 200
        assert time.perf_counter() - began < 5
        slow[1].sendall(b"st: localhost\r\n\r\n")
        assert slow[1].recv(100).startswith(b"HTTP/1.1 200 OK")
        slow[2].sendall(bytes(99 - len("subject=")))
        assert slow[2].recv(100).startswith(b"HTTP/1.1 4")


def test_a_visitor_who_takes_no_answers_keeps_nobody_from_searching(centre: Centre) -> None:
    server = Server(centre, free_port(), workers=1)
    try:
        server.wait()
        with ExitStack() as visitors:
            for _ in range(20):  # asks again and again, and takes none of the answers
                deaf = visitors.enter_context(socket.socket())
                deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
                deaf.connect(("127.0.0.1", server.port))
                deaf.sendall(b"GET /search?q=printer&explain=1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            time.sleep(0.5)
            began = time.perf_counter()
            assert server.get("/search?q=phone") == 200
            assert time.perf_counter() - began < 5
    finally:
        server.kill()


@pytest.mark.parametrize("path", ["/search?q=phone", "/healthz"])
def test_visitors_who_never_close_keep_nobody_waiting(server: Server, path: str) -> None:
    with ExitStack() as visitors:
        for _ in range(10):
            open_still = visitors.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            open_still.sendall(
                f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
            )
        began = time.perf_counter()
        assert [server.get("/search?q=printer"), server.get("/healthz")] == [200, 200]
        assert time.perf_counter() - began < 5  # gunicorn alone waits for two seconds each


def test_log_holds_neither_searches_nor_addresses_of_visitors(server: Server) -> None:
    server.get("/search?q=my-secret-illness")
    printed = server.stop()
    lines = [line for line in printed.splitlines() if "/search" in line]
    assert len(lines) == 1
    assert re.search(r'"GET /search" 200 \d+ bytes \d+ ms', lines[0])
    assert "illness" not in printed
    assert not [line for line in printed.splitlines()[1:] if "127.0.0.1" in line]


def test_no_address_writes_a_line_of_its_own_into_the_log(server: Server) -> None:
    server.get('/none%0A[26/Nov/2026]%20"GET%20/forged"%20200')
    lines = [line for line in server.stop().splitlines() if "forged" in line]
    assert len(lines) == 1
    assert '"GET /none%0A[26/Nov/2026]%20%22GET%20/forged%22%20200" 404' in lines[0]


def test_setting_that_cannot_be_used_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text("name = 3", encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "webapp"],
        env={**os.environ, "KB_ARTICLES": str(tmp_path), "KB_DATA": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("Error: ")
    assert "name must be a text in quotes" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_port_that_is_taken_is_said_at_once(centre: Centre) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=rf"cannot listen on 127\.0\.0\.1:{port} .* --port"):
            serve(centre.settings, "127.0.0.1", port)


def test_what_is_there_before_the_fork_is_left_alone_by_the_garbage_collector(centre: Centre) -> None:
    """Otherwise each worker writes to the objects it inherits, and has 40 MB of them twice."""
    try:
        app = loaded(centre.settings)
        assert gc.get_freeze_count() > 10_000
        assert not any(each is app for each in gc.get_objects())
    finally:
        gc.unfreeze()
