"""What a transaction is for; each database decides what that costs."""

from __future__ import annotations

from enum import Enum


class Purpose(Enum):
    """READ sees one moment; WRITE is on disk when it returns; LOG gives way and may lose its last second."""

    READ = "read"
    WRITE = "write"
    LOG = "log"


PURPOSE = "kb_purpose"
"""The execution option a transaction's purpose travels in."""
