"""The papers of a meeting (.docx): every report village by village, who has handed in none, open concerns by owner."""

from collections.abc import Iterable
from typing import IO
from uuid import UUID

from docx.document import Document
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.auth import Identity
from api.dashboards.orders_service import Order, Taking, paper_taking
from api.diary.concern_lists_service import list_concerns
from api.diary.concerns_service import ConcernView
from api.diary.meeting_models import Report
from api.diary.meetings_service import MeetingView, meeting_view, supervised_meeting
from api.docx import add_line, new_document, save, set_footer
from api.docx_grid import Cell, add_grid
from api.form_words import NOTHING, FormWords

_PARTS = ("situation", "problems", "suggestions", "plan")
_HEAD_MM = (22, 78, 24, 46)
_COLUMNS = ("number", "village", "matter", "raised_on", "due_on", "state")
_WIDTHS_MM = (11, 24, 71, 22, 22, 20)
# More is a matter for the list on the screen.
MOST_CONCERNS = 1000
# So many ruled lines for what is said at the meeting.
_SPARE = 5


def pack_paper(session: Session, *, identity: Identity, meeting_id: UUID, order: Order) -> Taking:
    """The papers of a meeting that the user supervises, as things stand now; drafts stay with their authors."""
    meeting = supervised_meeting(session, identity=identity, id=meeting_id)
    view = meeting_view(session, meeting)
    ids = [person["report_id"] for person in view.people if person["report_id"]]
    reports = {row.cadre_id: row for row in session.scalars(select(Report).where(Report.id.in_(ids)))}
    concerns, _count = list_concerns(session, identity=identity, today=order.today, code=view.division.code,
                                     state="undone", page_size=MOST_CONCERNS)
    return paper_taking(
        order, division=view.division, subject=f"meeting:{meeting.id}",
        name=f"{view.division.name}-{view.held_on}", details={"rows": len(reports)},
        write=lambda file: write_pack(file, view, reports, concerns, words=order.words))


def write_pack(file: IO[bytes], view: MeetingView, reports: dict[int, Report], concerns: Iterable[ConcernView], *,
               words: FormWords) -> None:
    """Write the papers; `reports` by cadre, `concerns` what is due first."""
    title = words("pack.title", division=view.division.name, day=words.day(view.held_on))
    document = new_document(margin_mm=20)
    set_footer(document, title, page=words.page())
    add_line(document, title, size=20, heading=True, centred=True, after=10)
    _add_head(document, view, reports, words)
    _add_reports(document, view, reports, words)
    if view.period:
        _add_missing(document, view, reports, words)
    _add_concerns(document, list(concerns), words)
    _add_said(document, view, words)
    save(document, file)


def _add_head(document: Document, view: MeetingView, reports: dict[int, Report], words: FormWords) -> None:
    place = view.place or (view.village and view.village.name) or NOTHING
    span = words.span(view.period.first, view.period.last) if view.period else NOTHING
    rows = [
        [words("pack.held_on"), f"{words.day(view.held_on)} {view.starts or ''}".strip(), words("pack.place"), place],
        [words("pack.period"), span, words("pack.handed_in"),
         words("pack.of", n=len(reports), of=len(view.people)) if view.period else NOTHING],
    ]
    add_grid(document, [[Cell(text, bold=column % 2 == 0) for column, text in enumerate(row)] for row in rows],
             widths_mm=_HEAD_MM, size=11, least_mm=9, sides_mm=1.2)
    add_line(document, "", size=4, after=2)
    if view.agenda:
        _add_text(document, words("pack.agenda"), view.agenda)


def _add_reports(document: Document, view: MeetingView, reports: dict[int, Report], words: FormWords) -> None:
    _add_heading(document, words("pack.reports"))
    if not reports:
        add_line(document, words("pack.no_reports"), indented=True)
    village = None
    for person in view.people:
        report = reports.get(person["cadre"]["id"])
        if report is None:
            continue
        if person["village"].id != village:
            village = person["village"].id
            add_line(document, person["village"].name, size=14, heading=True, before=8, after=3, together=True)
        add_line(document, words("pack.by", name=person["cadre"]["name"], when=words.instant(report.submitted_at)),
                 bold=True, after=2, together=True)
        for part in _PARTS:
            if getattr(report, part):
                _add_text(document, words(f"pack.part.{part}"), getattr(report, part))


def _add_missing(document: Document, view: MeetingView, reports: dict[int, Report], words: FormWords) -> None:
    """Village by village in the order of the roster: a list to ask by, not one to compare by."""
    _add_heading(document, words("pack.missing"))
    names: dict[str, list[str]] = {}
    for person in view.people:
        if person["cadre"]["id"] not in reports:
            names.setdefault(person["village"].name, []).append(person["cadre"]["name"])
    for village, missing in names.items():
        add_line(document, words("pack.missing_of", village=village, names=words("comma").join(missing)),
                 indented=True, after=2)
    if not names:
        add_line(document, words("pack.none_missing"), indented=True)


def _add_concerns(document: Document, concerns: list[ConcernView], words: FormWords) -> None:
    _add_heading(document, words("pack.concerns", n=len(concerns)))
    if not concerns:
        add_line(document, words("pack.no_concerns"), indented=True)
    owners: dict[int, list[ConcernView]] = {}
    for concern in concerns:
        owners.setdefault(concern.owner.id, []).append(concern)
    for mine in sorted(owners.values(), key=lambda found: (len(found[0].owner.path), found[0].owner.code)):
        add_line(document, words("pack.owner", owner=mine[0].owner.name, n=len(mine)), size=13, heading=True,
                 before=6, after=3, together=True)
        rows = [[words(f"pack_column.{name}") for name in _COLUMNS]]
        for number, one in enumerate(mine, start=1):
            state = words.other(f"concern.state.{one.state}")
            rows.append([
                str(number), one.village.name, Cell(_matter(one), align="left"), words.day_of_year(one.raised_on),
                words.day_of_year(one.due_on), words("pack.overdue", state=state) if one.is_overdue else state])
        add_grid(document, rows, widths_mm=_WIDTHS_MM, size=10.5, heading_rows=1, least_mm=8, sides_mm=1)
        add_line(document, "", size=3, after=0)


def _matter(concern: ConcernView) -> str:
    return f"{concern.household['householder']}：{concern.text}" if concern.household else concern.text


def _add_said(document: Document, view: MeetingView, words: FormWords) -> None:
    """What was said, if it was written down already; else room to write it by hand."""
    for key in ("minutes", "comments", "decisions"):
        text = getattr(view, key)
        if text:
            _add_heading(document, words(f"pack.{key}"))
            for line in text.splitlines():
                add_line(document, line, indented=True, after=2)
    if not (view.comments or view.decisions):
        _add_heading(document, words("pack.to_write"))
        add_grid(document, [[""]] * _SPARE, widths_mm=[sum(_WIDTHS_MM)], size=12, least_mm=10)


def _add_heading(document: Document, text: str) -> None:
    add_line(document, text, size=16, heading=True, before=10, after=4, together=True)


def _add_text(document: Document, label: str, text: str) -> None:
    """A part behind its label; a list begins below it."""
    lines = text.splitlines()
    if len(lines) == 1:
        lines = [label + lines[0]]
    else:
        add_line(document, label, indented=True, after=2, together=True)
    for line in lines:
        add_line(document, line, indented=True, after=2)
