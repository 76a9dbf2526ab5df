"""A help desk that prints: for trying things out, and for whoever collects standard output."""

from __future__ import annotations

import json
from typing import TextIO

from kb.errors import HelpDeskError
from kb.support.delivery.help_desk import Parcel
from kb.support.delivery.record import parcel_record


class ConsoleDesk:
    """Writes a JSON line for each parcel."""

    name = "console"

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def deliver(self, parcel: Parcel) -> None:
        """:raises HelpDeskError: the stream cannot be written."""
        try:
            self._stream.write(json.dumps(parcel_record(parcel), ensure_ascii=False) + "\n")
            self._stream.flush()
        except (OSError, ValueError) as error:
            raise HelpDeskError(f"Standard output cannot be written: {error}.") from error
