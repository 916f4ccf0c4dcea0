"""A month without a network: what comes at its end, all at once and in any order, is as if it had come in time."""

from datetime import date, timedelta
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import select

from api.checkin import judging_service, kept_service
from api.checkin.models import Evidence, PostingMonth, PostingWeek, StationedDay
from api.dates import start_of_day
from api.diary.models import Concern, DiaryEntry
from api.visits import village_quarters_service
from api.visits.models import Household, Round, VillageQuarter
from tests.conftest import NOW
from tests.county import OFFICE
from tests.sync.test_batch import send

LAST = NOW.date() - timedelta(days=1)
DAYS = [LAST - timedelta(days=number) for number in range(29, -1, -1)]
HOUSEHOLDS = 60
# Of each kind so many; together 2,000.
MIX = {"check_in": 1350, "round": 200, "diary_entry": 250, "concern": 200}


def planned():
    """What two phones record alike: (kind, minute, values drawn for it) of 2,000 records in the order of time."""
    dice = Random(4)
    kinds = [kind for kind, count in MIX.items() for _ in range(count)]
    dice.shuffle(kinds)
    plan = [(kind, start_of_day(dice.choice(DAYS[:2] + DAYS[4:])) + timedelta(hours=7, minutes=dice.randrange(720)),
             dice.random(), dice.sample(range(HOUSEHOLDS), 2)) for kind in kinds]
    return sorted(plan, key=lambda one: one[1])


def item(number, one, *, base, village, households, received_at):
    """A record of the plan, as a phone sends it that names its own ids and households."""
    kind, at, chance, chosen = one
    record = {"id": str(UUID(int=base + 10 * number)), "captured_at": at.isoformat(),
              "elapsed_ms": int((received_at - at).total_seconds() * 1000)}
    position = {"latitude": OFFICE.latitude + (0.2 if chance < 0.2 else 0), "longitude": OFFICE.longitude,
                "accuracy_m": 20}
    if kind == "check_in":
        record |= {"position": position} if chance < 0.9 else {"location_error": "timeout"}
    elif kind == "round":
        record |= {"position": position, "visits": [
            {"id": str(UUID(int=base + 10 * number + 1 + nth)), "household_id": households[one_of],
             "manner": "phone" if chance > 0.8 else "not_home" if chance > 0.6 else "in_person"}
            for nth, one_of in enumerate(chosen)]}
    elif kind == "diary_entry":
        record |= {"text": f"走访记录{number}"}
    else:
        record |= {"kind": "facility", "text": f"路灯{number}", "village_code": village}
    return {"kind": kind, "record": record}


def rows(session, model, *conditions, leave_out=()):
    """Rows as plain values, without what says whose they are."""
    names = [column.name for column in model.__table__.columns if column.name not in leave_out]
    return sorted(str(tuple(getattr(one, name) for name in names)) for one in session.scalars(
        select(model).where(*conditions)))


@pytest.mark.slow
@pytest.mark.parametrize("connection", ["sqlite"], indirect=True)
def test_2000_records_in_any_order_give_the_days_coverage_and_reports_that_they_give_in_time(county, as_user, clock):
    session, plan, phones = county.session, planned(), {}
    assert len(plan) == 2000
    for nth, village in enumerate(("A1", "A2")):
        person = county.cadre(village, from_on=date(2026, 1, 1), name="黎明")
        households = [county.household(village, f"户主{number}", number=str(number),
                                       away=((date(2026, 1, 1), None),) if number % 7 == 0 else ()).id
                      for number in range(HOUSEHOLDS)]
        phones[village] = (person, as_user(person), {"base": 10**9 * (nth + 1), "households": households,
                                                     "village": county.villages[village].code})
    session.commit()
    person, phone, own = phones["A1"]
    for day in DAYS:
        clock.now = start_of_day(day) + timedelta(hours=20)
        results = send(phone, *(item(number, one, received_at=clock.now, **own) for number, one in enumerate(plan)
                                if one[1].date() == day))
        assert {one["status"] for one in results} <= {201}
    clock.now = NOW
    late_person, late_phone, own = phones["A2"]
    records = [item(number, one, received_at=NOW, **own) for number, one in enumerate(plan)]
    Random(5).shuffle(records)
    for start in range(0, len(records), 500):
        assert {one["status"] for one in send(late_phone, *records[start : start + 500])} == {201}
    session.expire_all()
    postings = [one.posting.id for one in (person, late_person)]
    villages = [county.villages[name].id for name in ("A1", "A2")]
    for model, column, owners, left_out in (
            (StationedDay, "posting_id", postings, ()), (PostingWeek, "posting_id", postings, ()),
            (PostingMonth, "posting_id", postings, ()),
            (VillageQuarter, "village_id", villages, ("counted_on",)),
            (Household, "village_id", villages, ("id", "initials", "changed_at")),
            (Concern, "village_id", villages, ("id", "raised_by_id", "owner_id", "changed_at", "content_hash"))):
        in_time, late = (rows(session, model, getattr(model, column) == owner, leave_out=(column, *left_out))
                         for owner in owners)
        assert in_time == late and in_time
    assert list(judging_service.misjudged(session, cadre_ids=[late_person.cadre.id])) == []
    assert list(kept_service.differences(session, cadre_ids=[late_person.cadre.id])) == []
    assert list(village_quarters_service.differences(session, village_ids=villages)) == []
    assert reports(phone) == reports(late_phone)
    for model in (Evidence, Round, DiaryEntry):
        flags = {cadre.cadre.id: {(one.captured_at < NOW - timedelta(hours=72), one.flags) for one in session.scalars(
            select(model).where(model.cadre_id == cadre.cadre.id))} for cadre in (person, late_person)}
        assert flags[late_person.cadre.id] == {(True, "late"), (False, "")}
        assert {one for _old, one in flags[person.cadre.id]} == {""}


def reports(phone):
    """What the reports of two months say, whatever the village is called."""
    found = [one for month in ("2026-10", "2026-11")
             for one in phone.get(f"/api/v1/reports?month={month}").json["reports"]]
    texts = [phone.get(f"/api/v1/reports/{one['id']}").json for one in found]
    assert texts
    return [(one["kind"], one["first_on"], *(one[part].replace("A1村", "").replace("A2村", "")
            for part in ("situation", "problems", "suggestions", "plan"))) for one in texts]
