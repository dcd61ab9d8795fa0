"""The papers of a sponsorship: the contract as it is signed, the invoice, the credit note."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from membership.sponsorship.pdf.document import Document
from membership.sponsorship.rules.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What an invoice or a credit note says."""

    sender: str
    receiver: str
    number: str
    dated: date
    made_at: datetime
    facts: tuple[tuple[str, str], ...]
    item: str
    amount: Money
    notes: tuple[tuple[str, str], ...] = ()


def contract(text: str, sha256: str, *, made_at: datetime) -> bytes:
    """Set the contract's text, whose first line is its title; the foot of each page carries the text's hash."""
    title, _line, body = text.partition("\n")
    document = Document(title, f"SHA-256 {sha256}", words=text, made_at=made_at)
    document.paragraph(title, bold=True, size=15)
    document.gap()
    for paragraph in body.strip().split("\n\n"):
        heading = paragraph[:2].rstrip(".").isdigit() and "\n" not in paragraph and len(paragraph) < 80  # noqa: PLR2004
        document.paragraph(paragraph, bold=heading)
        document.gap(0.3 if heading else 0.8)
    return document.bytes()


def invoice(paper: Paper) -> bytes:
    """Set an invoice."""
    return _money_paper("Invoice", "Total due", paper)


def credit_note(paper: Paper) -> bytes:
    """Set a credit note."""
    return _money_paper("Credit note", "Total credited", paper)


def _money_paper(kind: str, total: str, paper: Paper) -> bytes:
    said = [paper.sender, paper.receiver, paper.item, str(paper.amount)]
    said += [word for pair in (*paper.facts, *paper.notes) for word in pair]
    name = f"{kind} {paper.number}"
    document = Document(name, name, words="".join(said), made_at=paper.made_at)
    document.paragraph(paper.sender)
    document.gap(2)
    document.paragraph(paper.receiver)
    document.gap(2)
    document.paragraph(f"{kind} {paper.number}", bold=True, size=15)
    document.gap(0.5)
    document.rows((("Date", day(paper.dated)), *paper.facts))
    document.gap()
    document.rule()
    document.line_item(paper.item, str(paper.amount))
    document.rule()
    document.line_item(total, str(paper.amount), bold=True)
    document.gap(2)
    for heading, text in paper.notes:
        document.paragraph(heading, bold=True)
        document.paragraph(text)
        document.gap(0.5)
    return document.bytes()


def day(on: date) -> str:
    """Return a date as it is written out: 7 March 2027."""
    return f"{on.day} {on:%B %Y}"
