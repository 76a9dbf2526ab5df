"""Files of a generation that the next one shares: they never change, so they are linked, not copied."""

from __future__ import annotations

import shutil
from collections.abc import Container
from pathlib import Path


def link_folder(source: Path, target: Path, without: Container[str] = ()) -> None:
    """Make ``target`` with the files of ``source``: hard links, or copies where the file system has none."""
    target.mkdir(parents=True)
    for file in source.iterdir():
        if file.name in without:
            continue
        try:
            (target / file.name).hardlink_to(file)
        except OSError:
            shutil.copyfile(file, target / file.name)
