"""What happened after a month was closed: each difference with its causes, who and why. Derived when it is read.

Nothing is written on the way of a check-in, and nothing can be forgotten: whatever the live sheet says otherwise than
the frozen one is a correction.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.audit import AuditEntry
from api.checkin.corrections_rules import Cause, Difference, differences, explained
from api.checkin.facts_service import RATE_KEYS
from api.checkin.leave_rules import covers
from api.checkin.models import Decision, Evidence, Leave, LeaveStep
from api.checkin.month_models import Errand
from api.checkin.month_service import Month, user_names
from api.dates import days_between
from api.postings.divisions_service import refs
from api.postings.models import Cadre
from api.postings.roster_service import villages_of

# A record may have been received shortly before the close and have waited for it to be written.
SLACK = timedelta(minutes=1)
# Changes of the roster and the rules are told by the audit log; so is an erasure, which leaves nothing else behind.
_TOLD = ("posting.created", "posting.changed", "cadres.imported", "place.created", "place.changed", "place.removed",
         "policy.set", "calendar.set", "import.calendar", "evidence.erased", "visit.annulled")
# Evidence that comes with a decision of whoever entered it.
ENTERED_BY_OTHERS = ("register", "reception", "meeting")
# The rules that a sign or a figure can follow.
_RULES = (*RATE_KEYS, "radius_m")


@dataclass
class Correction:
    """A difference with its causes, as answers show it."""

    difference: Difference
    causes: list[dict] = field(default_factory=list)

    def __getattr__(self, name: str):
        return getattr(self.difference, name)

    @property
    def cadre(self) -> dict:
        return {"id": self.difference.cadre_id, "name": self.difference.name}


def count_corrections(month: Month) -> int:
    """How many lines stand beside a closed month."""
    return 0 if month.close is None else len(differences(month.sheet, month.live))


def changes_after(session: Session, at: datetime) -> list[AuditEntry]:
    """What the audit log tells of the roster, the rules and erasures since shortly before an instant."""
    return list(session.scalars(select(AuditEntry).where(AuditEntry.action.in_(_TOLD), AuditEntry.at > at - SLACK)
                                .order_by(AuditEntry.at, AuditEntry.chain, AuditEntry.number)))


def corrections_of(session: Session, month: Month, *, changes: list[AuditEntry] | None = None) -> list[Correction]:
    """The lines beside a closed month, each with what happened after it was closed.

    Whoever asks for many months reads the `changes` after the earliest close once for all: the log is long.
    """
    found = [] if month.close is None else differences(month.sheet, month.live)
    if not found:
        return []
    since = month.close.closed_at - SLACK
    last = max(column.day for sheet in (month.sheet, month.live) for column in sheet.days)
    first = min(month.sheet.days[0].day, date(month.month_on.year, 1, 1))
    causes = _facts(session, {one.cadre_id for one in found}, first, last, since)
    if changes is None:
        changes = changes_after(session, month.close.closed_at)
    causes += _told_causes(session, month, found, [one for one in changes if one.at > since], first=first, last=last)
    shown = explained(found, causes, month_on=month.month_on, span=(month.sheet.days[0].day, month.sheet.days[-1].day))
    names = user_names(session, {cause.by_id for _one, own in shown for cause in own if cause.by_id})
    return [Correction(one, [
        {"at": cause.at, "by": cause.by_id and {"id": cause.by_id, "name": names[cause.by_id]}, "what": cause.what,
         "reason": cause.reason} for cause in own]) for one, own in shown]


def _facts(session: Session, cadre_ids: Iterable[int], first: date, last: date, since: datetime) -> list[Cause]:
    """Evidence that came, decisions and steps of leave that were made, after an instant, about days of these cadres."""
    ids = sorted(cadre_ids)
    about = (Evidence.cadre_id.in_(ids), Evidence.day.between(first, last))
    causes = [
        Cause(row.received_at, row.user_id, f"{row.kind}_late" if "late" in row.flags.split() else row.kind, row.note,
              row.cadre_id, frozenset({row.day}), adds=True)
        for row in session.execute(
            select(Evidence.received_at, Evidence.kind, Evidence.flags, Evidence.note, Evidence.cadre_id, Evidence.day,
                   Cadre.user_id).join(Cadre, Cadre.id == Evidence.cadre_id)
            # What others entered is told by its decision, which says who did.
            .where(*about, Evidence.received_at > since, Evidence.kind.not_in(ENTERED_BY_OTHERS)))]
    causes += [
        Cause(row.decided_at, row.user_id, _decided(row.kind, row.outcome), row.reason, row.cadre_id,
              frozenset({row.day}), adds=row.outcome == "confirmed")
        for row in session.execute(
            select(Decision.decided_at, Decision.user_id, Decision.outcome, Decision.reason, Evidence.kind,
                   Evidence.cadre_id, Evidence.day).join(Evidence, Evidence.id == Decision.evidence_id)
            .where(*about, Decision.decided_at > since))]
    leaves = session.execute(
        select(LeaveStep.at, LeaveStep.user_id, LeaveStep.step, LeaveStep.note, Leave, Errand.title)
        .join(Leave, Leave.id == LeaveStep.leave_id).outerjoin(Errand, Errand.id == Leave.errand_id)
        .where(Leave.cadre_id.in_(ids), Leave.from_on <= last, Leave.to_on >= first, LeaveStep.at > since,
               LeaveStep.step != "asked"))
    # What an errand was for is no secret; why somebody was ill or away is nobody's business here.
    return causes + [
        Cause(row.at, row.user_id, f"leave_{row.step}", row.note or row.title, row.Leave.cadre_id,
              _days_of(row.Leave, row.step, first, last), moves_figures=True) for row in leaves]


def _decided(kind: str, outcome: str) -> str:
    if kind == "register":
        return "register" if outcome == "confirmed" else "register_removed"
    return outcome


def _days_of(leave: Leave, step: str, first: date, last: date) -> frozenset[date]:
    """The days that a step of a leave bears on: coming back early gives back those after it, the others all."""
    return frozenset(day for day in days_between(max(first, leave.from_on), min(last, leave.to_on))
                     if step != "returned" or not covers(leave, day))


def _told_causes(session: Session, month: Month, found: list[Difference], entries: list[AuditEntry], *,
                 first: date, last: date) -> list[Cause]:
    """Changes of postings, places, rules and the calendar, and erasures, as far as they bear on the lines."""
    above = {int(part) for part in month.village.path.strip("/").split("/")}
    covered = villages_of(session, {one.posting_id for one in found})
    around = refs(session, above | {village for villages in covered.values() for village in villages})
    codes = {ref.code for ref in around.values()}
    cadre_ids = {one.cadre_id for one in found}
    return [cause for entry in entries for cause in _told(entry, codes, cadre_ids)
            if cause.days is None or any(first <= day <= last for day in cause.days)]


def _told(entry: AuditEntry, codes: set[str], cadre_ids: set[int]) -> Iterator[Cause]:
    details = entry.details
    told = partial(Cause, entry.at, entry.user_id, entry.action.replace(".", "_"))
    match entry.action.split(".")[0]:
        case "posting" if details["cadre"] in cadre_ids:
            yield told(None, details["cadre"], moves_figures=True)
        case "cadres":
            yield from (told(None, cadre_id, moves_figures=True)
                        for cadre_id in sorted(cadre_ids & {posting["cadre"] for posting in details["postings"]}))
        case "place" if details["village"] in codes:
            yield told(details["name"])
        case "policy" if details["division"] in codes and details["key"] in _RULES:
            yield told(details["source"], moves_signs=details["key"] not in RATE_KEYS,
                       moves_figures=details["key"] in RATE_KEYS)
        case "calendar":
            day = date.fromisoformat(entry.subject.removeprefix("calendar-day:"))
            yield told(details["label"] or details["source"], days=frozenset({day}), moves_figures=True)
        case "import":
            # A day whose label alone is another one changes no sheet.
            days = frozenset(date.fromisoformat(day) for day, (was, now) in details["days"].items()
                             if (was and was[0]) != (now and now[0]))
            yield told(details["source"], days=days, moves_figures=True)
        case "evidence" | "visit":
            # Entries of before companions were named say nothing of them.
            concerned = cadre_ids & {details["cadre"], *details.get("companions", ())}
            yield from (told(details.get("reason"), cadre_id, frozenset({date.fromisoformat(details["day"])}))
                        for cadre_id in sorted(concerned))
