"""A small county for tests, built through the services: what a test does not say has a sane default."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.auth import Identity
from api.checkin import judging_service, kept_service, presence_service
from api.checkin.models import Evidence
from api.checkin.privacy_models import DataRequest
from api.dates import shanghai_day, start_of_day
from api.diary import concerns_service, entries_service
from api.diary.models import Concern, DiaryEntry
from api.geo import Position
from api.postings import accounts_service, calendar_service, consent_service, policies_service, roster_service
from api.postings.account_models import User
from api.postings.models import Cadre, Division, Place, Posting
from api.visits import terms_service
from api.visits.models import Household, HouseholdAbsence, HouseholdLabel
from tests.contract_course import ContractCourse
from tests.county_notices import NoticesOfCounty

OFFICE = Position(27.2254, 107.8879)


@dataclass
class Person:
    """A user, and a cadre where the user is one."""

    user: User
    cadre: Cadre | None = None
    posting: Posting | None = None


class County(ContractCourse, NoticesOfCounty):
    """County 520329000000 with townships A and B, villages A1, A2, B1, B2; every village's office at OFFICE."""

    CODE = "520329000000"

    def __init__(self, session: Session, *, now: datetime, rolled: bool = True):
        self.session, self.now, self._count = session, now, 0
        province = self._division("520000000000", "贵州省", "province", None)
        prefecture = self._division("520300000000", "遵义市", "prefecture", province)
        self.county = self._division(self.CODE, "余庆县", "county", prefecture)
        self.townships = {
            "A": self._division("520329001000", "子营街道", "township", self.county),
            "B": self._division("520329102000", "龙溪镇", "township", self.county),
        }
        self.villages = {
            name: self._division(f"{self.townships[name[0]].code[:9]}20{name[1]}", f"{name}村", "village",
                                 self.townships[name[0]])
            for name in ("A1", "A2", "B1", "B2")
        }
        policies_service.seed_policies(session, county=self.county, at=now)
        calendar_service.seed_calendar(session, first_year=2025, last_year=2026)
        terms_service.seed_terms(session)
        self.places = {name: self._place(village) for name, village in self.villages.items()}
        if rolled:
            kept_service.roll(session, today=shanghai_day(now))
        session.flush()

    @classmethod
    def found(cls, session: Session, *, now: datetime) -> "County":
        """The county that lies in a database already, as one that was just made."""
        county = cls.__new__(cls)
        county.session, county.now, county._count = session, now, 0
        divisions = {one.name: one for one in session.scalars(select(Division))}
        county.county = divisions["余庆县"]
        county.townships = {"A": divisions["子营街道"], "B": divisions["龙溪镇"]}
        county.villages = {name: divisions[f"{name}村"] for name in ("A1", "A2", "B1", "B2")}
        places = {one.village_id: one for one in session.scalars(select(Place))}
        county.places = {name: places[village.id] for name, village in county.villages.items()}
        return county

    @contextmanager
    def undone(self) -> Iterator[None]:
        """What is made within is gone afterwards: for the many examples of one test."""
        savepoint = self.session.begin_nested()
        try:
            yield
        finally:
            savepoint.rollback()
            self.session.expire_all()

    def _division(self, code: str, name: str, level: str, parent: Division | None) -> Division:
        division = Division(code=code, name=name, level=level, parent_id=parent and parent.id, path="",
                            valid_from=date(2000, 1, 1))
        self.session.add(division)
        self.session.flush()
        division.path = f"{parent.path if parent else '/'}{division.id}/"
        division.township_id = division.id if level == "township" else parent and parent.township_id
        self.session.flush()
        return division

    def new_township(self) -> str:
        """One more township without villages; answers its name ("C1"): the tables of others may go over a page."""
        count = len(self.townships) - 1
        name = f"C{count}"
        self.townships[name] = self._division(f"520329{150 + count}000", f"{name}镇", "township", self.county)
        return name

    def new_village(self, township: str = "A") -> str:
        """One more village of a township with nobody in it yet; answers its name, such as "A07"."""
        count = len(self.villages) + 1
        name = f"{township}{count:02}"
        self.villages[name] = self._division(f"{self.townships[township].code[:9]}{200 + count}", f"{name}村", "village",
                                             self.townships[township])
        self.places[name] = self._place(self.villages[name])
        return name

    def _place(self, village: Division) -> Place:
        return roster_service.put_place(
            self.session, place=None, village=village, name="村委会", latitude=OFFICE.latitude,
            longitude=OFFICE.longitude, datum="wgs84", radius_m=1000, by_id=None, now=self.now)

    def person(self, role: str | None = None, division: Division | None = None, *, name: str | None = None,
               location: str | None = "given", has_read: bool = True) -> Person:
        """A user, with a role over a division (default: the county).

        Who `has_read` knows the notice, and `location` is what was chosen about positions.
        """
        self._count += 1
        user = accounts_service.create_user(
            self.session, username=f"user{self._count}", name=name or f"某{self._count}", now=self.now)
        user.first_log_in_at = start_of_day(date(2026, 1, 1))
        user.location_choice, user.location_chosen_at = location, user.first_log_in_at if location else None
        if has_read:
            user.notice_version, user.notice_read_at = consent_service.NOTICE_VERSION, user.first_log_in_at
        person = Person(user)
        if role is not None:
            self.grant(person, role, division or self.county)
        self.session.flush()
        return person

    def grant(self, person: Person, role: str, division: Division) -> None:
        """One more role for a person, since 2020."""
        accounts_service.give_grant(self.session, user=person.user, role=role, division=division,
                                    from_on=date(2020, 1, 1), to_on=None, by_id=None, now=self.now)

    def cadre(self, village: str | None = "A1", *, from_on: date = date(2026, 1, 1), to_on: date | None = None,
              further: tuple[str, ...] = (), **options) -> Person:
        """A stationed cadre, posted to a village unless `village` is None; `options` as for `person`."""
        person = self.person("cadre", self.villages[village or "A1"], **options)
        person.cadre = roster_service.create_cadre(
            self.session, user=person.user, sending_unit="县农业农村局", rank="staff", cadre_role="village_instructor")
        if village is not None:
            person.posting = self.post(person, village, from_on=from_on, to_on=to_on, further=further)
        return person

    def post(self, person: Person, village: str, *, from_on: date, to_on: date | None = None,
             further: tuple[str, ...] = ()) -> Posting:
        """Post a cadre to a village and bring the figures up to date, as the view does."""
        posting = roster_service.create_posting(
            self.session, cadre=person.cadre, village=self.villages[village],
            further_villages=[self.villages[one] for one in further], from_on=from_on, to_on=to_on, by_id=None,
            now=self.now)
        judging_service.cadres_changed(self.session, cadre_ids=[person.cadre.id], first=from_on)
        return posting

    def check_in(self, person: Person, day: date, *, metres_north: float = 0, accuracy_m: float | None = 20,
                 fix: bool = True, hour: int = 9) -> Evidence:
        """A check-in of a cadre at nine in the morning of a day, so many metres north of the office."""
        at = start_of_day(day) + timedelta(hours=hour)
        position = {"latitude": OFFICE.latitude + metres_north / 110_800, "longitude": OFFICE.longitude,
                    "accuracy_m": accuracy_m, "datum": "wgs84"} if fix else None
        view, _created = presence_service.record_check_in(
            self.session, cadre_id=person.cadre.id, first_log_in_at=person.user.first_log_in_at, id=uuid4(),
            captured_at=at, received_at=at, content_hash=b"test", position=position,
            locates=person.user.location_choice == "given")
        return self.session.scalar(select(Evidence).where(Evidence.id == view.id))

    def household(self, village: str = "A1", householder: str | None = None, *, group: str = "一组",
                  initials: str | None = None, labels: tuple[str, ...] = (), alive_from: date = date(2020, 1, 1),
                  alive_to: date | None = None, away: tuple[tuple[date, date | None], ...] = (),
                  number: str | None = None) -> Household:
        """A household of a village, as the register keeps it; `away` are its absences, from a day to a day."""
        self._count += 1
        household = Household(
            village_id=self.villages[village].id, number=number or f"{self._count:04}", villagers_group=group,
            householder=householder or f"户主{self._count}", initials=initials or f"hz{self._count}", members=3,
            alive_from=alive_from, alive_to=alive_to, ended_as="moved" if alive_to else None, changed_at=self.now)
        self.session.add(household)
        self.session.flush()
        self.session.add_all(HouseholdLabel(household_id=household.id, label=label) for label in labels)
        self.session.add_all(HouseholdAbsence(household_id=household.id, from_on=first, to_on=last)
                             for first, last in away)
        self.session.flush()
        return household

    def data_request(self, person: Person, kind: str = "correction", evidence: Evidence | None = None) -> UUID:
        """A request of a person about own data; answers its id."""
        request = DataRequest(id=uuid4(), user_id=person.user.id, kind=kind, evidence_id=evidence and evidence.id,
                              text="请看一下", state="asked", asked_at=self.now, content_hash=b"test", version=1)
        self.session.add(request)
        self.session.flush()
        return request.id

    def identity(self, person: Person) -> Identity:
        """A person as a request of theirs knows them, without grants."""
        return Identity(person.user.id, "zh", person.cadre and person.cadre.id, 0, person.user.first_log_in_at, ())

    def concern(self, person: Person, village: str = "A1", *, id: UUID | None = None, kind: str = "facility",
                day: date | None = None, text: str = "井水浑") -> Concern:
        """A concern that a person raised in a village at nine in the morning of a day (default: today)."""
        at = start_of_day(day or shanghai_day(self.now)) + timedelta(hours=9)
        view, _created = concerns_service.raise_concern(
            self.session, identity=self.identity(person), id=id or uuid4(), kind=kind, text=text,
            village_id=self.villages[village].id, household_id=None, source_kind="direct", source_id=None,
            captured_at=at, now=max(at, self.now), content_hash=b"test")
        return view.concern

    def diary_entry(self, person: Person, text: str = "走访三户", *, day: date | None = None,
                    submitted: bool = False) -> DiaryEntry:
        """An entry of a cadre for a day (default: today), written now."""
        entry, _created = entries_service.write_entry(
            self.session, identity=self.identity(person), id=uuid4(), content_hash=b"test", now=self.now, text=text,
            work_types=[], captured_at=self.now, day=day)
        if submitted:
            entries_service.submit_entry(self.session, entry=entry, submission_id=uuid4(), now=self.now)
        return entry

    def token(self, person: Person) -> str:
        """The token of a new log-in of a person."""
        return accounts_service.start_session(
            self.session, user=person.user, client="native", user_agent="test", now=self.now).token
