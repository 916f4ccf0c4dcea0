"""What changed for a phone since it last asked: its households, its cadre's own records, concerns, deeds; page by page.

A transaction that began before a walk may commit after it with an earlier `changed_at`. So the next walk begins a while
before this one did: a phone hears of some rows twice, and of none never.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from api.auth import Identity
from api.checkin import emergency_service
from api.checkin.emergency_models import EmergencyDuty
from api.contracts import notice_lists_service, notices_service
from api.contracts.acceptance_models import Deed
from api.contracts.deeds_service import deed_views
from api.contracts.notice_models import SupervisionNotice
from api.dates import month_of, shanghai_day
from api.db import Base
from api.diary.concern_lists_service import STATES
from api.diary.concerns_service import Standing, concern_views
from api.diary.entry_views_service import entry_views
from api.diary.models import Concern, DiaryEntry
from api.diary.reports_service import ReportView, own_reports
from api.postings.models import Division
from api.sync import conflicts_service
from api.sync.conflicts_service import ConflictView
from api.sync.cursor_rules import Cursor, scope_digest
from api.visits import companions_service
from api.visits.companions_service import CompanionView
from api.visits.household_access_service import posted_villages
from api.visits.households_service import household_views
from api.visits.models import Companion, Household, Linkage, Round
from api.visits.round_views_service import round_views

PAGE_SIZE = 500
# Longer than any transaction lasts; the import of a county's register is the longest, with minutes.
OVERLAP = timedelta(minutes=10)
# A first load brings what is over only if it changed within these days.
FIRST_LOAD = timedelta(days=60)
# What a phone keeps of a household beside its village and the cadre's links to it.
KEPT = ("id", "number", "villagers_group", "householder", "initials", "members", "labels", "absences", "phone_last4",
        "last_visited_on")


@dataclass(frozen=True, slots=True)
class Change:
    """A record as it now stands, by the kind of its address; None: gone, for the phone to forget."""

    kind: str
    id: Any
    record: Any


@dataclass(frozen=True, slots=True)
class Page:
    """Changes, and the cursor to go on from; `is_complete`: it is the next walk's. `starts_anew`: forget the rest."""

    changes: list[Change]
    cursor: Cursor
    is_complete: bool
    starts_anew: bool
    village_codes: list[str]


@dataclass(frozen=True, slots=True)
class Lists:
    """Short lists that a phone takes over whole at the end of a walk."""

    companionships: list[CompanionView]
    conflicts: list[ConflictView]
    reports: list[ReportView]
    emergency_duties: list[EmergencyDuty]


@dataclass
class Reader:
    """Whose phone asks, when, and what it may keep."""

    session: Session
    identity: Identity
    now: datetime
    since: datetime | None = None
    today: date = field(init=False)

    def __post_init__(self):
        self.today = shanghai_day(self.now)

    @cached_property
    def villages(self) -> dict[int, str]:
        """The codes of the villages that the cadre's posting covers today, by their ids."""
        rows = self.session.execute(select(Division.id, Division.code).where(
            Division.id.in_(posted_villages(self.identity.cadre_id or 0, self.today))).order_by(Division.code))
        return {row.id: row.code for row in rows}

    @cached_property
    def links(self) -> dict[int, list[str]]:
        """The kinds of link (link, key) to each household that the cadre is linked to today."""
        links: dict[int, list[str]] = {}
        for row in self.session.execute(
                select(Linkage.household_id, Linkage.kind).where(
                    Linkage.cadre_id == self.identity.cadre_id, Linkage.from_on <= self.today,
                    or_(Linkage.to_on.is_(None), Linkage.to_on >= self.today))
                .order_by(Linkage.household_id, Linkage.kind)):
            links.setdefault(row.household_id, []).append(row.kind)
        return links

    @cached_property
    def standing(self) -> Standing:
        return Standing(self.session, self.identity, today=self.today)

    @property
    def scope(self) -> str:
        """Where it changes, the phone holds what it must forget, or lacks what changed long ago."""
        return scope_digest(sorted(self.villages), sorted(self.links.items()))

    @property
    def recent(self) -> datetime:
        return self.now - FIRST_LOAD


@dataclass(frozen=True)
class Stream:
    """Rows of one table that a phone keeps, in the order in which they changed."""

    kind: str
    model: type[Base]
    kept: Callable[[Reader], ColumnElement[bool]]
    views: Callable[[Reader, list], Sequence]
    changed: str = "changed_at"

    def rows(self, reader: Reader, after: tuple[datetime, str] | None, most: int) -> list:
        changed, id = getattr(self.model, self.changed), self.model.id
        query = select(self.model).where(self.kept(reader))
        if reader.since is not None:
            query = query.where(changed > reader.since)
        if after is not None:
            at, last = after[0], id.type.python_type(after[1])
            query = query.where(or_(changed > at, and_(changed == at, id > last)))
        return list(reader.session.scalars(query.order_by(changed, id).limit(most)))


def _kept_households(reader: Reader) -> ColumnElement[bool]:
    reach = or_(Household.village_id.in_(reader.villages), Household.id.in_(reader.links))
    alive = or_(Household.alive_to.is_(None), Household.alive_to >= reader.today)
    return reach if reader.since is not None else and_(reach, alive)


def _household_views(reader: Reader, rows: list[Household]) -> list[dict | None]:
    views = household_views(reader.session, rows, today=reader.today)
    return [None if view.alive_to is not None and view.alive_to < reader.today
            else {"village_code": view.village.code, "links": reader.links.get(view.id, []),
                  **{name: getattr(view, name) for name in KEPT}} for view in views]


