"""The images of articles, copied to where the site serves them. Names come from content, so none is ever replaced."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from kb.model import MediaFile


def store_media(files: Iterable[MediaFile], folder: Path) -> None:
    """Copy the images that are not there yet; a reader never sees half of one."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        target = folder / file.name
        if not target.exists():
            partial = target.with_name(f".{file.name}.{os.getpid()}")
            shutil.copyfile(file.source, partial)
            partial.replace(target)
