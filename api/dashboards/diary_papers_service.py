"""The three papers of a diary day (.docx): people's diary, work log, squatting-point record sheet."""

from collections.abc import Iterable
from datetime import date
from typing import IO

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.auth import Identity
from api.checkin.leave_service import homes_of
from api.dashboards.diary_rules import FORMS, PrintedPage, numbered
from api.dates import days_between
from api.diary.day_pages_service import DayPage, page_of
from api.diary.models import DiaryEntry
from api.docx import add_line, new_document, save, set_footer
from api.docx_grid import Cell, add_grid
from api.errors import NotFound
from api.form_words import NOTHING, FormWords
from api.postings.divisions_service import DivisionRef, division_by_id
from api.postings.roster_service import cadre_by_id
from api.visits.terms_service import terms_of

_WIDTHS_MM = (30, 140)
# A row stays on one page; what is longer goes below the grid, where it may run over as many as it needs.
_LONGEST_IN_GRID = 900


def printed_pages(session: Session, *, identity: Identity, cadre_id: int, first: date, last: date,
                  words: FormWords) -> tuple[list[PrintedPage], DivisionRef | None]:
    """The pages of a cadre's days that have an entry, and the home village of the last of them.

    One's own with drafts; a supervisor gets submitted entries of days in a village below. NotFound without any.
    """
    own = cadre_id == identity.cadre_id
    query = select(DiaryEntry.day).where(DiaryEntry.cadre_id == cadre_id, DiaryEntry.day.between(first, last),
                                         DiaryEntry.is_erased.is_(False))
    if not own:
        query = query.where(DiaryEntry.submitted_at.is_not(None))
    written = set(session.scalars(query))
    unit = cadre_by_id(session, cadre_id).sending_unit
    terms = {term.key: term.en if words.language == "en" else term.zh for term in terms_of(session, "purpose")}
    pages, village = [], None
    for day in (one for one in days_between(first, last) if one in written):
        home = homes_of(session, [cadre_id], day).get(cadre_id)
        if not own and (home is None or not identity.may(home.path, "supervisor")):
            continue
        village = home
        page = page_of(session, cadre_id=cadre_id, day=day, home=home, drafts=own)
        pages.append(_printed(session, page, unit, terms, words))
    if not pages:
        raise NotFound("diary_nothing_to_print")
    return pages, village


def _printed(session: Session, page: DayPage, unit: str, terms: dict[str, str], words: FormWords) -> PrintedPage:
    visits = [(round_, visit) for round_ in page.rounds for visit in round_.visits]
    types = [key for entry in page.entries for key in entry.work_types] + [
        key for round_ in page.rounds for key in round_.purposes]
    village = page.village.name if page.village else ""
    township = division_by_id(session, page.village.township_id).name if page.village and page.village.township_id \
        else ""
    texts = {
        "unit": unit, "place": "、".join(dict.fromkeys(
            [f"{township}{village}", *(one.place for one in page.where if one.place)])),
        "work_types": "、".join(dict.fromkeys(terms.get(key, key) for key in types)),
        "households": "、".join(_household(visit.household) for _round, visit in visits),
        "team": "、".join(dict.fromkeys([page.cadre["name"], *(name for one in page.rounds for name in one.team)])),
        "visits": numbered(
            words("diary.visit", household=_household(visit.household),
                  manner=words(f"diary.manner.{visit.manner}")) for _round, visit in visits),
        "said": numbered(f"{visit.household['householder']}：{visit.summary}" for _round, visit in visits
                         if visit.summary),
        "concerns": numbered(one.text if one.householder is None else f"{one.householder}：{one.text}"
                             for one in page.concerns),
        "handled": numbered(f"{one.text[:30]}：{words.other(f'concern.state.{one.state}')}" for one in page.concerns),
        "receptions": numbered(words("diary.reception", question=one.question, answer=one.answer or NOTHING)
                               for one in page.receptions),
        "meetings": numbered(words("diary.meeting", division=one.division, decisions=one.decisions or NOTHING)
                             for one in page.meetings),
        "text": "\n".join(entry.text for entry in page.entries),
    }
    return PrintedPage(page.cadre["name"], f"{township}{village}", words.day(page.day),
                       words.other(f"form.weekday.{page.weekday}"), texts)


def _household(household: dict) -> str:
    return f"{household['villagers_group']} {household['householder']}"


def write_diary(file: IO[bytes], kind: str, pages: Iterable[PrintedPage], *, words: FormWords) -> None:
    """One page of paper and more for each day, in the layout of a form."""
    document = new_document(margin_mm=20)
    title = words(f"diary.title.{kind}")
    set_footer(document, title, page=words.page())
    for number, page in enumerate(pages):
        add_line(document, title, size=22, heading=True, centred=True, after=10, new_page=number > 0)
        add_line(document, words("diary.head", name=page.name, village=page.village or NOTHING, day=page.day,
                                 weekday=page.weekday), size=12, centred=True, after=6)
        long = [name for name in FORMS[kind] if len(page.texts[name]) > _LONGEST_IN_GRID]
        rows = [[Cell(words(f"diary.row.{name}"), bold=True), Cell(page.texts[name], align="left")]
                for name in FORMS[kind] if name not in long and (page.texts[name] or kind == "squatting_sheet")]
        add_grid(document, rows, widths_mm=_WIDTHS_MM, size=12, least_mm=12, sides_mm=1.5, air_mm=1)
        for name in long:
            add_line(document, words(f"diary.row.{name}"), size=14, heading=True, before=10, together=True)
            for line in page.texts[name].split("\n"):
                add_line(document, line, size=12, indented=True, after=2)
        add_line(document, "", size=6, after=6)
        add_line(document, words(f"diary.signed.{kind}"), size=12, after=6)
    save(document, file)
