"""One file a revision, written by hand: ``v<number>_<what>.py``. The last is ``kb.storage.tables.SCHEMA``."""
