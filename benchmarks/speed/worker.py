"""A process of the site: its memory after many searches, and how long its first search takes. Prints JSON.

``python -m speed.worker empty`` is a Flask application that does nothing; ``python -m speed.worker QUERIES`` the
site, of ``KB_DATA``, asked the queries of a file, one a line. Both fork, as the server does;
the children are measured. What is shared is divided by those who share it (PSS): ``share`` of everything, of which
``anonymous`` is memory that the process needs and ``files`` pages of files, which the system may drop and read again.
``private`` (USS) is what would be free without the process.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

WORKERS = 2


def main() -> None:
    """Fork, let each child work, and print what they found."""
    serve = _site if sys.argv[1] != "empty" else _empty
    application = serve()
    queries = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines() if sys.argv[1] != "empty" else []
    pipes = [os.pipe() for _ in range(WORKERS)]
    for number, (_, write) in enumerate(pipes):
        if os.fork() == 0:
            _work(application, queries[number::WORKERS], write)
    for _, write in pipes:
        os.close(write)
    print(json.dumps([json.loads(os.fdopen(read).read()) for read, _ in pipes]))


def _empty() -> Any:
    from flask import Flask

    application = Flask(__name__)
    application.add_url_rule("/empty", view_func=lambda: "")
    return application


def _site() -> Any:
    from kb import Settings
    from webapp.server import loaded

    return loaded(Settings.from_env())


def _work(application: Any, queries: list[str], write: int) -> None:
    """Ask, wait until the others have asked too, and say what it took."""
    client, took = application.test_client(), []
    for query in queries or [""] * 10:
        began = time.perf_counter()
        client.get("/api/search" if queries else "/empty", query_string={"q": query})
        took.append(time.perf_counter() - began)
    time.sleep(3)  # what is shared is counted by who still runs
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in lines[1:]}
    found = {
        "share": kilobytes["Pss"] / 1000,
        "private": (kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]) / 1000,
        "anonymous": kilobytes["Pss_Anon"] / 1000,
        "files": kilobytes["Pss_File"] / 1000,
        "first": took[0],
    }
    with os.fdopen(write, "w") as pipe:
        pipe.write(json.dumps(found))
        pipe.flush()
    time.sleep(3)
    os._exit(0)


if __name__ == "__main__":
    main()
