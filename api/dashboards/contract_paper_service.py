"""The contract on paper (承诺书, .docx): items by dimension with their quarters, the vote, reviews, signatures."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import IO
from uuid import UUID

from docx.document import Document
from sqlalchemy.orm import Session

from api.amounts import as_number
from api.auth import Identity
from api.contracts.contract_facts_service import Facts, facts_of
from api.contracts.contract_standing_service import Standing
from api.contracts.contracts_service import Item, latest_revision, visible_contract
from api.dashboards.orders_service import Order, Taking, paper_taking
from api.dates import shanghai_day
from api.docx import add_line, new_document, save, set_footer
from api.docx_grid import Cell, add_grid
from api.form_words import FormWords
from api.postings.divisions_service import refs
from api.vocabulary import DIMENSIONS

_COLUMNS = ("number", "text", "standard", "target", "due_on", "responsible")
_WIDTHS_MM = (10, 42, 44, 20, 36, 18)
_REVIEW_WIDTHS_MM = (28, 26, 20, 60, 36)
_SIGNATURES = ("branch", "committee", "team", "township")


def contract_paper(session: Session, *, identity: Identity, contract_id: UUID, order: Order) -> Taking:
    """The latest revision of a contract that the user may see; NotFound for all others."""
    standing = Standing(session, identity, today=order.today)
    contract, village = visible_contract(session, standing=standing, contract_id=contract_id)
    revision = latest_revision(session, contract.id)
    facts = facts_of(session, [(contract, revision)], standing=standing)[revision.id]
    above = refs(session, [int(part) for part in village.path.split("/") if part])
    place = "".join(one.name for one in above.values() if one.level in ("county", "township")) + village.name
    return paper_taking(order, division=village, subject=f"contract:{contract.id}",
                        name=f"{village.name}-{contract.first_on.year}", details={"revision": revision.number},
                        write=lambda file: write_contract(file, facts, place=place, words=order.words))


def write_contract(file: IO[bytes], facts: Facts, *, place: str, words: FormWords) -> None:
    contract, revision = facts.contract, facts.revision
    document = new_document(margin_mm=20)
    title = words(f"contract.title_{contract.kind}", place=place, year=contract.first_on.year,
                  last=contract.last_on.year)
    set_footer(document, title, page=words.page())
    add_line(document, title, size=18, heading=True, centred=True, after=6)
    add_line(document, words("contract.state", number=revision.number, span=words.span(
        contract.first_on, contract.last_on), state=words(f"contract.is.{revision.state}")), size=10.5, centred=True,
        after=8)
    add_line(document, words("contract.lead"), size=12, indented=True, after=6)
    held = [dimension for dimension in DIMENSIONS if any(item.dimension == dimension for item in facts.items)]
    for number, dimension in enumerate(held, start=1):
        heading = words("contract.heading", number=words(f"contract.count.{number}"),
                        dimension=words.other(f"contract.dimension.{dimension}"))
        _add_items(document, words, [item for item in facts.items if item.dimension == dimension], heading=heading)
    _add_course(document, facts, words)
    save(document, file)


def _add_items(document: Document, words: FormWords, items: Sequence[Item], *, heading: str) -> None:
    add_line(document, heading, size=13, heading=True, before=8, after=3, together=True)
    rows: list[list[Cell | str]] = [[words(f"contract.column.{name}") for name in _COLUMNS]]
    for item in items:
        target = _amount(item.target_hundredths, item.unit)
        rows.append([str(item.number), Cell(_text(words, item), align="left"), Cell(item.standard or "", align="left"),
                     target, words.day(item.due_on) if item.due_on else "", item.responsible or ""])
        parts = list(_quarters(words, item))
        if parts:
            rows.append(["", Cell(words("contract.quarters", parts=words("semicolon").join(parts)), align="left",
                                  columns=len(_COLUMNS) - 1, size=9.5)])
    add_grid(document, rows, widths_mm=_WIDTHS_MM, size=10.5, heading_rows=1, least_mm=8, sides_mm=1)


def _text(words: FormWords, item: Item) -> str:
    marks = [words("contract.major")] if item.is_major else []
    if item.is_imposed:
        marks.append(words("contract.imposed", basis=item.legal_basis))
    return "\n".join([item.text, *marks])


def _amount(hundredths: int | None, unit: str | None) -> str:
    return "" if hundredths is None else f"{as_number(hundredths)}{unit or ''}"


def _quarters(words: FormWords, item: Item) -> Iterator[str]:
    for number, quarter in enumerate(item.quarters, start=1):
        share = " ".join(filter(None, [_amount(quarter.get("hundredths"), item.unit), quarter.get("text")]))
        if share:
            yield words("contract.quarter", number=words(f"contract.count.{number}"), share=share)


def _add_course(document: Document, facts: Facts, words: FormWords) -> None:
    """What was decided by whom, as far as it has come, and where to sign."""
    taken = {step.step: step for step, _name in facts.steps}
    add_line(document, "", size=4, after=0)
    if "deliberated" in taken:
        vote = taken["deliberated"].details
        add_line(document, words("contract.vote_heading"), size=13, heading=True, before=6, after=3, together=True)
        add_line(document, words("contract.vote", day=words.day(date.fromisoformat(vote["held_on"])), **{
            name: vote[name] for name in ("entitled", "present", "in_favour", "against", "abstained")}), indented=True)
        add_line(document, words("contract.minutes", minutes=vote["minutes"]), indented=True)
    add_line(document, words("contract.reviews_heading"), size=13, heading=True, before=6, after=3, together=True)
    rows: list[list[Cell | str]] = [[words(f"contract.review_column.{name}") for name in (
        "body", "reviewer", "is_agreed", "opinion", "at")]]
    current = {review.body: review for review, _name in facts.reviews if facts.is_current(review)}
    for body in ("branch", "team", "township"):
        review = current.get(body)
        agreed = words.other(f"contract.{'agrees' if review.is_agreed else 'disagrees'}") if review else ""
        rows.append([words.other(f"contract.body.{body}"), review.reviewer if review else "", agreed,
                     Cell(review.opinion or "" if review else "", align="left"),
                     words.day(shanghai_day(review.at)) if review else ""])
    add_grid(document, rows, widths_mm=_REVIEW_WIDTHS_MM, size=10.5, heading_rows=1, least_mm=9, sides_mm=1,
             together=True)
    if "signed" in taken:
        signed = taken["signed"].details
        add_line(document, words("contract.signed", day=words.day(date.fromisoformat(signed["held_on"])),
                                 place=signed["place"], signers=words("contract.and").join(signed["signers"])),
                 before=8, indented=True)
    add_line(document, "", size=6, after=0, together=True)
    add_grid(document, [[Cell(words(f"contract.sign.{name}"), align="left") for name in pair]
                        for pair in (_SIGNATURES[:2], _SIGNATURES[2:])],
             widths_mm=(85, 85), size=12, least_mm=20, ruled=False)
