"""The record of an acceptance (承诺事项验收单, .docx): what was promised, what was found, who was there, who decided."""

from typing import IO
from uuid import UUID

from sqlalchemy.orm import Session

from api.auth import Identity
from api.contracts.acceptances_service import AcceptanceView, acceptance_views, visible_acceptance
from api.dashboards.orders_service import Order, Taking, paper_taking
from api.diary.standing_service import VillageStanding
from api.docx import add_line, new_document, save, set_footer
from api.docx_grid import Cell, add_grid
from api.form_words import NOTHING, FormWords
from api.http import as_number

_WIDTHS_MM = (28, 57, 28, 57)
_SURVEY_MM = (50, 24, 24, 24, 24, 24)
_GROUPS = ("party_members", "representatives")
_ANSWERS = ("asked", "satisfied", "basically", "dissatisfied", "unknown")
_SIDES_MM = 1.5


def acceptance_paper(session: Session, *, identity: Identity, acceptance_id: UUID, order: Order) -> Taking:
    """The record of an acceptance that the user may see, as it stands now, to be signed and kept."""
    standing = VillageStanding(session, identity, today=order.today)
    acceptance = visible_acceptance(session, standing=standing, acceptance_id=acceptance_id)
    view = acceptance_views(session, [acceptance], standing=standing)[0]
    return paper_taking(order, division=view.village, subject=f"acceptance:{acceptance.id}",
                        name=f"{view.village.name}-{view.inspected_on}", details={"village": view.village.code},
                        write=lambda file: write_acceptance(file, view, words=order.words))


def write_acceptance(file: IO[bytes], view: AcceptanceView, *, words: FormWords) -> None:
    document = new_document(margin_mm=20)
    set_footer(document, words("acceptance.title"), page=words.page())
    add_line(document, words("acceptance.title"), size=22, heading=True, centred=True, after=10)
    add_line(document, words("acceptance.of", village=view.village.name, year=view.item.contract.first_on.year,
                             number=view.item.number), size=12, centred=True, after=8)
    add_grid(document, _promised(view, words), widths_mm=_WIDTHS_MM, size=11, least_mm=9, sides_mm=_SIDES_MM)
    add_line(document, words("acceptance.found"), size=13, heading=True, before=8, after=4, together=True)
    add_grid(document, _found(view, words), widths_mm=_WIDTHS_MM, size=11, least_mm=9, sides_mm=_SIDES_MM)
    if view.survey is not None or view.needs_survey:
        add_line(document, words("acceptance.survey"), size=13, heading=True, before=8, after=4, together=True)
        add_grid(document, _survey(view, words), widths_mm=_SURVEY_MM, size=11, heading_rows=1, least_mm=9,
                 sides_mm=_SIDES_MM)
    add_line(document, words("acceptance.confirmed"), size=13, heading=True, before=8, after=4, together=True)
    add_grid(document, _confirmed(view, words), widths_mm=_WIDTHS_MM, size=11, least_mm=9, sides_mm=_SIDES_MM,
             together=True)
    add_line(document, "", size=4, after=2, together=True)
    add_line(document, words("acceptance.signed"), size=12, after=8, together=True)
    add_line(document, words("acceptance.stamped"), size=12, right=True)
    save(document, file)


def _promised(view: AcceptanceView, words: FormWords) -> list[list]:
    item = view.item
    completed_on = view.completion and view.completion.completed_on
    return [
        _wide(words("acceptance.item"), item.text),
        _wide(words("acceptance.standard"), item.standard or NOTHING),
        _pair(words("acceptance.dimension"), words.other(f"contract.dimension.{item.dimension}"),
              words("acceptance.target"), _amount(item.target, item.unit)),
        _pair(words("acceptance.due_on"), words.day(item.due_on), words("acceptance.completed_on"),
              words.day(completed_on)),
        _wide(words("acceptance.responsible"), item.responsible or NOTHING),
    ]


def _found(view: AcceptanceView, words: FormWords) -> list[list]:
    return [
        _pair(words("acceptance.inspected_on"), words.day(view.inspected_on), words("acceptance.place"), view.place),
        _pair(words("acceptance.verdict"), words.other(f"contract.verdict.{view.verdict}"),
              words("acceptance.measured"), _amount(view.measured, view.item.unit)),
        _wide(words("acceptance.findings"), view.findings),
        _wide(words("acceptance.assessors"), words("comma").join(one["name"] for one in view.assessors)),
    ]


def _survey(view: AcceptanceView, words: FormWords) -> list[list]:
    head = [words("acceptance.group"), *(words(f"acceptance.answer.{name}") for name in _ANSWERS)]
    return [head, *([words(f"acceptance.group.{group}"),
                     *(str(view.survey[group][name]) if view.survey else "" for name in _ANSWERS)]
                    for group in _GROUPS)]


def _confirmed(view: AcceptanceView, words: FormWords) -> list[list]:
    """Empty cells to write in by hand while the office has not met yet."""
    step = next((one for one in view.steps if one["step"] == "confirmed"), None)
    if step is None:
        return [_pair(words("acceptance.held_on"), "", words("acceptance.final_verdict"), ""),
                _wide(words("acceptance.present"), "")]
    rows = [_pair(words("acceptance.held_on"), words.day(view.held_on),
                  words("acceptance.final_verdict"), words.other(f"contract.verdict.{view.final_verdict}")),
            _wide(words("acceptance.present"), words("comma").join(step["details"]["present"]))]
    if step["note"]:
        rows.append(_wide(words("acceptance.note"), step["note"]))
    if view.notice is not None and view.notice["label"] is not None:
        rows.append(_wide(words("acceptance.notice"), view.notice["label"]))
    return rows


def _pair(*texts: str) -> list[Cell]:
    return [Cell(text, bold=place % 2 == 0, align="center" if place % 2 == 0 else "left")
            for place, text in enumerate(texts)]


def _wide(head: str, text: str) -> list[Cell]:
    return [Cell(head, bold=True), Cell(text, align="left", columns=3)]


def _amount(hundredths: int | None, unit: str | None) -> str:
    return NOTHING if hundredths is None else f"{as_number(hundredths)}{unit or ''}"
