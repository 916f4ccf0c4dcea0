"""Pictures that came a second time, for those above to look at: who used them, when, in which records."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, String, and_, cast, func, not_, or_, select, union_all
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.dashboards import oddities_service
from api.dashboards.oddities_finding_service import OWN_DAYS
from api.dashboards.oddity_models import Oddity
from api.dashboards.picture_uses_service import RECORDS, TOLD, USED_BEFORE, used_before_by
from api.dates import shanghai_day, start_of_day
from api.diary.special_report_models import SpecialReport
from api.diary.special_reports_service import submitted_to
from api.errors import Forbidden, NotFound
from api.photos import repeats_service
from api.photos.models import Photo, RecordPhoto
from api.postings.access_service import reach_of
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, audit_chain, below, refs
from api.postings.models import Division
from api.postings.policies_service import policy_book

_PICTURE = (RecordPhoto.record_id, RecordPhoto.sha256, RecordPhoto.kind, RecordPhoto.added_at, RecordPhoto.same_as,
            RecordPhoto.reviewed_at, RecordPhoto.reviewed_by_id, RecordPhoto.review_reason)
# One for each kind, so that a condition can speak of it.
_SOURCES = {kind: query.subquery(kind) for kind, query in RECORDS.items()}
# The oddity of a picture is found by this mark (oddities_pictures_service).
_MARK = func.replace(cast(RecordPhoto.record_id, String), "-", "").concat(func.substr(RecordPhoto.sha256, 1, 32))


@dataclass(frozen=True, slots=True)
class Use:
    """A record that names a photo; `path` is its village's, `user_id` whose record it is."""

    kind: str
    record_id: UUID
    village: DivisionRef
    by: dict
    day: date
    named_at: datetime


@dataclass(frozen=True, slots=True)
class Repeat:
    """A record with a picture that was there before; `earlier` the records of it that the reader may know of, and
    `elsewhere` whether there are others.
    """

    sha256: str
    use: Use
    has_come: bool
    earlier: list[Use]
    elsewhere: bool
    review: dict | None


def _within(identity: Identity, kind: str) -> ColumnElement[bool]:
    """The condition that the user may know of a record of a kind; `Division` is its village.

    A stability clue is nothing for whoever supervises a village only.
    """
    reach = reach_of(identity, "supervisor")
    if kind != "special_report":
        return reach
    return and_(reach, RecordPhoto.record_id.in_(
        select(SpecialReport.id).join(Division, Division.id == SpecialReport.village_id).where(submitted_to(identity))))


def _seen(identity: Identity, kind: str, *, own_days: int, today: date) -> ColumnElement[bool]:
    """The condition that the user may look at a marked picture of a kind; `Division` is its village.

    A cadre's is an oddity, so its cadre is asked first (oddities_service.seen_above): those from the township on see it
    once it is explained or the `own_days` for that have passed; what was not found yet is as young as it came.
    """
    within = _within(identity, kind)
    if kind not in TOLD:
        return within
    record = _SOURCES[kind]
    oddity = select(Oddity.id).where(Oddity.cadre_id == record.c.cadre_id, Oddity.kind == "same_picture",
                                     Oddity.mark == _MARK)
    waits = or_(oddity.where(Oddity.state == "found", Oddity.shown_on > today).exists(),
                and_(RecordPhoto.added_at >= start_of_day(today - timedelta(days=own_days - 1)), not_(oddity.exists())))
    return and_(within, or_(record.c.cadre_id.is_(None), and_(
        oddities_service.reach_above(identity), or_(RecordPhoto.reviewed_at.is_not(None), not_(waits)))))


def _kinds_open(session: Session) -> tuple[str, ...]:
    """The kinds of records with a marked picture that nobody has closed: few are, and the others need no asking."""
    found = set(session.scalars(select(RecordPhoto.kind).distinct().where(
        RecordPhoto.same_as.is_not(None), RecordPhoto.reviewed_at.is_(None))))
    return tuple(kind for kind in RECORDS if kind in found)


def _own_days(session: Session, division: Division, today: date) -> int:
    """The days that a cadre has before those above see it: of the rules in a division, the longest."""
    book = policy_book(session, OWN_DAYS)
    return max(rule.value for rule in (*book.above(OWN_DAYS, division.path, today),
                                       *book.below(OWN_DAYS, division.path, today)))


