"""A self-service knowledge base: open one with :func:`open_knowledge_base`."""

from kb.knowledge_base import KnowledgeBase, open_knowledge_base
from kb.model import Kind, Query, TicketDraft
from kb.settings import Settings

__all__ = ["Kind", "KnowledgeBase", "Query", "Settings", "TicketDraft", "open_knowledge_base"]
