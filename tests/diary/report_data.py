"""Rounds, diary pages and meetings for tests, without the views that phones use."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from api.dates import start_of_day
from api.diary.meeting_models import Meeting
from api.diary.models import DiaryEntry
from api.diary.reception_models import Reception, ReceptionCadre
from api.visits.models import Companion, Round, Visit
from tests.county import County, Person


def make_round(county: County, person: Person, day: date, *households, manner="in_person", purposes=("policy",),
               joined: Person | None = None) -> Round:
    """A round of a cadre's on a day; `joined` is a companion who said 「我也在」."""
    at = start_of_day(day) + timedelta(hours=9)
    made = Round(id=uuid4(), cadre_id=person.cadre.id, day=day, captured_at=at, received_at=at, flags="",
                 purposes=list(purposes), content_hash=b"test")
    county.session.add(made)
    county.session.flush()
    for household in households:
        county.session.add(Visit(id=uuid4(), round_id=made.id, household_id=household.id, manner=manner, day=day,
                                 village_id=household.village_id, cadre_id=person.cadre.id))
        if manner == "in_person":
            household.last_visited_on = day
    if joined:
        county.session.add(Companion(round_id=made.id, cadre_id=joined.cadre.id, state="joined", answered_at=at))
    county.session.flush()
    return made


def write_diary(county: County, person: Person, day: date, text: str, *, submitted: datetime | None = None,
                work_types=()) -> UUID:
    """A page of a cadre's diary; private unless `submitted`."""
    at = start_of_day(day) + timedelta(hours=18)
    entry = DiaryEntry(id=uuid4(), cadre_id=person.cadre.id, village_id=person.posting.village_id, day=day, text=text,
                       work_types=list(work_types), captured_at=at, received_at=at, flags="", submitted_at=submitted,
                       changed_at=at, content_hash=b"test")
    county.session.add(entry)
    county.session.flush()
    return entry.id


def sit_in(county: County, person: Person, day: date) -> None:
    """A villager's question in the reception hours of a day, in which a cadre sat."""
    at = start_of_day(day) + timedelta(hours=10)
    reception = Reception(id=uuid4(), village_id=person.posting.village_id, recorded_by_id=person.user.id, day=day,
                          question="低保怎么办", captured_at=at, received_at=at, flags="", changed_at=at,
                          content_hash=b"test")
    county.session.add(reception)
    county.session.flush()
    county.session.add(ReceptionCadre(reception_id=reception.id, cadre_id=person.cadre.id))
    county.session.flush()


def make_meeting(county: County, township: str, regular_on: date, **values) -> Meeting:
    """A regular meeting of a township, entered by somebody; held on the regular date unless `values` say otherwise."""
    meeting = Meeting(**{"id": uuid4(), "division_id": county.townships[township].id, "regular_on": regular_on,
                         "held_on": regular_on, "entered_by_id": county.person().user.id, "entered_at": county.now,
                         "content_hash": b"test", **values})
    county.session.add(meeting)
    county.session.flush()
    return meeting