def list_repeats(session: Session, *, identity: Identity, division: Division, is_open: bool, today: date, page: int,
                 page_size: int, by_village: bool = False) -> tuple[list[Repeat], int]:
    """A page of the marked pictures of records below a division and how many there are; the latest first.

    `by_village`: in the order of the roster, the days of each village one after the other.
    """
    reviewed = RecordPhoto.reviewed_at.is_(None) if is_open else RecordPhoto.reviewed_at.is_not(None)
    kinds = _kinds_open(session) if is_open else tuple(RECORDS)
    if not kinds:
        return [], 0
    own_days = _own_days(session, division, today)
    marked = union_all(*(
        _uses(kind, RecordPhoto.same_as.is_not(None), reviewed, below(division.path), USED_BEFORE,
              _seen(identity, kind, own_days=own_days, today=today)) for kind in kinds)).subquery("marked")
    order = [marked.c.added_at.desc(), marked.c.record_id.desc(), marked.c.sha256]
    if by_village:
        order = [marked.c.code, marked.c.day, marked.c.added_at, marked.c.record_id, marked.c.sha256]
    rows = session.execute(select(marked).order_by(*order).offset((page - 1) * page_size).limit(page_size)).all()
    count = session.scalar(select(func.count()).select_from(marked))
    return _repeats(session, rows, identity=identity), count


def close(session: Session, *, identity: Identity, record_id: UUID, sha256: str, reason: str, now: datetime) -> Repeat:
    """Close the matter of a marked picture with a reason; the same again changes nothing.

    Raises NotFound outside the supervisor's divisions and before its cadre was asked, Forbidden (own_record) where the
    picture or one of those before is the supervisor's own, Conflict (photo_reviewed).
    """
    photo = session.get(RecordPhoto, (record_id, sha256))
    if photo is None or photo.kind not in RECORDS:
        raise NotFound()
    kind, record = photo.kind, _SOURCES[photo.kind]
    today = shanghai_day(now)
    village = session.scalar(select(Division).join(record, record.c.village_id == Division.id).where(
        record.c.record_id == record_id))
    row = village and session.execute(_uses(
        kind, RecordPhoto.record_id == record_id, RecordPhoto.sha256 == sha256,
        _seen(identity, kind, own_days=_own_days(session, village, today), today=today))).one_or_none()
    if row is None:
        raise NotFound()
    if row.user_id == identity.user_id or used_before_by(session, record_id=record_id, sha256=sha256,
                                                         user_id=identity.user_id):
        raise Forbidden("own_record")
    if repeats_service.close_repeat(session, record_id=record_id, sha256=sha256, user_id=identity.user_id,
                                    reason=reason, now=now):
        audit.append(session, chain=audit_chain(village), at=now, user_id=identity.user_id, action="photo.reviewed",
                     subject=f"{kind}:{record_id}",
                     details={"sha256": sha256, "same_as": row.same_as, "reason": reason})
        oddities_service.picture_closed(session, record_id=record_id, sha256=sha256, user_id=identity.user_id,
                                        reason=reason, now=now)
    return _repeats(session, [session.execute(_uses(
        kind, RecordPhoto.record_id == record_id, RecordPhoto.sha256 == sha256)).one()], identity=identity)[0]


def _uses(kind: str, *conditions: ColumnElement[bool]) -> Select:
    """The records of a kind that name a photo, each with its photo; `Division` is its village."""
    record = _SOURCES[kind]
    return (select(*_PICTURE, record.c.village_id, record.c.user_id, record.c.day, User.name.label("user_name"),
                   Division.code)
            .join(record, record.c.record_id == RecordPhoto.record_id)
            .join(Division, Division.id == record.c.village_id).join(User, User.id == record.c.user_id)
            .where(RecordPhoto.kind == kind, *conditions))


def _repeats(session: Session, marked: list[Row], *, identity: Identity) -> list[Repeat]:
    if not marked:
        return []
    hashes = {row.same_as for row in marked}
    named = session.execute(union_all(*(
        _uses(kind, RecordPhoto.sha256.in_(hashes), _within(identity, kind)) for kind in RECORDS))).all()
    places = refs(session, {row.village_id for row in (*marked, *named)})
    earlier: dict[str, list[Use]] = {sha256: [] for sha256 in hashes}
    for row in named:
        earlier[row.sha256].append(_use(row, places))
    come = set(session.scalars(select(Photo.sha256).where(Photo.sha256.in_([row.sha256 for row in marked]))))
    names = _names(session, [row.reviewed_by_id for row in marked])
    repeats = []
    for row in marked:
        others = sorted((one for one in earlier[row.same_as]
                         if one.record_id != row.record_id and one.named_at <= row.added_at),
                        key=lambda one: (one.named_at, one.record_id))
        review = None if row.reviewed_at is None else {
            "at": row.reviewed_at, "by": {"id": row.reviewed_by_id, "name": names[row.reviewed_by_id]},
            "reason": row.review_reason}
        repeats.append(Repeat(row.sha256, _use(row, places), row.sha256 in come, others, not others, review))
    return repeats


def _use(row: Row, places: dict[int, DivisionRef]) -> Use:
    return Use(row.kind, row.record_id, places[row.village_id], {"id": row.user_id, "name": row.user_name}, row.day,
               row.added_at)


def _names(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    return dict(session.execute(select(User.id, User.name).where(User.id.in_({id for id in ids if id}))).all())
