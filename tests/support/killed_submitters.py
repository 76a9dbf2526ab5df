"""Submits tickets in children that are killed at random moments; prints a reference once its ticket is stored.

Run as ``python -m tests.support.killed_submitters URL KILLS``. The children are forked: starting Python for each
would take most of the time.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time

from kb.model import TicketDraft
from kb.storage.database import open_database
from kb.storage.tickets import TicketStore
from kb.support.contact_rules import ContactRules
from kb.support.tickets import Submission
from kb.ticket_model import Circumstances

AT_ONCE = 2


def submit_until_killed(url: str, started: int) -> None:
    submission = Submission(TicketStore(open_database(url)), ContactRules.load(()))
    while True:
        draft = TicketDraft("s", "b" * 3000, email="a@example.org")
        ticket = submission.submit(draft, Circumstances()).ticket
        os.write(sys.stdout.fileno(), f"{ticket.reference}\n".encode())  # so short that it is written whole
        os.write(started, b"!")


def kill_some(url: str) -> None:
    children: list[int] = []
    for _ in range(AT_ONCE):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            submit_until_killed(url, writing)
        children.append(child)
        os.read(reading, 1)
    for child in children:
        time.sleep(random.uniform(0, 0.05))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


if __name__ == "__main__":
    for _ in range(int(sys.argv[2]) // AT_ONCE):
        kill_some(sys.argv[1])
