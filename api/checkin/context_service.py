"""What a piece of evidence meets: the posting of its day, the kept rows that it may lift, the places to measure.

Every check-in of a county asks this at nine in the morning, so it is one question, and its statement is built once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Integer, Row, Text, and_, bindparam, cast, func, select, true, union_all
from sqlalchemy.orm import Session

from api.auth import Identity
from api.checkin.models import PostingMonth, PostingWeek, StationedDay
from api.dates import monday_of, month_of
from api.postings.accounts_service import identity_parameters, identity_query, load_identity, read_identity
from api.postings.models import Cadre, Division, Place, Posting, PostingVillage
from api.postings.policies_service import holding_value
from api.postings.roster_service import posted_between
from api.short_way import ShortWay

_days = StationedDay.__table__
_weeks, _months = PostingWeek.__table__, PostingMonth.__table__
_postings, _divisions, _places = Posting.__table__, Division.__table__, Place.__table__
_further, _cadres = PostingVillage.__table__, Cadre.__table__


def _posting_query(cadre_id):
    """A cadre's posting on :day with that day's kept rows, and a row for each place that the posting covers."""
    day = bindparam("day", type_=_days.c.day.type)
    own = _postings.c.cadre_id == cadre_id
    # A join on home OR further villages would make PostgreSQL look at every place of the county.
    covered = union_all(
        select(_postings.c.id.label("posting_id"), _postings.c.village_id).where(own).correlate(_cadres),
        select(_further.c.posting_id, _further.c.village_id)
        .join(_postings, _postings.c.id == _further.c.posting_id).where(own).correlate(_cadres)).subquery("covered")
    default_radius_m = holding_value("radius_m", _divisions.c.path, day)
    return (
        select(_postings.c.id.label("posting_id"), _days.c.state, _weeks.c.stationed_mask, _weeks.c.waiting_mask,
               _weeks.c.required_days.label("week_required_days"), _months.c.stationed_days,
               _months.c.required_days.label("month_required_days"),
               _places.c.id.label("place_id"), _places.c.name.label("place_name"), _places.c.wgs84_latitude,
               _places.c.wgs84_longitude,
               func.coalesce(_places.c.radius_m, cast(cast(default_radius_m, Text), Integer)).label("radius_m"))
        .select_from(
            _postings.join(_divisions, _divisions.c.id == _postings.c.village_id)
            .outerjoin(_days, and_(_days.c.posting_id == _postings.c.id, _days.c.day == day))
            .outerjoin(_weeks, and_(_weeks.c.posting_id == _postings.c.id, _weeks.c.monday == bindparam("monday")))
            .outerjoin(_months, and_(_months.c.posting_id == _postings.c.id,
                                     _months.c.month_on == bindparam("month_on")))
            .outerjoin(covered, covered.c.posting_id == _postings.c.id)
            .outerjoin(_places, _places.c.village_id == covered.c.village_id))
        .where(own, posted_between(day, day)))


def _context_query():
    """The context of a record, of :cadre_id; a cadre without a posting has one row of it, too."""
    found = _posting_query(bindparam("cadre_id")).subquery("found")
    return (select(_cadres.c.facts_version, *found.c).select_from(_cadres.outerjoin(found, true()))
            .where(_cadres.c.id == bindparam("cadre_id")))


def _sender_query():
    """The same of the cadre who holds a session, with who that is."""
    found = _posting_query(_cadres.c.id).correlate(_cadres).lateral("found")
    return identity_query().add_columns(_cadres.c.facts_version, *found.c).outerjoin(found, true())


_CONTEXT, _SENDER = _context_query(), _sender_query()


@dataclass(frozen=True, slots=True)
class Context:
    """What a record of a cadre on a day meets: the posting that covers it, the day's kept rows, the places.

    `facts.posting_id` is None where no posting covers the day; `places` has a row for each place.
    """

    cadre_id: int
    day: date
    facts: Row
    places: tuple[Row, ...]


def load_sender(session: Session | ShortWay, hashed: bytes, now: datetime, idle: timedelta,
                day: date) -> tuple[Identity | None, Context | None]:
    """The user of a session token's hash, and what a cadre's record on `day` would meet.

    PostgreSQL says both at once, since each question costs a way there and back; on SQLite, which is in the process
    itself, the second is left to be asked when it is needed (None).
    """
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        return load_identity(session, hashed, now, idle), None
    rows = connection.execute(_SENDER, {**identity_parameters(hashed, now, idle), **_on(day)}).fetchall()
    identity = read_identity(rows)
    if identity is None or identity.cadre_id is None:
        return identity, None
    return identity, _read_context(identity.cadre_id, day, rows)


def ask_context(session: Session | ShortWay, cadre_id: int, day: date) -> Context:
    """What a cadre's record on `day` meets now."""
    rows = session.connection().execute(_CONTEXT, {"cadre_id": cadre_id, **_on(day)}).fetchall()
    return _read_context(cadre_id, day, rows)


def _on(day: date) -> dict:
    return {"day": day, "monday": monday_of(day), "month_on": month_of(day)}


def _read_context(cadre_id: int, day: date, rows: Sequence[Row]) -> Context:
    # The sender's grants may bring each place several times.
    places = {row.place_id: row for row in rows if row.place_id is not None}
    return Context(cadre_id, day, rows[0], tuple(places.values()))
