"""Writes the demo's households, rounds, diary and concerns: in bulk what phones sent, through services what follows.

Kept counts are then made by the service that keeps them, so that `zhucun verify` finds nothing to say.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import insert
from sqlalchemy.orm import Session

from api import demo_words as words
from api.auth import Identity
from api.checkin.rules import day_and_flags
from api.db import NO_HASH
from api.demo_evidence_rules import evidence_row
from api.demo_field_rules import Field
from api.demo_leave_rules import new_id
from api.demo_rounds_rules import RoundPlan, VisitPlan
from api.diary import concern_steps_service, concerns_service
from api.diary.models import DiaryEntry
from api.http import content_hash
from api.postings.account_models import User
from api.postings.models import Cadre, Division
from api.sealing import Keyring
from api.visits import rounds_service, village_quarters_service
from api.visits.households_rules import initials
from api.visits.models import Companion, Household, HouseholdAbsence, HouseholdLabel, Linkage, Round, Visit
from api.visits.rounds_service import AT_THE_DOOR

_AT_ONCE = 5_000
# How far concerns get, by how often; of those raised long ago nearly all are over.
_YOUNG = {(): 25, ("accepted",): 20, ("in_village",): 20, ("joint_consultation",): 12, ("escalated",): 12,
          ("in_village", "resolved"): 11}
_OLD = {("accepted",): 3, ("joint_consultation",): 3, ("escalated",): 3, ("explained",): 6,
        ("in_village", "resolved"): 8, ("in_village", "resolved", "followed_up"): 6,
        ("in_village", "resolved", "followed_up", "closed"): 48, ("explained", "followed_up", "closed"): 23}
_OLD_FROM = timedelta(days=12)


@dataclass(frozen=True)
class Actors:
    """Who there is, by the names that plans give them."""

    users: dict[str, User]
    cadres: dict[int, Cadre]
    divisions: dict[str, Division]
    identity: Callable[[str], Identity]


class FieldWork:
    """The plan of a demo's field work, being written."""

    def __init__(self, session: Session, field: Field, actors: Actors, *, keys: Keyring, founded_at: datetime):
        self._session, self._field, self._actors = session, field, actors
        self._keys, self._founded_at = keys, founded_at

    def evidence(self) -> Iterator[dict]:
        """A row for every round that is evidence of presence."""
        for plan in self._field.rounds:
            if plan.position is None or all(visit.manner not in AT_THE_DOOR for visit in plan.visits):
                continue
            cadre_id = self._actors.cadres[plan.number].id
            day, flags = self._day_and_flags(plan)
            yield evidence_row(
                id=rounds_service.evidence_id(plan.id, cadre_id), kind="visit", source_id=plan.id, cadre_id=cadre_id,
                day=day, flags=flags, captured_at=plan.captured_at, received_at=plan.received_at,
                elapsed_ms=plan.elapsed_ms, position=plan.position, location_error=None, device_id=plan.device_id,
                note=None, content_hash=NO_HASH)

    def write(self) -> None:
        """The register, the rounds and the diary."""
        self._write_households()
        self._write_links()
        self._write_rounds()
        self._write_entries()

    def settle(self, *, county_code: str, seed: int, as_of: datetime) -> None:
        """Count what is kept, and let concerns take their course up to `as_of`."""
        village_quarters_service.rebuild(
            self._session, village_ids=village_quarters_service.all_village_ids(self._session), now=as_of)
        rng = Random(f"{seed} concerns")
        for plan in self._field.rounds:
            for visit in plan.visits:
                if visit.concern is not None:
                    self._raise(rng, plan, visit, county_code=county_code, as_of=as_of)

    def _day_and_flags(self, plan: RoundPlan) -> tuple[date, tuple[str, ...]]:
        return day_and_flags(captured_at=plan.captured_at, received_at=plan.received_at, elapsed_ms=plan.elapsed_ms,
                             first_log_in_at=self._actors.users[f"cadre{plan.number}"].first_log_in_at)

    def _insert(self, model: type, rows: list[dict]) -> None:
        for first in range(0, len(rows), _AT_ONCE):
            self._session.execute(insert(model), rows[first:first + _AT_ONCE])

    def _write_households(self) -> None:
        labels, absences, rows = [], [], []
        for id, plan in enumerate(self._field.households, 1):
            rows.append({
                "id": id, "village_id": self._actors.divisions[plan.village].id, "number": plan.number,
                "villagers_group": plan.villagers_group, "householder": plan.householder,
                "initials": initials(plan.householder), "members": plan.members, "alive_from": plan.alive_from,
                "alive_to": plan.alive_to, "ended_as": plan.ended_as, "changed_at": self._founded_at, "version": 1,
                **self._sealed(id, plan.phone)})
            labels += [{"household_id": id, "label": label} for label in plan.labels]
            absences += [{"household_id": id, "from_on": first, "to_on": last} for first, last in plan.absences]
        self._insert(Household, rows)
        self._insert(HouseholdLabel, labels)
        self._insert(HouseholdAbsence, absences)

    def _sealed(self, id: int, phone: str | None) -> dict:
        if phone is None:
            return {"phone_sealed": None, "phone_key": None, "phone_index": None, "phone_last4": None}
        place = {"table": "households", "column": "phone_sealed"}
        key, sealed = self._keys.seal(phone, **place, row=id)
        return {"phone_sealed": sealed, "phone_key": key, "phone_index": self._keys.index(phone, **place),
                "phone_last4": phone[-4:]}

    def _write_links(self) -> None:
        """Ten key households for every other instructor and first secretary, some linked ones for everybody."""
        rng, rows = Random("links"), []
        of_village: dict[int, list[int]] = {}
        for id, plan in enumerate(self._field.households, 1):
            if plan.alive_to is None:
                of_village.setdefault(self._actors.divisions[plan.village].id, []).append(id)
        for number, village_id, from_on, to_on in self._field.homes(self._actors.divisions):
            chosen = rng.sample(of_village[village_id], min(13, len(of_village[village_id])))
            keys = 10 if number % 2 else rng.randint(6, 10)
            common = {"cadre_id": self._actors.cadres[number].id, "from_on": from_on, "to_on": to_on, "version": 1}
            rows += [{**common, "household_id": id, "kind": "key"} for id in chosen[:keys]]
            rows += [{**common, "household_id": id, "kind": "link"} for id in chosen[10:10 + rng.randint(0, 3)]]
        self._insert(Linkage, rows)

    def _write_rounds(self) -> None:
        rounds, visits, companions = [], [], []
        for plan in self._field.rounds:
            cadre_id, (day, flags) = self._actors.cadres[plan.number].id, self._day_and_flags(plan)
            rounds.append({
                "id": plan.id, "cadre_id": cadre_id, "day": day, "captured_at": plan.captured_at,
                "received_at": plan.received_at, "elapsed_ms": plan.elapsed_ms, "flags": " ".join(flags),
                "purposes": list(plan.purposes), "others": None, "device_id": plan.device_id, "is_erased": False,
                "content_hash": content_hash(plan._asdict() | {"visits": [one.id for one in plan.visits]})})
            visits += [{
                "id": visit.id, "round_id": plan.id, "household_id": visit.household + 1,
                "village_id": self._actors.divisions[self._field.households[visit.household].village].id,
                "cadre_id": cadre_id, "day": day, "manner": visit.manner, "summary": visit.summary, "version": 1,
            } for visit in plan.visits]
            if plan.companion is not None:
                joined = plan.companion % 4 != 0
                companions.append({
                    "round_id": plan.id, "cadre_id": self._actors.cadres[plan.companion].id,
                    "state": "joined" if joined else "named",
                    "answered_at": plan.received_at + timedelta(hours=1) if joined else None})
        self._insert(Round, rounds)
        self._insert(Visit, visits)
        self._insert(Companion, companions)

    def _write_entries(self) -> None:
        self._insert(DiaryEntry, [{
            "id": plan.id, "cadre_id": self._actors.cadres[plan.number].id,
            "village_id": self._actors.divisions[plan.village].id, "day": plan.day, "text": plan.text,
            "work_types": list(plan.work_types), "captured_at": plan.written_at, "received_at": plan.written_at,
            "elapsed_ms": 0, "flags": "", "device_id": None, "submitted_at": plan.submitted_at, "is_erased": False,
            "changed_at": plan.submitted_at or plan.written_at, "version": 1, "content_hash": NO_HASH,
        } for plan in self._field.entries])

    def _raise(self, rng: Random, plan: RoundPlan, visit: VisitPlan, *, county_code: str, as_of: datetime) -> None:
        """A concern from a visit, and what became of it; the later it was raised, the less."""
        kind, text = visit.concern
        village = self._actors.divisions[self._field.households[visit.household].village]
        identity = self._actors.identity(f"cadre{plan.number}")
        content = {"kind": kind, "text": text}
        view, _created = concerns_service.raise_concern(
            self._session, identity=identity, id=new_id(rng), kind=kind, text=text, village_id=village.id,
            household_id=visit.household + 1, source_kind="visit", source_id=visit.id, captured_at=plan.captured_at,
            elapsed_ms=plan.elapsed_ms, now=plan.received_at, content_hash=content_hash(content))
        at, courses = plan.received_at, _OLD if as_of - plan.received_at > _OLD_FROM else _YOUNG
        for step in rng.choices(tuple(courses), tuple(courses.values()))[0]:
            at += timedelta(hours=rng.randint(8, 70))
            if at > as_of:
                return
            note = rng.choice(words.STEP_NOTES[step]) if step in words.STEP_NOTES else None
            concern_steps_service.take_step(
                self._session, identity=identity, concern_id=view.id, id=new_id(rng), step=step, note=note,
                to_division_code=village.code[:9] + "000" if step == "escalated" else None, into_id=None, photos=(),
                captured_at=at, elapsed_ms=0, county_code=county_code, content_hash=content_hash({"step": step}),
                now=at)
