"""Writes the made-up county into an empty database, through the services that real people's records go through.

Only the records of phones and the decisions on them are inserted in bulk: verdicts, days, weeks and months are then
made by the services that judge and keep, so that `zhucun verify` finds nothing to say.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from api import audit, demo_field_rules, demo_months_service, demo_rules
from api.auth import Grant as HeldGrant
from api.auth import Identity
from api.checkin import judging_service, kept_service, leave_service
from api.checkin.models import Decision, Evidence, KeptHorizon
from api.checkin.rules import day_and_flags
from api.dates import shanghai_day
from api.demo_board_service import fill_boards
from api.demo_checks_service import check_and_mark
from api.demo_days_rules import Record
from api.demo_evidence_rules import evidence_row
from api.demo_emergency_service import keep_watch
from api.demo_field_service import Actors, FieldWork
from api.demo_households_rules import FEW
from api.demo_leave_rules import Asked, Stepped
from api.demo_meetings_service import hold_meetings
from api.demo_oddities_service import be_odd
from api.demo_paper_service import PaperWork
from api.demo_people_rules import Spot, Stay, VillageFact, Worker, locates
from api.demo_photos_service import hang_pictures
from api.demo_ratings_service import fill_ratings
from api.demo_rules import Decided, Demo, Ended, Event, Posted
from api.demo_suggestions_service import fill_box
from api.demo_supervision_service import supervise
from api.demo_votes_service import hold_votes
from api.http import content_hash
from api.photos.stores_service import Store
from api.postings import accounts_service, calendar_service, roster_service, users_service
from api.postings.account_models import Grant, User
from api.postings.consent_service import NOTICE_VERSION
from api.postings.divisions_import_service import import_divisions
from api.postings.divisions_service import audit_chain, find_county
from api.postings.models import Cadre, Division, Posting
from api.sealing import Keyring
from api.visits import terms_service

COUNTY = "520329000000"
PASSWORD = "zhucun-demo"
_DIVISIONS = Path(__file__).resolve().parent / "data" / "yuqing.csv"


class NotEmpty(Exception):
    """The database already holds divisions or people; the demo never mixes with real records."""


def fill(session: Session, *, seed: int, today: date, keys: Keyring, store: Store, households: int = FEW,
         progress: Callable[[int, int], None] = lambda done, of: None) -> int:
    """Make the whole demo up to noon of `today` in one transaction; answers how many records and events it holds.

    `keys` seal the households' telephones, `store` takes the pictures, `households` is how many there are to be
    (demo_households_rules). `progress(done, of)` is called as the work goes on. Raises NotEmpty. The caller migrates
    before and commits after.
    """
    if not is_empty(session):
        raise NotEmpty()
    founded_at = demo_rules.founded_at(today)
    # Kept rows are made once, by `roll` at the end, instead of after every single fact.
    session.execute(delete(KeptHorizon))
    with _DIVISIONS.open("rb") as file:
        import_divisions(session, file=file, county_code=COUNTY, by_id=None, now=founded_at)
    terms_service.seed_terms(session)
    villages = _villages(session)
    demo = demo_rules.plan_demo(
        seed=seed, today=today, villages=villages, county_code=COUNTY,
        workdays=calendar_service.workdays(session, demo_rules.first_monday(today), today + timedelta(weeks=3)))
    # For the progress only: the founding takes about a third of the events' time, judging and counting as long again.
    steps = [len(demo.events) // 3, len(demo.events), len(demo.events)]
    progress(0, sum(steps))
    county = _County(session, demo, founded_at)
    field = demo_field_rules.plan_field(demo, villages, seed=seed, today=today, count=households)
    work = county.field_work(field, keys)
    for done, event in enumerate(demo.events, steps[0]):
        county.happen(event)
        progress(done, sum(steps))
    county.settle()
    kept_service.roll(session, today=today)
    work.settle(county_code=COUNTY, seed=seed, as_of=demo_rules.noon_of(today))
    county.follow_up(keys, seed=seed, as_of=demo_rules.noon_of(today))
    hang_pictures(session, store=store, seed=seed)
    demo_months_service.live_months(session, county=find_county(session, COUNTY), cast=county.cast(), seed=seed,
                                    first_on=demo_rules.first_monday(today), today=today)
    be_odd(session, identity=county.cast().identity, seed=seed, as_of=demo_rules.noon_of(today))
    progress(sum(steps), sum(steps))
    return sum(map(len, (demo.records, demo.events, field.rounds, field.entries)))


def is_empty(session: Session) -> bool:
    """Whether there is neither a division nor a user yet."""
    return not any(session.scalar(select(func.count()).select_from(model)) for model in (User, Division))


def last_day(session: Session) -> date | None:
    """The day of the latest record of presence."""
    return session.scalar(select(func.max(Evidence.day)))


def _villages(session: Session) -> list[VillageFact]:
    codes = dict(session.execute(select(Division.id, Division.code).where(Division.level == "township")).all())
    rows = session.execute(select(Division.code, Division.name, Division.township_id)
                           .where(Division.level == "village").order_by(Division.code))
    return [VillageFact(row.code, row.name, codes[row.township_id]) for row in rows]


class _County:
    """The demo being written: its users, cadres and divisions by the names that the plan gives them."""

    def __init__(self, session: Session, demo: Demo, founded_at: datetime):
        self._session, self._people, self._founded_at = session, demo.people, founded_at
        people = demo.people
        self._by_id = {division.id: division for division in session.scalars(select(Division))}
        self._divisions = {division.code: division for division in self._by_id.values()}
        self._users: dict[str, User] = {}
        self._grants: dict[str, list[Grant]] = {}
        self._cadres: dict[int, Cadre] = {}
        self._postings: dict[tuple[int, date], Posting] = {}
        self._password_hash = accounts_service.hash_password(PASSWORD)
        for official in people.officials:
            self._user(official.username, official.name, official.role, official.code, founded_at)
        for spot in people.spots:
            self._place(spot, founded_at)
        for worker in people.workers:
            self._cadre(worker, founded_at)
        self._evidence = {record.id: self._row(record) for record in demo.records}
        self._decisions: list[dict] = []

    def happen(self, event: Event) -> None:
        """Let an event take place at its time."""
        match event:
            case Posted():
                self._post(event.number, event.stay, event.at)
            case Ended():
                self._end(event)
            case Decided():
                self._decide(event)
            case Asked():
                self._ask(event)
            case Stepped():
                leave_service.take_step(
                    self._session, identity=self._identity(event.username), leave_id=event.leave_id, id=event.id,
                    step=event.step, note=event.note, returned_on=event.returned_on, now=event.at,
                    content_hash=content_hash({"step": event.step, "note": event.note,
                                               "returned_on": event.returned_on}))

    def settle(self) -> None:
        """Keep what phones sent and what was decided about it, and judge it all by the postings."""
        self._session.execute(insert(Evidence), list(self._evidence.values()))
        self._session.execute(insert(Decision), self._decisions)
        judging_service.cadres_changed(self._session, cadre_ids=[cadre.id for cadre in self._cadres.values()])

    def field_work(self, field: demo_field_rules.Field, keys: Keyring) -> FieldWork:
        """The field work, written but for what follows from it; its rounds are evidence like any."""
        work = FieldWork(self._session, field, Actors(self._users, self._cadres, self._divisions, self._identity),
                         keys=keys, founded_at=self._founded_at)
        work.write()
        self._evidence |= {row["id"]: row for row in work.evidence()}
        return work

    def follow_up(self, keys: Keyring, *, seed: int, as_of: datetime) -> None:
        """What is read, written, said, promised and looked after beside the field work."""
        cast = {"people": self._people, "identity": self._identity, "seed": seed, "as_of": as_of}
        PaperWork(self._session, **cast).write()
        hold_meetings(self._session, **cast)
        supervise(self._session, **cast)
        keep_watch(self._session, **cast)
        fill_boards(self._session, **cast)
        check_and_mark(self._session, **cast)
        fill_box(self._session, keys=keys, **cast)
        hold_votes(self._session, **cast)
        fill_ratings(self._session, keys=keys, **cast)

    def cast(self) -> demo_months_service.Cast:
        """Who there is to check, confirm and close months."""
        return demo_months_service.Cast(
            self._identity, {cadre.id: f"cadre{number}" for number, cadre in self._cadres.items()},
            self._people.committee_of, self._people.supervisor_of)

    def _user(self, username: str, name: str, role: str, code: str, at: datetime) -> User:
        user = accounts_service.create_user(self._session, username=username, name=name, now=at)
        user.password_hash = self._password_hash
        user.first_log_in_at = at + timedelta(hours=3)
        self._users[username] = user
        self._give(username, role, code, at)
        return user

    def _give(self, username: str, role: str, code: str, at: datetime) -> None:
        self._grants.setdefault(username, []).append(accounts_service.give_grant(
            self._session, user=self._users[username], role=role, division=self._divisions[code],
            from_on=shanghai_day(at), to_on=None, by_id=self._admin_id, now=at))

    @property
    def _admin_id(self) -> int | None:
        admin = self._users.get("admin")
        return admin.id if admin else None

    def _place(self, spot: Spot, at: datetime) -> None:
        place = roster_service.put_place(
            self._session, place=None, village=self._divisions[spot.village], name=spot.name,
            latitude=spot.position.latitude, longitude=spot.position.longitude, datum="wgs84", radius_m=spot.radius_m,
            by_id=self._admin_id, now=at)
        place.is_made_up = True

    def _cadre(self, worker: Worker, at: datetime) -> None:
        home = worker.stays[0].village if worker.stays else COUNTY
        user = self._user(f"cadre{worker.number}", worker.name, "cadre", home, at)
        if not worker.stays:
            # Not posted, so never invited either, nor shown the notice.
            user.first_log_in_at = None
        else:
            user.notice_version, user.notice_read_at = NOTICE_VERSION, user.first_log_in_at
            user.location_choice = "given" if locates(worker.number) else "declined"
            user.location_chosen_at = user.first_log_in_at
        self._cadres[worker.number] = roster_service.create_cadre(
            self._session, user=user, sending_unit=worker.sending_unit, rank=worker.rank,
            cadre_role=worker.cadre_role)
        if worker.stays and worker.stays[0].from_on == shanghai_day(at) + timedelta(days=3):
            self._post(worker.number, worker.stays[0], at)

    def _post(self, number: int, stay: Stay, at: datetime) -> None:
        """Enter a posting, open at its end; the right to record follows it to another village."""
        self._postings[number, stay.from_on] = roster_service.create_posting(
            self._session, cadre=self._cadres[number], village=self._divisions[stay.village],
            further_villages=[self._divisions[code] for code in stay.further], from_on=stay.from_on, to_on=None,
            by_id=self._admin_id, now=at)
        username, village = f"cadre{number}", self._divisions[stay.village]
        held = self._grants[username][-1]
        if held.division_id != village.id:
            users_service.end_grant(self._session, identity=self._identity("admin"), grant_id=held.id,
                                    to_on=stay.from_on - timedelta(days=1), now=at)
            self._give(username, "cadre", stay.village, at)

    def _end(self, event: Ended) -> None:
        posting = self._postings[event.number, event.stay.from_on]
        roster_service.change_posting(
            self._session, posting=posting, village=self._divisions[event.stay.village],
            further_villages=[self._divisions[code] for code in event.stay.further], from_on=posting.from_on,
            to_on=event.stay.to_on, by_id=self._admin_id, now=event.at)

    def _decide(self, event: Decided) -> None:
        """A decision as the service would store it, with its entry in the audit log."""
        content = {"evidence_id": event.evidence_id, "outcome": event.outcome, "reason": event.reason}
        user, evidence = self._users[event.username], self._evidence[event.evidence_id]
        self._decisions.append({**content, "id": event.id, "user_id": user.id, "level": event.level,
                                "decided_at": event.at, "content_hash": content_hash(content)})
        over = self._by_id[self._grants[event.username][0].division_id]
        audit.append(self._session, chain=audit_chain(over), at=event.at, user_id=user.id,
                     action=f"evidence.{event.outcome}", subject=f"evidence:{event.evidence_id}",
                     details={"level": event.level, "reason": event.reason, "day": evidence["day"].isoformat(),
                              "cadre": evidence["cadre_id"]})

    def _ask(self, event: Asked) -> None:
        own = event.username == f"cadre{event.number}"
        cadre_id = None if own else self._cadres[event.number].id
        content = {"cadre_id": cadre_id, "kind": event.kind, "from_on": event.from_on, "to_on": event.to_on,
                   "reason": event.reason}
        leave_service.ask_leave(self._session, identity=self._identity(event.username), id=event.id, now=event.at,
                                content_hash=content_hash(content), **content)

    def _identity(self, username: str) -> Identity:
        user = self._users[username]
        cadre = self._cadres.get(int(username[5:])) if username.startswith("cadre") else None
        held = [(grant, self._by_id[grant.division_id]) for grant in self._grants[username]]
        grants = tuple(HeldGrant(grant.role, grant.division_id, at.path, at.level) for grant, at in held)
        return Identity(user.id, user.language, cadre and cadre.id, 0, user.first_log_in_at, grants)

    def _row(self, record: Record) -> dict:
        """The record as the service would store it, but for the judgement that is to come."""
        user = self._users[f"cadre{record.number}"]
        kind, day, flags = "declaration", record.declared_on, ()
        content = {"day": day, "captured_at": record.captured_at, "note": record.note}
        if day is None:
            kind = "check_in"
            day, flags = day_and_flags(captured_at=record.captured_at, received_at=record.received_at,
                                       elapsed_ms=record.elapsed_ms, first_log_in_at=user.first_log_in_at)
            content = {"captured_at": record.captured_at, "position": record.position,
                       "location_error": record.location_error, "device_id": record.device_id, "note": record.note}
        return evidence_row(
            id=record.id, kind=kind, source_id=record.id, cadre_id=self._cadres[record.number].id, day=day,
            flags=flags, captured_at=record.captured_at, received_at=record.received_at, elapsed_ms=record.elapsed_ms,
            position=record.position, location_error=record.location_error,
            device_id=record.device_id if kind == "check_in" else None, note=record.note,
            content_hash=content_hash(content))
