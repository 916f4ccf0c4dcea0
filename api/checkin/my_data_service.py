"""What is kept of one person, by kinds: to be looked at, and to be taken away as .csv and .json."""

import tempfile
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import IO

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from api import audit, i18n, tables
from api.audit import AuditEntry
from api.checkin.models import Decision, Evidence, Leave, LeaveStep, PostingMonth, PostingWeek, StationedDay
from api.checkin.month_models import Errand, MonthClose, MonthStep
from api.checkin.privacy_models import CoordinateReveal, DataRequest
from api.checkin.reveals_service import reveal_views
from api.photos.models import Photo
from api.postings.account_models import Grant, Invitation, User, UserSession
from api.postings.consent_service import chain_of_user
from api.postings.models import Cadre, Division, Posting, PostingVillage
from api.postings.proposal_models import Handover, PlaceProposal

Part = tuple[object, ColumnElement[bool]]
# What stands in an own row about other people is not one's own to take away; an attachment is there to be fetched.
LEFT_OUT = {("month_closes", "sheet"), ("disclosure_files", "content")}


Parts = dict[str, list[Part]]


def kinds(user_id: int, further: Parts) -> Parts:
    """The kinds of the data list (api/data/functions.json), each with its tables and which rows are the person's.

    `further` are those of the slices above.
    """
    own = _kinds(user_id)
    return {key: [*own.get(key, ()), *further.get(key, ())] for key in {**own, **further}}


def _kinds(user_id: int) -> Parts:
    cadre = select(Cadre.id).where(Cadre.user_id == user_id).scalar_subquery()
    postings = select(Posting.id).where(Posting.cadre_id == cadre)
    evidence = select(Evidence.id).where(Evidence.cadre_id == cadre)
    leaves = select(Leave.id).where(Leave.cadre_id == cadre)
    villages = or_(Division.id.in_(select(Posting.village_id).where(Posting.cadre_id == cadre)),
                   Division.id.in_(select(PostingVillage.village_id).where(PostingVillage.posting_id.in_(postings))))
    return {
        "account": [(User, User.id == user_id), (Grant, Grant.user_id == user_id)],
        "sessions": [(UserSession, UserSession.user_id == user_id), (Invitation, Invitation.user_id == user_id)],
        "roster": [(Cadre, Cadre.user_id == user_id), (Posting, Posting.cadre_id == cadre),
                   (PostingVillage, PostingVillage.posting_id.in_(postings)), (Division, villages),
                   (Handover, Handover.posting_id.in_(postings))],
        "presence": [(Evidence, Evidence.cadre_id == cadre)],
        "decisions": [(Decision, or_(Decision.evidence_id.in_(evidence), Decision.user_id == user_id)),
                      (PlaceProposal, or_(PlaceProposal.proposed_by_id == user_id,
                                          PlaceProposal.decided_by_id == user_id))],
        "leave": [(Leave, Leave.cadre_id == cadre),
                  (LeaveStep, or_(LeaveStep.leave_id.in_(leaves), LeaveStep.user_id == user_id)),
                  (Errand, Errand.entered_by_id == user_id)],
        "figures": [(StationedDay, StationedDay.posting_id.in_(postings)),
                    (PostingWeek, PostingWeek.posting_id.in_(postings)),
                    (PostingMonth, PostingMonth.posting_id.in_(postings))],
        "months": [(MonthStep, or_(MonthStep.posting_id.in_(postings), MonthStep.user_id == user_id)),
                   (MonthClose, MonthClose.closed_by_id == user_id)],
        "photos": [(Photo, Photo.stored_by_id == user_id)],
        "review": [(CoordinateReveal, or_(CoordinateReveal.evidence_id.in_(evidence),
                                          CoordinateReveal.user_id == user_id)),
                   (DataRequest, DataRequest.user_id == user_id)],
        "audit": [(AuditEntry, AuditEntry.user_id == user_id)],
    }


def describe(session: Session, *, user_id: int, further: Parts, coordinates_days: int | None, language: str) -> dict:
    """How much of each kind there is of a person, how long it is kept and who sees it, and who saw coordinates."""
    shown = []
    for key, parts in kinds(user_id, further).items():
        count = sum(session.scalar(select(func.count()).select_from(model).where(own)) for model, own in parts)
        shown.append(_kind(key, count, coordinates_days, language))
        if key == "presence":
            [(_evidence, own)] = parts
            held = session.scalar(select(func.count()).select_from(Evidence)
                                  .where(own, Evidence.latitude.is_not(None)))
            shown.append(_kind("position", held, coordinates_days, language))
    return {"categories": shown, "reveals": _reveals(session, user_id)}


def _kind(key: str, count: int, coordinates_days: int | None, language: str) -> dict:
    words = {name: i18n.text(language, f"about.data.{key}.{name}", days=coordinates_days or "–")
             for name in ("name", "kept", "seen")}
    return {"key": key, "count": count, **words}


def _reveals(session: Session, user_id: int) -> list[dict]:
    rows = session.execute(
        select(CoordinateReveal, Evidence.day).join(Evidence, Evidence.id == CoordinateReveal.evidence_id)
        .join(Cadre, Cadre.id == Evidence.cadre_id).where(Cadre.user_id == user_id)
        .order_by(CoordinateReveal.at.desc(), CoordinateReveal.id)).all()
    days = {row[0].id: row.day for row in rows}
    return [{"id": view.id, "evidence_id": view.evidence_id, "day": days[view.id], "by": view.by, "at": view.at,
             "reason": view.reason} for view in reveal_views(session, [row[0] for row in rows])]


def export(session: Session, *, user_id: int, further: Parts, coordinates_days: int | None, language: str,
           now: datetime, today: date) -> IO[bytes]:
    """Everything of `kinds` in a .zip, each table as .csv and .json; noted in the audit log.

    The file is deleted when it is closed.
    """
    file = tempfile.TemporaryFile(prefix="zhucun-my-data-")
    made = i18n.text(language, "about.export.made", at=now.isoformat())
    lines, counts = [i18n.text(language, "about.export.title"), made, ""], {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for key, parts in kinds(user_id, further).items():
            words = _kind(key, 0, coordinates_days, language)
            lines += [f"{key}: {words['name']}", f"  {words['kept']}", f"  {words['seen']}"]
            for model, own in parts:
                name = f"{key}/{model.__tablename__}"
                for suffix, write in (("csv", tables.write_csv), ("json", tables.write_json)):
                    columns = [column for column in tables.columns_of(model.__table__)
                               if (column.table.name, column.name) not in LEFT_OUT]
                    with archive.open(f"{name}.{suffix}", "w", force_zip64=True) as member:
                        counts[name] = write(member, [column.name for column in columns],
                                             _rows(session, columns, model, own))
                lines.append(f"  {name}: {counts[name]}")
        archive.writestr("README.txt", "\n".join(lines) + "\n")
    file.seek(0)
    audit.append(session, chain=chain_of_user(session, user_id=user_id, today=today), at=now, user_id=user_id,
                 action="data.exported", subject=f"user:{user_id}", details={"rows": sum(counts.values())})
    return file


def _rows(session: Session, columns: list, model, own) -> Iterator[tuple]:
    keys = list(model.__table__.primary_key.columns)
    yield from session.execute(select(*columns).where(own).order_by(*keys).execution_options(yield_per=1000))
