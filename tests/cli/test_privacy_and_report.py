from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kb import Settings, TicketDraft, open_knowledge_base
from kb.storage.events import ScrubbedText, SearchEventStore
from kb.storage.search_opens import SearchOpenStore
from kb.storage.votes import VoteStore
from kb.ticket_model import Circumstances
from tests.cli.conftest import Shell

ADA = TicketDraft("Lost phone", "It was stolen from my marmalade jar.", "Ada", "Ada@example.org", "en")


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    environ = {"KB_DATA": str(tmp_path / "data"), "KB_ARTICLES": str(tmp_path)}
    opened = Shell(Settings.from_env(environ), environ)
    kb = open_knowledge_base(opened.settings)
    kb.desk.attachments.accept("ada", "jar.txt", b"a marmalade jar")
    ticket = kb.desk.submit(ADA, Circumstances(session="ada", visitor="v"))
    kb.desk.add_message(ticket, "Found the marmalade.")
    kb.desk.submit(TicketDraft("Other", "Other.", "Bob", "bob@example.org"))
    kb.desk.ledger.wrote(ADA, Circumstances(session="two", visitor="w"), ["en/a/b"])
    kb.desk.ledger.confirmed("two")
    kb.close()
    return opened


def stored(shell: Shell) -> bytes:
    return b"".join(path.read_bytes() for path in Path(shell.environ["KB_DATA"]).rglob("*") if path.is_file())


def test_everything_of_one_address_is_exported_and_nothing_of_others(shell: Shell) -> None:
    output = shell.run("privacy", "export", "ada@EXAMPLE.org").output
    (ticket,) = json.loads(output)["tickets"]
    assert ticket["messages"][0]["body"] == "Found the marmalade."
    assert ticket["attachments"][0]["name"] == "jar.txt"
    assert "bob" not in output.lower()


def test_what_is_erased_is_nowhere_on_the_disk(shell: Shell) -> None:
    assert b"marmalade" in stored(shell)
    result = shell.run("privacy", "erase", "ada@example.org", "--yes")
    assert result.output == "1 ticket and 1 file deleted.\n"
    assert json.loads(shell.run("privacy", "export", "ada@example.org").output)["tickets"] == []
    assert b"marmalade" not in stored(shell)
    assert b"Ada@example.org" not in stored(shell)
    assert b"bob@example.org" in stored(shell)


def test_erasing_asks_first(shell: Shell) -> None:
    assert shell.run("privacy", "erase", "ada@example.org", typed="n\n").exit_code == 1
    assert len(json.loads(shell.run("privacy", "export", "ada@example.org").output)["tickets"]) == 1


def test_ended_tickets_are_swept_after_the_retention_and_open_ones_kept(shell: Shell) -> None:
    kb = open_knowledge_base(shell.settings)
    (ada,) = kb.desk.tickets.of_email("ada@example.org")
    kb.desk.tickets.change(ada.reference, status="solved")
    with kb._database.write() as connection:
        connection.exec_driver_sql("UPDATE tickets SET created = '2020-01-01', updated = '2020-01-01'")
        connection.exec_driver_sql("UPDATE contact_sessions SET day = '2020-01-01'")
    kb.close()
    assert shell.run("privacy", "sweep").output.startswith("1 ticket and 1 file ")
    assert json.loads(shell.run("tickets", "list", "--json").output)[0]["subject"] == "Other"
    assert json.loads(shell.run("report", "deflection", "--json").output)["sessions"] == 0


def test_what_people_searched_opened_and_said_is_swept_after_the_retention_and_later_days_kept(
    shell: Shell,
) -> None:
    kb = open_knowledge_base(shell.settings)
    for query in ("marzipan", "nougat"):
        kb.record_search(query, "en", 0)
        kb.readership.count_open(query, "en", "en/a/b")
        VoteStore(kb._database).cast(query, "en/a/b", "en", helpful=True)
        VoteStore(kb._database).explain(query, [], ScrubbedText(f"More {query}!"))
    kb.readership.flush()
    long_ago, today = date(2020, 1, 1), datetime.now(UTC).date()
    with kb._database.write() as connection:
        for table, column in (("search_events", "query"), ("search_opens", "query"), ("votes", "key")):
            connection.exec_driver_sql(f"UPDATE {table} SET day = '{long_ago}' WHERE {column} = 'marzipan'")
    shell.run("privacy", "sweep")
    assert [one.query for one in SearchOpenStore(kb._database).opened(long_ago)] == ["nougat"]
    assert [tally.total for tally in VoteStore(kb._database).tallies("en")] == [2]
    with kb._database.read() as connection:
        comments = list(connection.exec_driver_sql("SELECT comment FROM votes ORDER BY key").scalars())
    assert comments == ["", "More nougat!"]
    searched = list(SearchEventStore(kb._database).searched(long_ago))
    assert [(one.query, one.day) for one in searched] == [("nougat", today)]
    kb.close()


def test_the_report_marks_its_headline(shell: Shell) -> None:
    lines = shell.run("report", "deflection").output.splitlines()
    assert lines[0].startswith("2 sessions of the contact form, 1 were shown a suggestion.")
    (headline,) = [line for line in lines if line.startswith(">")]
    assert "confirmed" in headline
    assert "100.0%  [20.7%, 100.0%]" in headline


def test_outcomes_are_printed_as_calibration_reads_them(shell: Shell, tmp_path: Path) -> None:
    kb = open_knowledge_base(shell.settings)
    (ada,) = kb.desk.tickets.of_email("ada@example.org")
    kb.desk.answer(ada, "Jars do not open themselves.")
    kb.close()
    printed = shell.run("report", "outcomes").output
    assert [json.loads(line)["answered_by"] for line in printed.splitlines()] == [[]]
    assert shell.run("report", "outcomes", "--since", "2999-01-01").output == ""


def test_the_report_is_read_by_programs(shell: Shell) -> None:
    found = json.loads(shell.run("report", "deflection", "--json", "--since", "2026-01-01").output)
    assert found["outcomes"]["submitted"] == 1
    rows = list(csv.DictReader(io.StringIO(shell.run("report", "deflection", "--csv").output)))
    assert [row["figure"] for row in rows if row["headline"]] == ["confirmed"]
    assert shell.run("report", "deflection", "--json", "--since", "2999-01-01").output.count('"sessions": 0')
