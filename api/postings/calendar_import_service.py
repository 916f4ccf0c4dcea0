"""Bringing in a year's official calendar: all or nothing, as a whole, and the same table twice changes nothing."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import BinaryIO

from sqlalchemy.orm import Session

from api import audit, i18n
from api.cells import BadFile, match_key
from api.errors import Forbidden
from api.postings.calendar_import_rules import (
    CALENDAR_FIELDS,
    NOTICE_KINDS,
    CalendarFile,
    CalendarWords,
    NoticeDay,
    read_calendar,
)
from api.postings.calendar_service import special_days
from api.postings.divisions_service import find_county
from api.postings.imports_service import ImportReport, file_hash, take_turns
from api.postings.models import CalendarDay, CalendarYear
from api.postings.people_file_service import words_of
from api.postings.table_file_service import read_sheets


@dataclass(frozen=True)
class _Change:
    """A day whose row changes: `row` None for a new one, `wanted` None for one that goes."""

    day: date
    row: CalendarDay | None
    wanted: NoticeDay | None

    @property
    def moves_figures(self) -> bool:
        return (self.row and self.row.kind) != (self.wanted and self.wanted.kind)


def import_calendar(session: Session, *, file: BinaryIO, county_code: str, by_id: int | None, now: datetime,
                    dry_run: bool = False, scope: tuple[str, ...] | None = None, source: str = "") -> ImportReport:
    """Make a year official as a table says (.xlsx or .csv, a seekable `file`).

    The year's official days are replaced as a whole; a day that was set by itself, from another source, stays unless
    the table names it. `source` is the notice's number where the table does not give it. `scope` holds the paths under
    which the importer may act, None for all: the calendar is the whole county's, so one of them must reach it, else
    Forbidden (county_admin_only). With problems, or with `dry_run`, nothing is written.

    The caller refreshes the kept figures of the report's `days`, and commits.
    """
    _check_scope(session, county_code, scope)
    report = ImportReport("calendar", dry_run)
    try:
        read = read_calendar(read_sheets(file), calendar_words(), source=source)
    except BadFile as bad:
        report.problems.append(bad.problem)
        return report
    report.rows, report.problems = read.count, read.problems
    if report.problems:
        return report
    take_turns(session)
    year = session.get(CalendarYear, read.year)
    changes = _changes(session, read, {read.source, year.source if year else read.source})
    report.created = sum(change.row is None for change in changes)
    report.withdrawn = sum(change.wanted is None for change in changes)
    report.updated = len(changes) - report.created - report.withdrawn
    report.unchanged = len(read.days) - report.created - report.updated
    if not dry_run and (changes or year is None or year.source != read.source):
        _audit(session, report, read, year, changes, file=file, by_id=by_id, now=now)
        _apply(session, read, year, changes)
        report.days = sorted(change.day for change in changes if change.moves_figures)
    return report


@cache
def calendar_words() -> CalendarWords:
    """What headings and kinds may be called: the words of every dictionary, and other usual ones."""
    headings, kinds, examples = {}, {kind: kind for kind in NOTICE_KINDS}, []
    for language in i18n.LANGUAGES:
        examples.append(match_key(i18n.text(language, "import.example_mark")))
        for name in CALENDAR_FIELDS:
            headings |= {match_key(name): name} | dict.fromkeys(words_of(language, f"import.heading.{name}"), name)
        for kind in NOTICE_KINDS:
            kinds |= dict.fromkeys(words_of(language, f"import.calendar_kind.{kind}"), kind)
    return CalendarWords(headings=headings, kinds=kinds, example=tuple(examples))


def _check_scope(session: Session, county_code: str, scope: tuple[str, ...] | None) -> None:
    county = find_county(session, county_code) if scope is not None else None
    if scope is not None and not (county and any(county.path.startswith(path) for path in scope)):
        raise Forbidden("county_admin_only")


def _changes(session: Session, read: CalendarFile, official: set[str]) -> list[_Change]:
    held = special_days(session, date(read.year, 1, 1), date(read.year, 12, 31))
    changes = [_Change(day, row, None) for day, row in held.items() if day not in read.days and row.source in official]
    for day, wanted in sorted(read.days.items()):
        row = held.get(day)
        if row is None or (row.kind, row.label, row.source) != (wanted.kind, wanted.label, read.source):
            changes.append(_Change(day, row, wanted))
    return changes


def _apply(session: Session, read: CalendarFile, year: CalendarYear | None, changes: list[_Change]) -> None:
    if year is None:
        session.add(CalendarYear(year=read.year, source=read.source))
    else:
        year.source = read.source
    for change in changes:
        row, wanted = change.row, change.wanted
        if wanted is None:
            session.delete(row)
        elif row is None:
            session.add(CalendarDay(day=change.day, kind=wanted.kind, label=wanted.label, source=read.source))
        else:
            row.kind, row.label, row.source, row.version = wanted.kind, wanted.label, read.source, row.version + 1
    session.flush()


def _audit(session: Session, report: ImportReport, read: CalendarFile, year: CalendarYear | None,
           changes: list[_Change], *, file: BinaryIO, by_id: int | None, now: datetime) -> None:
    """One entry that keeps what every changed day was and is, as its kind and label."""
    days = {change.day.isoformat(): [change.row and [change.row.kind, change.row.label],
                                     change.wanted and [change.wanted.kind, change.wanted.label]] for change in changes}
    replaced = {change.row.source for change in changes if change.row is not None}
    audit.append(session, chain=audit.COUNTY_CHAIN, at=now, user_id=by_id, action="import.calendar",
                 subject=f"calendar-year:{read.year}",
                 details={"sha256": file_hash(file), "source": read.source, "source_before": year and year.source,
                          "sources_replaced": sorted(replaced), "days": days, **report.counts()})
