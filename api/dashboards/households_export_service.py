"""The register of households as a workbook, with the headings that the import reads again; memory stays a village's."""

from collections.abc import Iterator
from datetime import date
from typing import IO

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import i18n
from api.dashboards.orders_service import Order, Taking, make_taking
from api.db import in_chunks
from api.postings.divisions_service import audit_chain, below, refs
from api.postings.models import Division
from api.printed_text import printable
from api.visits.households_service import HouseholdView, household_views, households_of_villages
from api.visits.terms_service import terms_of
from api.xlsx import new_sheet, streamed_workbook

# In the order of the import's template.
COLUMNS = ("township", "village", "number", "villagers_group", "householder", "members", "labels", "phone",
           "alive_from", "away_from", "away_to", "alive_to", "ended_as")
_WIDTHS = {"village": 16, "labels": 24, "householder": 14}
# So many villages are read at once.
_VILLAGES = 5


def households_taking(session: Session, *, division: Division, order: Order) -> Taking:
    """The households below a division, ended ones too.

    Of telephone numbers the last four digits: the import passes such a cell over.
    """
    lines = _lines(session, division, order.language, order.today)
    return make_taking(order, write=lambda file: _write(file, lines, order.language), chain=audit_chain(division),
                       subject=f"division:{division.code}", name=f"{division.name}-{order.today.isoformat()}",
                       details={})


def _write(file: IO[bytes], lines: Iterator[list], language: str) -> int:
    with streamed_workbook(file) as book:
        sheet = new_sheet(book, i18n.text(language, "import.sheet.households"))
        bold, count = book.add_format({"bold": True, "bg_color": "#E8F3EC"}), 0
        for column, name in enumerate(COLUMNS):
            sheet.set_column(column, column, _WIDTHS.get(name, 12))
            sheet.write_string(0, column, i18n.text(language, f"import.household_heading.{name}"), bold)
        sheet.freeze_panes(1, 0)
        for count, line in enumerate(lines, start=1):
            for column, value in enumerate(line):
                if isinstance(value, int):
                    sheet.write_number(count, column, value)
                elif value:
                    sheet.write_string(count, column, printable(value))
    return count


def _lines(session: Session, division: Division, language: str, today: date) -> Iterator[list]:
    words = {term.key: getattr(term, language) for term in terms_of(session, "label")}
    ids = list(session.scalars(select(Division.id).where(below(division.path), Division.level == "village")
                               .order_by(Division.code)))
    townships = refs(session, session.scalars(select(Division.township_id).where(Division.id.in_(ids)).distinct()))
    for village_ids in in_chunks(ids, _VILLAGES):
        households = households_of_villages(session, village_ids)
        for view in household_views(session, households, today=today):
            yield _line(view, townships, words, language)
        # Not kept until the end of the request: a county has 100,000 of them.
        session.expunge_all()


def _line(view: HouseholdView, townships: dict, words: dict[str, str], language: str) -> list:
    away = view.absences[-1] if view.absences else None
    days = [view.alive_from, away and away.from_on, away and away.to_on, view.alive_to]
    township = townships.get(view.village.township_id)
    return [township.name if township else "", view.village.name, view.number, view.villagers_group, view.householder,
            view.members, "、".join(words.get(label, label) for label in view.labels),
            f"****{view.phone_last4}" if view.phone_last4 else "", *(day.isoformat() if day else "" for day in days),
            i18n.text(language, f"import.household_end.{view.ended_as}") if view.ended_as else ""]
