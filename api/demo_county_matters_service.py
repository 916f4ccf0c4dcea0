"""Years of concerns, supervision notices and meetings for a county of full size, drawn village by village.

They are written as their services would leave them: each with its course, numbers without a gap, deadlines by the
policy of the day.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from api import demo_contract_words, demo_words
from api.contracts.notice_models import NoticeNumber, NoticeStep, SupervisionNotice
from api.dates import month_of, shanghai_day, start_of_day
from api.db import NO_HASH
from api.demo_county_roster_service import PIECE, People, add_rows
from api.demo_county_rules import COUNTY_ID, FIRST_TOWNSHIP, Stay, household_counts
from api.demo_leave_rules import new_id
from api.diary.concerns_rules import due_key, due_on
from api.diary.meeting_models import Attendance, Meeting
from api.diary.meetings_calendar_service import MeetingCalendar
from api.diary.meetings_rules import regular_days
from api.diary.models import Concern, ConcernStep
from api.postings.divisions_service import refs
from api.postings.policies_service import policy_book

CONCERNS_A_YEAR, NOTICES_A_YEAR = 4.0, 0.8
_NOTICE_DAYS = timedelta(days=7)
# So many of the latest months have their meetings.
_MEETINGS = 3
# What is written down of so many in a hundred: late, sent up, failed at the first look.
_LATE, _UP, _FAILED = 14, 6, 8
# In so many in a thousand nobody does anything any more.
_FORGOTTEN = 12


@dataclass
class Drawer:
    """Rows by table, written in pieces in the order in which the tables were named."""

    session: Session
    models: Sequence[type]
    rows: dict[type, list[dict]] = field(default_factory=dict)

    def add(self, model: type, **row) -> None:
        self.rows.setdefault(model, []).append(row)

    def flush(self, *, least: int = 0) -> None:
        """Write what there is, if it is so much."""
        if sum(map(len, self.rows.values())) > least:
            for model in self.models:
                add_rows(self.session, model, self.rows.pop(model, []))


@dataclass(frozen=True)
class County:
    """Who acts where on a day, and which households there are."""

    session: Session
    people: People
    stays: Sequence[Stay]
    first_on: date
    as_of: datetime
    seed: int

    def villages(self) -> Iterator[int]:
        first = self.people.size.first_village
        return iter(range(first, first + self.people.size.villages))

    def posted(self) -> dict[int, list[Stay]]:
        """The postings of each village."""
        found: dict[int, list[Stay]] = {}
        for stay in self.stays:
            found.setdefault(stay.village_id, []).append(stay)
        return found

    def moments(self, rng: Random, a_year: float) -> Iterator[datetime]:
        """Moments of working hours, so many a year by chance, up to a day ago."""
        day, last = float(self.first_on.toordinal()), shanghai_day(self.as_of).toordinal() - 1
        while (day := day + rng.expovariate(a_year / 365)) < last:
            yield start_of_day(date.fromordinal(int(day))) + timedelta(hours=9, minutes=rng.randrange(480))


def write_concerns(county: County, *, progress: Callable[[int, int], None]) -> None:
    """What villagers asked for, and the course of each as far as it has come."""
    size = county.people.size
    drawer, posted = Drawer(county.session, (Concern, ConcernStep)), county.posted()
    book, first_id = policy_book(county.session, *map(due_key, {kind for kind, _text in demo_words.CONCERNS})), 1
    paths = {village_id: ref.path for village_id, ref in refs(county.session, county.villages()).items()}
    for nth, (village_id, households) in enumerate(zip(
            county.villages(), household_counts(size, county.seed), strict=True), 1):
        rng = Random(f"{county.seed} concerns {village_id}")
        for at in county.moments(rng, CONCERNS_A_YEAR):
            kind, text = rng.choice(demo_words.CONCERNS)
            raised_on, committee = shanghai_day(at), county.people.committee(village_id)
            there = [stay.cadre_id for stay in posted.get(village_id, ())
                     if stay.from_on <= raised_on and (stay.to_on is None or raised_on <= stay.to_on)]
            days = book.value(due_key(kind), paths[village_id], raised_on)
            row = {"id": new_id(rng), "kind": kind, "text": text, "village_id": village_id, "source_kind": "direct",
                   "household_id": first_id + rng.randrange(households), "raised_at": at,
                   "raised_by_id": rng.choice(there or [committee]), "raised_on": raised_on, "state": "raised",
                   "due_on": due_on(raised_on, days), "owner_id": village_id, "done_on": None,
                   "is_given_to_village": not there, "changed_at": at, "version": 1, "content_hash": NO_HASH}
            drawer.add(ConcernStep, id=row["id"], concern_id=row["id"], number=1, step="raised", at=at, received_at=at,
                       user_id=row["raised_by_id"], note=None, to_division_id=None, content_hash=NO_HASH)
            for step in _handled(row, committee, size.township_of(village_id), county, days, rng):
                drawer.add(ConcernStep, **step)
            drawer.add(Concern, **row)
        first_id += households
        drawer.flush(least=PIECE)
        progress(nth, size.villages)
    drawer.flush()


def _handled(row: dict, committee: int, township_id: int, county: County, days: int, rng: Random) -> Iterator[dict]:
    """The steps up to now; the row is brought to where they lead."""
    done_after = days + rng.randint(1, 25) if rng.randrange(100) < _LATE else rng.randint(1, max(days - 1, 1))
    course = [("accepted", min(rng.randint(0, 2), done_after)), ("in_village", min(2, done_after)),
              (rng.choice(("resolved", "resolved", "explained")), done_after), ("followed_up", done_after + 5),
              ("closed", done_after + 8)]
    user_id = row["raised_by_id"]
    if rng.randrange(100) < _UP:
        course.insert(2, ("escalated", min(4, done_after)))
    if rng.randrange(1000) < _FORGOTTEN:
        course = course[:rng.randint(0, 2)]
    for number, (step, after) in enumerate(course, 2):
        at = row["raised_at"] + timedelta(days=after, minutes=20 * number)
        if at > county.as_of:
            return
        if step == "escalated":
            row["owner_id"], user_id = township_id, county.people.township(township_id)
        row.update(state=step, changed_at=at, version=row["version"] + 1,
                   is_given_to_village=row["is_given_to_village"] or step == "in_village")
        if step in ("resolved", "explained"):
            row["done_on"] = shanghai_day(at)
        yield {"id": new_id(rng), "concern_id": row["id"], "number": number, "step": step, "at": at, "received_at": at,
               "user_id": committee if step == "escalated" else user_id,
               "note": rng.choice(demo_words.STEP_NOTES[step]) if step in demo_words.STEP_NOTES else None,
               "to_division_id": township_id if step == "escalated" else None, "content_hash": NO_HASH}


def write_notices(county: County) -> None:
    """Supervision notices of the townships, numbered in the order in which they were issued."""
    drawer = Drawer(county.session, (NoticeNumber, SupervisionNotice, NoticeStep))
    names = {village_id: ref.name for village_id, ref in refs(county.session, county.villages()).items()}
    drafted = [(at, village_id, rng) for village_id in county.villages()
               for rng in (Random(f"{county.seed} notices {village_id}"),)
               for at in county.moments(rng, NOTICES_A_YEAR)]
    numbers: dict[tuple[int, int], int] = {}
    for at, village_id, rng in sorted(drafted, key=lambda one: one[:2]):
        township_id = county.people.size.township_of(village_id)
        officer = county.people.township(township_id)
        title, facts, demand = rng.choice(demo_contract_words.HAND_NOTICES)
        row = {"id": new_id(rng), "issuer_id": township_id, "owner_id": township_id, "village_id": village_id,
               "year": None, "number": None, "source_kind": rng.choice(("by_hand", "by_hand", "leader_instruction")),
               "title": title, "facts": facts, "basis": demo_contract_words.BASIS, "demand": demand,
               "due_on": shanghai_day(at) + _NOTICE_DAYS, "asked_due_on": None,
               "lead_unit": f"{names[village_id]}村民委员会", "assisting_units": ["驻村工作队"], "copies_to": [],
               "contact": "镇考核办", "state": "drafted", "reissues": 0, "has_passed": None, "drafted_by_id": officer,
               "drafted_at": at, "issued_at": None, "struck_off_on": None, "changed_at": at, "version": 1,
               "content_hash": NO_HASH}
        drawer.add(NoticeStep, id=row["id"], notice_id=row["id"], number=1, step="drafted", user_id=officer, at=at,
                   received_at=at, note=None, new_due_on=None, has_passed=None, content_hash=NO_HASH)
        for step in _followed(row, officer, county, numbers, rng):
            drawer.add(NoticeStep, **step)
        drawer.add(SupervisionNotice, **row)
    for (division_id, year), last in numbers.items():
        drawer.add(NoticeNumber, division_id=division_id, year=year, last=last)
    drawer.flush()


def _followed(row: dict, officer: int, county: County, numbers: dict[tuple[int, int], int], rng: Random
              ) -> Iterator[dict]:
    """The steps of a notice up to now: answered in time or late, put right at the first or the second look."""
    committee = county.people.committee(row["village_id"])
    answered = 9 + rng.randint(1, 9) if rng.randrange(100) < _LATE else rng.randint(3, 7)
    course = [("reviewed", 0), ("issued", 0), ("served", 1), ("reported", answered), ("reinspected", answered + 3)]
    if rng.randrange(100) < _FAILED:
        again = answered + 4
        course += [("reissued", again), ("served", again + 1), ("reported", again + 6), ("reinspected", again + 8)]
        answered = again + 6
    course += [("struck_off", answered + 4), ("archived", answered + 20)]
    if rng.randrange(100) < _FAILED // 2:
        course = course[:3]
    looks = sum(step == "reinspected" for step, _after in course)
    for number, (step, after) in enumerate(course, 2):
        at = row["drafted_at"] + timedelta(days=after, minutes=15 * number)
        if at > county.as_of:
            return
        on, due = shanghai_day(at), None
        if step == "issued":
            key = (row["issuer_id"], on.year)
            numbers[key] = numbers.get(key, 0) + 1
            row.update(year=on.year, number=numbers[key], issued_at=at)
        elif step == "reissued":
            due = on + _NOTICE_DAYS
            row.update(due_on=due, reissues=row["reissues"] + 1, has_passed=None)
        elif step == "reinspected":
            looks -= 1
            row["has_passed"] = looks == 0
        elif step == "struck_off":
            row["struck_off_on"] = on
        row.update(state="issued" if step == "reissued" else step, changed_at=at, version=row["version"] + 1)
        words = demo_contract_words
        note = {"reported": rng.choice(words.NOTICE_REPORTS), "reinspected": words.PASSED if looks == 0
                else words.FAILED}.get(step)
        user_id = {"reviewed": county.people.county, "served": committee, "reported": committee}.get(step, officer)
        yield {"id": new_id(rng), "notice_id": row["id"], "number": number, "step": step, "user_id": user_id, "at": at,
               "received_at": at, "note": note, "new_due_on": due,
               "has_passed": row["has_passed"] if step == "reinspected" else None, "content_hash": NO_HASH}


def write_meetings(county: County) -> None:
    """The townships' regular meetings of the last months, and who was there."""
    drawer, calendar = Drawer(county.session, (Meeting, Attendance)), MeetingCalendar(county.session)
    size, today, months = county.people.size, shanghai_day(county.as_of), [month_of(shanghai_day(county.as_of))]
    while len(months) < _MEETINGS and months[0] > county.first_on:
        months.insert(0, month_of(months[0] - timedelta(days=1)))
    of_township: dict[int, list[Stay]] = {}
    for stay in county.stays:
        of_township.setdefault(size.township_of(stay.village_id), []).append(stay)
    paths = refs(county.session, [COUNTY_ID, *of_township])
    for township_id in range(FIRST_TOWNSHIP, FIRST_TOWNSHIP + size.townships):
        rng, path = Random(f"{county.seed} meetings {township_id}"), paths[township_id].path
        days = [day for month_on in months for day in regular_days(month_on, calendar.days_on(path))]
        for regular_on, held_on in calendar.held_on(path, days).items():
            if not county.first_on <= held_on < today:
                continue
            at, meeting_id = start_of_day(held_on) + timedelta(hours=17), new_id(rng)
            drawer.add(Meeting, id=meeting_id, division_id=township_id, regular_on=regular_on, held_on=held_on,
                       starts="09:00", place=f"{paths[township_id].name}二楼会议室", agenda=demo_words.AGENDA,
                       minutes=demo_words.MINUTES, comments=rng.choice(demo_words.COMMENTS),
                       decisions=demo_words.DECISIONS, entered_by_id=county.people.township(township_id),
                       entered_at=at, version=2, content_hash=NO_HASH)
            for cadre_id in _cadres_on(of_township.get(township_id, ()), held_on):
                drawer.add(Attendance, meeting_id=meeting_id, cadre_id=cadre_id,
                           state=rng.choices(("present", "excused", "absent"), (85, 10, 5))[0])
    drawer.flush()


def _cadres_on(stays: Sequence[Stay], day: date) -> list[int]:
    return [stay.cadre_id for stay in stays
            if stay.from_on <= day and (stay.to_on is None or day <= stay.to_on)]
