"""The detail coach: which of the details an agent will need are in a message. It advises and never blocks."""

from __future__ import annotations

from kb.model import TicketDraft
from kb.support.contact_rules import ContactRules, Detail
from kb.support.masking import mask
from kb.support.wording import folded, only
from kb.ticket_model import LIMITS, Advice, DetailCheck

_READ = LIMITS["body"]


def advise(draft: TicketDraft, rules: ContactRules) -> Advice:
    """What the draft has of what its category needs, in the category's order; never raises."""
    subject = folded(draft.subject[:_READ])
    text = f"{subject}\n{folded(draft.body[:_READ])}"
    by_id = {detail.id: detail for detail in rules.details}
    needed = [by_id[detail] for detail in rules.category(draft.category).details]
    return Advice(
        details=tuple(DetailCheck(d.id, d.label, d.example, _is_in(d, text)) for d in needed),
        vague_subject=only(rules.vague, subject),
        secrets=mask(f"{draft.subject}\n{draft.body}"[:_READ]).kinds,
    )


def _is_in(detail: Detail, text: str) -> bool:
    return bool(detail.words.search(text) or detail.shapes.search(text))
