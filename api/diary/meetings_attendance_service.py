"""Who was at a meeting, as the officer enters it; those present need no report of their own for the day.

A meeting where the township sits is an errand of those present; one in a village is evidence for those posted to it,
confirmed by who entered it, and an errand for the others. What is taken back is undone in the same transaction.
"""

import hashlib
from datetime import date, datetime
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.checkin.attested_service import attest
from api.checkin.errands_service import enter_errand
from api.checkin.evidence_service import withdraw
from api.checkin.leave_service import leave_by_id, take_step
from api.dates import shanghai_day
from api.diary.meeting_models import Attendance, Meeting
from api.errors import Conflict, Forbidden, NotFound
from api.form_words import FormWords
from api.postings.access_service import cadres_below
from api.postings.divisions_service import audit_chain
from api.postings.models import Division
from api.postings.roster_service import posting_on, villages_of

KIND = "meeting"


def enter_attendance(session: Session, *, identity: Identity, meeting: Meeting, lines: list[dict], counts: bool,
                     now: datetime) -> Meeting:
    """Put the whole list of {cadre_id, state, note} in the place of the one before.

    `counts` says whether those present get the day; without it a day that was given is taken back. Raises Conflict
    (meeting_not_held) before the day, Forbidden (own_record) for a change of one's own line, NotFound for a cadre who
    is not posted below the division that day.
    """
    if meeting.held_on > shanghai_day(now):
        raise Conflict("meeting_not_held")
    division = session.get(Division, meeting.division_id)
    held = {row.cadre_id: row for row in session.scalars(select(Attendance).where(Attendance.meeting_id == meeting.id))}
    wanted = {line["cadre_id"]: line for line in lines}
    _check(session, identity, meeting, division, held, wanted)
    given = {cadre_id for cadre_id, row in held.items() if row.made}
    present = {cadre_id for cadre_id, line in wanted.items() if line["state"] == "present"} if counts else set()
    meeting.version += 1
    for cadre_id in sorted(given - present):
        _take_back(session, held[cadre_id], identity=identity, now=now)
    made = _give(session, meeting, sorted(present - given), identity=identity, now=now)
    made |= {cadre_id: (held[cadre_id].made, held[cadre_id].made_id) for cadre_id in given & present}
    for cadre_id in held.keys() - wanted.keys():
        session.delete(held[cadre_id])
    for cadre_id, line in sorted(wanted.items()):
        row = held.get(cadre_id) or Attendance(meeting_id=meeting.id, cadre_id=cadre_id)
        row.state, row.note = line["state"], line["note"]
        row.made, row.made_id = made.get(cadre_id, (None, None))
        session.add(row)
    session.flush()
    states = {state: [cadre_id for cadre_id in sorted(wanted) if wanted[cadre_id]["state"] == state]
              for state in ("present", "excused", "absent")}
    audit.append(session, chain=audit_chain(division), at=now, user_id=identity.user_id, action="meeting.attended",
                 subject=f"meeting:{meeting.id}",
                 details={"present": states["present"], "excused": states["excused"], "absent": states["absent"],
                          "counts": counts})
    return meeting


def _check(session: Session, identity: Identity, meeting: Meeting, division: Division,
           held: dict[int, Attendance], wanted: dict[int, dict]) -> None:
    own = identity.cadre_id
    before, after = held.get(own), wanted.get(own)
    if own is not None and (before and (before.state, before.note)) != (after and (after["state"], after["note"])):
        raise Forbidden("own_record")
    expected = set(cadres_below(session, division=division, first=meeting.held_on, last=meeting.held_on))
    if not wanted.keys() <= expected | held.keys():
        raise NotFound()


def _give(session: Session, meeting: Meeting, cadre_ids: list[int], *, identity: Identity,
          now: datetime) -> dict[int, tuple[str, UUID]]:
    """Give those present the day; answers what each of them got."""
    # What is entered again after a correction is another errand, and other evidence.
    source_id = uuid5(meeting.id, str(meeting.version))
    in_village = [cadre_id for cadre_id in cadre_ids if _covers(session, cadre_id, meeting.village_id, meeting.held_on)]
    away = [cadre_id for cadre_id in cadre_ids if cadre_id not in in_village]
    made = {}
    if in_village:
        attest(session, identity=identity, kind=KIND, source_id=source_id, village_id=meeting.village_id,
               cadre_ids=in_village, day=meeting.held_on, captured_at=now, now=now)
        made = {cadre_id: ("evidence", uuid5(source_id, f"{KIND} {cadre_id}")) for cadre_id in in_village}
    if away:
        words = FormWords(identity.language)
        enter_errand(session, identity=identity, id=source_id, kind="errand", from_on=meeting.held_on,
                     to_on=meeting.held_on, title=words("meeting.errand", day=words.day_of_year(meeting.held_on)),
                     cadre_ids=away, notice_sha256=None, content_hash=_made_here(source_id), now=now)
        made |= {cadre_id: ("errand", uuid5(source_id, str(cadre_id))) for cadre_id in away}
    return made


def _covers(session: Session, cadre_id: int, village_id: int | None, day: date) -> bool:
    posting = posting_on(session, cadre_id=cadre_id, day=day) if village_id else None
    return posting is not None and village_id in villages_of(session, [posting.id])[posting.id]


def _take_back(session: Session, row: Attendance, *, identity: Identity, now: datetime) -> None:
    if row.made == "evidence":
        withdraw(session, kind=KIND, source_id=row.made_id)
    if row.made == "errand" and leave_by_id(session, row.made_id).state in ("asked", "approved"):
        id = uuid5(row.made_id, "meeting corrected")
        take_step(session, identity=identity, leave_id=row.made_id, id=id, step="refused",
                  note=FormWords(identity.language)("meeting.corrected"), returned_on=None,
                  content_hash=_made_here(id), now=now)


def _made_here(id: UUID) -> bytes:
    """The content hash of a record that no client sent: nobody can send it again."""
    return hashlib.sha256(id.bytes).digest()
