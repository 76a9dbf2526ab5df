"""The command line. One file per command; each prints plain text, and JSON where a program would read it."""

from __future__ import annotations

import click

from kb.cli.calibrate import calibrate
from kb.cli.check import check
from kb.cli.community import community
from kb.cli.duplicates import duplicates
from kb.cli.errors import KBGroup
from kb.cli.eval import evaluate_collections
from kb.cli.gaps import gaps
from kb.cli.imports import import_
from kb.cli.index import index
from kb.cli.model import model
from kb.cli.new import new
from kb.cli.preview import preview
from kb.cli.privacy import privacy
from kb.cli.report import report
from kb.cli.review import review
from kb.cli.search import search
from kb.cli.serve import serve
from kb.cli.status import status
from kb.cli.suggest import suggest
from kb.cli.synonyms import synonyms
from kb.cli.tickets import tickets
from kb.cli.translations import translations


@click.group(cls=KBGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kb-help-centre", prog_name="kb")
def main() -> None:
    """Index help articles and forum threads, search them, and serve the help centre.

    Settings are read from KB_* variables; KB_DATA says where everything is kept.

    \b
    Example:
      kb index --articles articles
      kb search "cant log in after changing my phone"
      kb serve
    """


for command in (index, search, suggest, import_, status, evaluate_collections, calibrate, serve):
    main.add_command(command)
for command_for_agents in (tickets, report, privacy):
    main.add_command(command_for_agents)
for command_for_writers in (new, preview, check, review, translations, duplicates, synonyms, gaps, community):
    main.add_command(command_for_writers)
main.add_command(model)
