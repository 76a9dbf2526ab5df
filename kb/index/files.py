"""Files of a generation that the next one shares: they never change, so they are linked, not copied."""

from __future__ import annotations

import shutil
from pathlib import Path


def link_file(source: Path, target: Path) -> None:
    """Make ``target`` a hard link to ``source``, or a copy where the file system has none."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def link_folder(source: Path, target: Path) -> None:
    """Make ``target`` with the files and folders of ``source``."""
    target.mkdir(parents=True)
    for each in source.iterdir():
        make = link_folder if each.is_dir() else link_file
        make(each, target / each.name)
