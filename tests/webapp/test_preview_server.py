"""``kb preview`` as a writer starts it: it says where it is, serves, follows, and ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from tests.writing.conftest import article

KB = [sys.executable, "-c", "from kb.cli import main; main()"]


def test_the_command_serves_the_newest_text_until_it_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "articles" / "en" / "account" / "password.md"
    path.parent.mkdir(parents=True)
    path.write_text(article(), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KB_")}
    # a shell that runs this in the background ignores Ctrl-C, and so would what is started here
    signal.signal(signal.SIGINT, signal.default_int_handler)
    server = subprocess.Popen(
        [*KB, "preview", "--port", str(port)],
        cwd=tmp_path,
        env=environment | {"KB_DATA": str(tmp_path / "data"), "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert server.stdout is not None
        assert server.stdout.readline() == f"Preview: http://127.0.0.1:{port}/preview (Ctrl-C ends it)\n"
        url = f"http://127.0.0.1:{port}/articles/en/account/password"
        deadline = time.monotonic() + 60
        html = ""
        while "Seen at once" not in html and time.monotonic() < deadline:
            path.write_text(article("Seen at once.\n"), encoding="utf-8")  # until it is being watched
            time.sleep(0.5)
            with urllib.request.urlopen(url) as response:
                html = response.read().decode()
        assert "Seen at once" in html
        server.send_signal(signal.SIGINT)
        assert server.wait(30) == 0
    finally:
        server.kill()
        server.wait()
        if server.stdout:
            server.stdout.close()