def _kept_concerns(reader: Reader) -> ColumnElement[bool]:
    seen = Concern.id.in_(select(Concern.id).join(Division, Division.id == Concern.village_id)
                          .where(reader.standing.seen()))
    current = or_(Concern.state.in_(STATES["open"]), Concern.changed_at > reader.recent)
    return seen if reader.since is not None else and_(seen, current)


def _concern_views(reader: Reader, rows: list[Concern]) -> list:
    return concern_views(reader.session, rows, standing=reader.standing)


def _kept_rounds(reader: Reader) -> ColumnElement[bool]:
    joined = select(Companion.round_id).where(Companion.cadre_id == reader.identity.cadre_id,
                                              Companion.state == "joined")
    own = or_(Round.cadre_id == reader.identity.cadre_id, Round.id.in_(joined))
    return own if reader.since is not None else and_(own, Round.captured_at > reader.recent, Round.is_erased.is_(False))


def _round_views(reader: Reader, rows: list[Round]) -> list:
    views = round_views(reader.session, rows, identity=reader.identity)
    return [None if row.is_erased else view for row, view in zip(rows, views, strict=True)]


def _kept_entries(reader: Reader) -> ColumnElement[bool]:
    own = DiaryEntry.cadre_id == reader.identity.cadre_id
    current = and_(DiaryEntry.captured_at > reader.recent, DiaryEntry.is_erased.is_(False))
    return own if reader.since is not None else and_(own, current)


def _entry_views(reader: Reader, rows: list[DiaryEntry]) -> list:
    views = entry_views(reader.session, rows)
    return [None if row.is_erased else view for row, view in zip(rows, views, strict=True)]


def _kept_deeds(reader: Reader) -> ColumnElement[bool]:
    own = Deed.village_id.in_(reader.villages)
    current = or_(Deed.month_on >= month_of(reader.today), Deed.state == "planned")
    return own if reader.since is not None else and_(own, current)


def _deed_views(reader: Reader, rows: list[Deed]) -> list:
    return deed_views(reader.session, rows, today=reader.today)


def _kept_notices(reader: Reader) -> ColumnElement[bool]:
    # Those to the villages of the posting; whatever other grants the cadre has.
    own = and_(SupervisionNotice.village_id.in_(reader.villages), SupervisionNotice.issued_at.is_not(None))
    current = or_(notice_lists_service.is_in_list("open", reader.today), SupervisionNotice.changed_at > reader.recent)
    return own if reader.since is not None else and_(own, current)


def _notice_views(reader: Reader, rows: list[SupervisionNotice]) -> list:
    standing = notices_service.Standing(reader.session, reader.identity, today=reader.today)
    return notices_service.notice_views(reader.session, rows, standing=standing)


STREAMS = (
    Stream("household", Household, _kept_households, _household_views),
    Stream("round", Round, _kept_rounds, _round_views),
    Stream("diary_entry", DiaryEntry, _kept_entries, _entry_views),
    Stream("concern", Concern, _kept_concerns, _concern_views),
    Stream("deed", Deed, _kept_deeds, _deed_views),
    Stream("supervision_notice", SupervisionNotice, _kept_notices, _notice_views),
)


def read_changes(session: Session, *, identity: Identity, cursor: Cursor | None, now: datetime,
                 page_size: int = PAGE_SIZE) -> Page:
    """The next page of a cadre's walk. One that begins, or whose scope is no longer so, starts anew with everything."""
    reader = Reader(session, identity, now)
    starts_anew = cursor is None or cursor.scope != reader.scope
    if starts_anew:
        cursor = Cursor(identity.user_id, reader.scope, since=None, until=now)
    if cursor.until is None:
        cursor = replace(cursor, until=now)
    reader.since = cursor.since
    changes: list[Change] = []
    while cursor.stream < len(STREAMS) and len(changes) < page_size:
        stream, room = STREAMS[cursor.stream], page_size - len(changes)
        rows = stream.rows(reader, cursor.after, room)
        changes += [Change(stream.kind, row.id, view)
                    for row, view in zip(rows, stream.views(reader, rows), strict=True)]
        if len(rows) < room:
            cursor = replace(cursor, stream=cursor.stream + 1, after=None)
        else:
            cursor = replace(cursor, after=(getattr(rows[-1], stream.changed), str(rows[-1].id)))
    is_complete = cursor.stream == len(STREAMS)
    if is_complete:
        cursor = Cursor(identity.user_id, cursor.scope, since=cursor.until - OVERLAP, until=None)
    return Page(changes, cursor, is_complete, starts_anew, list(reader.villages.values()))


def read_lists(session: Session, *, identity: Identity, now: datetime) -> Lists:
    """Rounds that wait for the cadre's word, edits that wait to be settled, this month's and last month's reports,
    and emergency duties of the posted villages that are not over.

    Of the reports no text: what was not edited is written from the records at each reading.
    """
    today, cadre_id = shanghai_day(now), identity.cadre_id or 0
    months = month_of(today), month_of(month_of(today) - timedelta(days=1))
    reports = {report.id: report for month_on in months
               for report in own_reports(session, cadre_id=cadre_id, month_on=month_on, today=today)}
    return Lists(companions_service.list_own(session, cadre_id=cadre_id, state="named"),
                 conflicts_service.list_own(session, identity=identity, state="open", today=today),
                 list(reports.values()),
                 emergency_service.duties_of_cadre(session, cadre_id=cadre_id, now=now))
