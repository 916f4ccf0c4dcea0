"""Drafts supervision notices and corrects drafts; one open notice for each matter that it comes from."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.contracts.notice_models import SupervisionNotice
from api.contracts.notice_sources_service import check_source
from api.contracts.notice_steps_service import add_step
from api.contracts.notices_rules import INVOLVED, ISSUER, OVER, Given
from api.contracts.notices_service import NoticeView, Standing, notice_views
from api.dates import shanghai_day
from api.db import dialect_insert
from api.errors import Conflict, Forbidden, IdReused, NotFound, Unprocessable
from api.postings.divisions_service import DivisionRef, audit_chain, division_by_code, find_county, refs
from api.postings.models import Division
from api.postings.policies_service import policy_book


def draft_notice(session: Session, *, identity: Identity, id: UUID, village_code: str, source_kind: str,
                 source_id: UUID | None, due_on: date | None, county_code: str, content_hash: bytes, now: datetime,
                 **content) -> tuple[NoticeView, bool]:
    """Keep a draft, exactly once per id; (the notice as it now stands, False) when it is sent again.

    `content`: title, facts, basis, demand, lead_unit, assisting_units, copies_to, contact. Raises NotFound for a
    village or a source out of reach, Forbidden (own_record), Conflict (notice_exists, with the id of the open one),
    Unprocessable (notice_source_unfit, notice_due_on_past), IdReused.
    """
    standing = Standing(session, identity, today=shanghai_day(now))
    held = session.get(SupervisionNotice, id)
    if held is not None:
        return _known(session, held, standing=standing, content_hash=content_hash), False
    village = division_by_code(session, village_code)
    issuer = issuer_of(session, identity=identity, village=village, county_code=county_code)
    if village.id in standing.posted or identity.may(village.path, "village"):
        raise Forbidden("own_record")
    due_on = due_on or default_due_on(session, village=village, today=standing.today)
    if due_on < standing.today:
        raise Unprocessable("notice_due_on_past")
    if source_id is not None:
        # Locked, so that of two drafts at once the second finds the first.
        check_source(session, identity=identity, kind=source_kind, source_id=source_id, village=village,
                     today=standing.today, lock=True)
        open_id = open_notice_of(session, source_id)
        if open_id not in (None, id):
            raise Conflict("notice_exists", errors={"notice_id": [str(open_id)]})
    created = session.execute(dialect_insert(session, SupervisionNotice).values(
        id=id, issuer_id=issuer.id, owner_id=issuer.id, village_id=village.id, source_kind=source_kind,
        source_id=source_id, due_on=due_on, state="drafted", reissues=0, drafted_by_id=identity.user_id,
        drafted_at=now, changed_at=now, version=1, content_hash=content_hash, **content,
    ).on_conflict_do_nothing().returning(SupervisionNotice.id)).scalar() is not None
    notice = session.get(SupervisionNotice, id)
    if not created:
        return _known(session, notice, standing=standing, content_hash=content_hash), False
    add_step(session, notice, id=id, number=1, step="drafted", identity=identity, at=now, received_at=now,
             given=Given(), content_hash=content_hash)
    audit.append(session, chain=audit_chain(issuer), at=now, user_id=identity.user_id, action="supervision.drafted",
                 subject=f"notice:{id}", details={"village": village.code, "title": content["title"]})
    return notice_views(session, [notice], standing=standing)[0], True


def edit_draft(session: Session, *, notice: SupervisionNotice, standing: Standing, changes: dict, now: datetime
               ) -> NoticeView:
    """Let a draft say something else. Raises Forbidden (notice_held_elsewhere, own_record), Conflict
    (notice_not_drafted), Unprocessable (notice_due_on_past).
    """
    places = refs(session, [notice.village_id, notice.issuer_id, notice.owner_id])
    village, user_id = places[notice.village_id], standing.identity.user_id
    standings = standing.towards(notice, village=village, issuer=places[notice.issuer_id],
                                 owner=places[notice.owner_id], steps=[])
    if ISSUER not in standings:
        raise Forbidden("notice_held_elsewhere")
    if INVOLVED in standings:
        raise Forbidden("own_record")
    if notice.state != "drafted":
        raise Conflict("notice_not_drafted")
    if changes.get("due_on") is not None and changes["due_on"] < standing.today:
        raise Unprocessable("notice_due_on_past")
    for name, value in changes.items():
        setattr(notice, name, value)
    notice.changed_at, notice.version = now, notice.version + 1
    audit.append(session, chain=audit_chain(places[notice.issuer_id]), at=now, user_id=user_id,
                 action="supervision.edited", subject=f"notice:{notice.id}", details={"changed": sorted(changes)})
    return notice_views(session, [notice], standing=standing)[0]


def issuer_of(session: Session, *, identity: Identity, village: Division | DivisionRef, county_code: str) -> Division:
    """Who issues a notice that the user drafts: the township or the county, by the grant nearest to the village.

    Raises NotFound for what is no village of the user's.
    """
    grants = sorted(identity.grants_over(village.path, "supervisor"), key=lambda grant: len(grant.path), reverse=True)
    above = [grant for grant in grants if grant.level != "village"]
    if village.level != "village" or not above:
        raise NotFound("division_not_found", code=village.code)
    if above[0].level == "township":
        return session.get(Division, above[0].division_id)
    return find_county(session, county_code)


def default_due_on(session: Session, *, village: Division | DivisionRef, today: date) -> date:
    """The deadline of a notice where nobody says another: so many days from today, by the policy notice_days."""
    days = policy_book(session, "notice_days").value("notice_days", village.path, today)
    return today + timedelta(days=days)


def open_notice_of(session: Session, source_id: UUID) -> UUID | None:
    """The notice about a matter that is not over yet."""
    return session.scalar(select(SupervisionNotice.id).where(
        SupervisionNotice.source_id == source_id, SupervisionNotice.state.not_in(OVER)).limit(1))


def _known(session: Session, notice: SupervisionNotice, *, standing: Standing, content_hash: bytes) -> NoticeView:
    if (notice.drafted_by_id, notice.content_hash) != (standing.identity.user_id, content_hash):
        raise IdReused()
    return notice_views(session, [notice], standing=standing)[0]
