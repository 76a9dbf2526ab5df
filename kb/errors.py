"""Every error the knowledge base raises on purpose. Each message says what happened and the next step."""

from __future__ import annotations

from collections.abc import Mapping


class KBError(Exception):
    """The root: catching it catches everything raised on purpose, and nothing else."""


class SettingsError(KBError):
    """A ``KB_*`` variable has a value that cannot be used."""


class ContentError(KBError):
    """A file or record cannot be read as content."""

    def __init__(self, path: str, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.path = path
        self.line = line
        self.message = message


class NotFound(KBError):
    """There is no page with that id."""


class InvalidDraft(KBError):
    """A ticket draft lacks something; ``fields`` maps a field to what is wrong with it (a message id)."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {why}" for name, why in fields.items()))
        self.fields = fields


class StorageError(KBError):
    """The database cannot be read or written; what was being stored was not stored in part."""


class EngineError(KBError):
    """The search engine cannot do what was asked."""


class IndexMissing(EngineError):
    """Nothing has been indexed yet."""


class IndexDamaged(EngineError):
    """The index on disk is not what its manifest says."""


class IndexMending(EngineError):
    """The index cannot be read; it is being made anew, and nobody is kept waiting."""


class IndexLocked(EngineError):
    """Another process is writing the index."""


class IndexReplaced(EngineError):
    """The index that was to be updated is no longer the one in use."""


class EvaluationError(KBError):
    """A judged collection cannot be read."""


class CalibrationError(KBError):
    """A file of confidence numbers, or what it would be fitted on, cannot be used."""


class ModelUnusable(KBError):
    """The sentence encoder is missing or broken; searches go on by words alone."""


class RefusedFile(KBError):
    """An attachment is not taken; ``why`` is ``empty``, ``too-large``, ``too-many``, ``type``, ``broken``,
    ``pixels`` or ``no-room``."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"The file {name!r} is not taken: {why}.")
        self.why = why


class HelpDeskError(KBError):
    """A help desk did not take a delivery over; ``permanent`` where another attempt cannot help."""

    def __init__(self, message: str, *, permanent: bool = False, retry_after: int = 0) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after = retry_after
        """Seconds that the receiver asks to wait; 0 when it does not say."""
