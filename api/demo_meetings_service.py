"""Lets the demo's townships meet: cadres hand their reports in before, officers note who came and what was said."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import demo_words as words
from api.auth import Identity
from api.dates import month_of, shanghai_day, start_of_day
from api.demo_leave_rules import new_id
from api.demo_people_rules import People
from api.diary import meetings_attendance_service, meetings_keeping_service, pledges_service, reports_service
from api.diary.meetings_calendar_service import MeetingCalendar
from api.diary.meetings_rules import period_before, regular_days
from api.diary.reports_rules import report_id
from api.http import content_hash
from api.postings.access_service import cadres_below
from api.postings.models import Cadre, Division

# Every third cadre has said in public what can be expected.
_PLEDGES = 3


def hold_meetings(session: Session, *, people: People, identity: Callable[[str], Identity], seed: int,
                  as_of: datetime) -> None:
    """The last regular meeting of each township before `as_of`, with its reports, and the cadres' pledges."""
    calendar, numbers = MeetingCalendar(session), _numbers(session, people)
    townships = {village[:9] + "000": officer for village, officer in people.supervisor_of.items()}
    for code, officer in townships.items():
        division = session.scalar(select(Division).where(Division.code == code))
        rng = Random(f"{seed} {as_of} meeting {code}")
        regular_on, held_on = _last(calendar, division.path, as_of)
        cadre_ids = cadres_below(session, division=division, first=held_on, last=held_on)
        period = period_before(regular_on, calendar.days_on(division.path))
        for cadre_id in cadre_ids:
            if rng.random() < 0.8:
                at = start_of_day(held_on) - timedelta(hours=rng.randint(2, 5), minutes=rng.randint(0, 59))
                reports_service.submit_report(
                    session, identity=identity(f"cadre{numbers[cadre_id]}"), id=new_id(rng),
                    report_id=report_id(cadre_id, "meeting", period.first), content_hash=content_hash({}), now=at)
        _meet(session, division, identity(officer), regular_on, held_on, cadre_ids, rng)
    _pledge(session, people, identity, Random(f"{seed} {as_of} pledges"), as_of)


def _numbers(session: Session, people: People) -> dict[int, int]:
    """The number of each posted cadre in the plan, by id: cadres were made in the plan's order."""
    ids = session.scalars(select(Cadre.id).order_by(Cadre.id)).all()
    return {id: worker.number for id, worker in zip(ids, people.workers, strict=True)}


def _last(calendar: MeetingCalendar, path: str, as_of: datetime) -> tuple[date, date]:
    """(regular date, day held) of the last meeting before today."""
    today = shanghai_day(as_of)
    this_month = month_of(today)
    days = [day for month_on in (month_of(this_month - timedelta(days=1)), this_month)
            for day in regular_days(month_on, calendar.days_on(path))]
    held = calendar.held_on(path, days)
    return max((day, held[day]) for day in days if held[day] < today)


def _meet(session: Session, division: Division, identity: Identity, regular_on: date, held_on: date,
          cadre_ids: list[int], rng: Random) -> None:
    at = start_of_day(held_on) + timedelta(hours=17)
    content = {"division_code": division.code, "regular_on": regular_on, "held_on": None, "starts": "09:00",
               "place": f"{division.name}二楼会议室", "village_code": None, "agenda": words.AGENDA}
    meeting, _created = meetings_keeping_service.enter_meeting(
        session, identity=identity, id=new_id(rng), content_hash=content_hash(content), now=at, **content)
    lines = [{"cadre_id": cadre_id, "state": rng.choices(("present", "excused", "absent"), (85, 10, 5))[0],
              "note": None} for cadre_id in cadre_ids]
    # The day stands by the cadres' own records; nothing is added to months that may be closed already.
    meetings_attendance_service.enter_attendance(session, identity=identity, meeting=meeting, lines=lines,
                                                 counts=False, now=at)
    meetings_keeping_service.change_meeting(
        session, identity=identity, meeting=meeting, now=at + timedelta(minutes=30),
        changes={"minutes": words.MINUTES, "comments": rng.choice(words.COMMENTS), "decisions": words.DECISIONS})


def _pledge(session: Session, people: People, identity: Callable[[str], Identity], rng: Random,
            as_of: datetime) -> None:
    for worker in people.workers[::_PLEDGES]:
        if not worker.stays or worker.stays[-1].from_on > shanghai_day(as_of):
            continue
        content = {"cadre_id": None, "text": rng.choice(words.PLEDGES), "from_on": worker.stays[-1].from_on,
                   "to_on": None}
        pledges_service.make_pledge(
            session, identity=identity(f"cadre{worker.number}"), id=new_id(rng), content_hash=content_hash(content),
            now=start_of_day(worker.stays[-1].from_on) + timedelta(hours=10), **content)
