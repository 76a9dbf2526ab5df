"""What the contact form survives: its server killed at random moments, and a disk that is full.

    python -m benchmarks.contact_torture --kills 200 --full-disks 20

Every ticket that was confirmed to its sender must exist exactly once, and nothing may be stored in part.
Ends with exit code 1 where that is not so.
"""

from __future__ import annotations

import argparse
import contextlib
import http.cookiejar
import os
import random
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.full_disks import broken_promises, disk_at

_RULES = 'limits = { tickets = "1000000 per minute", files = "1000000 per minute", fastest = 0 }\n'
_SENDERS = 4
_EVERY = 2
"""At every second kill the whole server is killed, at the others its workers."""
_HIDDEN = re.compile(r'name="(csrf_token|key|began|seen)" value="([^"]*)"')


class Server:
    """``kb serve`` in a process group of its own."""

    def __init__(self, data: Path, articles: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("KB_")},
            "KB_DATA": str(data),
            "KB_ARTICLES": str(articles),
            "KB_PORT": str(port),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "webapp"],
            env=self._environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.wait()

    def wait(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.url}/healthz", timeout=5):
                return
            time.sleep(0.02)
        raise SystemExit("The server does not come back")

    def kill_workers(self) -> None:
        assert self._process
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)

    def kill(self) -> None:
        assert self._process
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


class Sender(threading.Thread):
    """Somebody who sends messages, and presses the button again until one is confirmed."""

    def __init__(self, url: str, name: str, ending: threading.Event) -> None:
        super().__init__(daemon=True)
        self.confirmed: list[str] = []
        self.begun: list[str] = []
        self._url = url
        self._name = name
        self._ending = ending

    def run(self) -> None:
        number = 0
        while not self._ending.is_set():
            number += 1
            body = f"message {self._name}-{number} " + "word " * 300
            marker = f"{self._name}-{number}"
            self.begun.append(marker)
            if self._send(body):
                self.confirmed.append(marker)

    def _send(self, body: str) -> bool:
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        opener = urllib.request.build_opener(cookies, _NoRedirect())
        hidden: dict[str, str] = {}
        while not self._ending.is_set():
            try:
                if not hidden:
                    with opener.open(f"{self._url}/contact", timeout=10) as response:
                        hidden = dict(_HIDDEN.findall(response.read().decode()))
                fields = {
                    **hidden,
                    "seen": "1",
                    "subject": "s",
                    "body": body,
                    "email": "a@example.org",
                    "name": "",
                }
                opener.open(
                    f"{self._url}/contact", urllib.parse.urlencode(fields).encode(), timeout=10
                ).close()
            except urllib.error.HTTPError as error:
                error.close()
                if error.code == 303:
                    return True
            except OSError:
                time.sleep(0.01)
            except Exception as error:
                if not isinstance(error, ValueError | EOFError) and "http" not in type(error).__module__:
                    raise
        return False


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:  # type: ignore[override] # follows none
        return None


def kills(count: int) -> int:
    """Kill the server that often; gives the number of broken promises."""
    with _folder() as folder:
        server = Server(folder / "data", folder / "articles", _free_port())
        server.start()
        ending = threading.Event()
        senders = [Sender(server.url, f"sender{n}", ending) for n in range(_SENDERS)]
        for sender in senders:
            sender.start()
        whole = 0
        for number in range(1, count + 1):
            time.sleep(random.uniform(0.02, 0.4))
            if number % _EVERY:
                server.kill_workers()
            else:
                server.kill()
                server.start()
                whole += 1
            server.wait()
        time.sleep(1)
        ending.set()
        for sender in senders:
            sender.join(30)
        server.kill()
        stored = Counter(
            re.findall(r"message (sender\d+-\d+) ", " ".join(_bodies(folder / "data" / "kb.db")))
        )
        confirmed = [marker for sender in senders for marker in sender.confirmed]
        lost = [marker for marker in confirmed if stored[marker] == 0]
        twice = [marker for marker, times in stored.items() if times > 1]
        begun = {marker for sender in senders for marker in sender.begun}
        unknown = set(stored) - begun
        print(
            f"{count} kills, {whole} of the whole server: {len(confirmed)} confirmed, {sum(stored.values())} stored, "
            f"{len(lost)} lost, {len(twice)} twice"
        )
        return len(lost) + len(twice) + len(unknown)


def full_disks(count: int) -> int:
    """Run out of disk that often, at another place each time; gives how often a promise was broken."""
    broken = 0
    for number in range(count):
        child = os.fork()
        if child == 0:
            os._exit(_fill_one(number))
        broken += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with _folder() as folder, disk_at(folder / "data") as disk:
        print(f"{count} full disks, each {disk.name}: {broken} broken promises")
    return broken


def _fill_one(number: int) -> int:
    with _folder() as folder:
        wrong = broken_promises(folder, number)
    for what in wrong:
        print(f"Full disk {number}: {what}", flush=True)
    return int(bool(wrong))


def _bodies(path: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise SystemExit("The database is damaged")
        return [body for (body,) in connection.execute("SELECT body FROM tickets")]


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "articles").mkdir()
        (folder / "articles" / "contact.toml").write_text(_RULES, encoding="utf-8")
        yield folder


def _free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        port: int = opened.getsockname()[1]
        return port


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--full-disks", type=int, default=20)
    asked = parser.parse_args()
    began = time.monotonic()
    broken = kills(asked.kills) + full_disks(asked.full_disks)
    print(f"{time.monotonic() - began:.0f} s")
    raise SystemExit(bool(broken))


if __name__ == "__main__":
    main()
