"""A few months of made-up facts of the small county, for what counts them."""

from datetime import date, datetime, timedelta
from uuid import uuid4

from api.auth import Identity
from api.contracts.acceptance_models import Acceptance, Completion
from api.contracts.models import CommitmentItem
from api.contracts.notice_models import SupervisionNotice
from api.dates import SHANGHAI, days_between
from api.diary.models import Concern
from api.ratings.campaign_models import CampaignVillage, RatingCampaign
from api.visits import rounds_service
from tests.contracts.promised import publish
from tests.county import County
from tests.ratings.urn_data import QUESTIONS


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


def visit(county: County, person, household, day: date, manner: str = "in_person") -> None:
    """One household visited by a cadre."""
    sender = Identity(person.user.id, "zh", person.cadre.id, 1, person.user.first_log_in_at, ())
    rounds_service.record_round(
        county.session, identity=sender, now=max(county.now, at(day)), content_hash=b"test", id=uuid4(),
        captured_at=at(day), companion_ids=[],
        visits=[{"id": uuid4(), "household_id": household.id, "manner": manner, "summary": None, "photos": []}])


def concern(county: County, person, village: str, raised_on: date, *, done_on: date | None = None,
            due_on: date | None = None) -> Concern:
    """A concern, done on a day or not."""
    made = county.concern(person, village, day=raised_on)
    made.due_on = due_on or raised_on + timedelta(days=15)
    made.done_on, made.state = done_on, "resolved" if done_on else "raised"
    county.session.flush()
    return made


def inspect(county: County, line_id, village: str, day: date) -> None:
    """An acceptance of a line, inspected on a day."""
    item = county.session.query(CommitmentItem).filter_by(line_id=line_id).first()
    county.session.add(Acceptance(
        id=uuid4(), line_id=line_id, item_id=item.id, village_id=county.villages[village].id, inspected_on=day,
        place="三组", verdict="met", findings="全线贯通", state="inspected", entered_by_id=county.person().user.id,
        entered_at=at(day), changed_at=at(day), version=1, content_hash=b"test"))
    county.session.flush()


def complete(county: County, line_id, day: date) -> None:
    """The village's word that a line is completed."""
    county.session.add(Completion(id=uuid4(), line_id=line_id, completed_on=day, user_id=county.person().user.id,
                                  at=at(day), received_at=at(day), content_hash=b"test"))
    county.session.flush()


def campaign(county: County, last_on: date, ballots: dict[str, int | None], *, households: int = 40,
             state: str = "closed") -> RatingCampaign:
    """A campaign of the county with what closing has left of each village; None: too few to be told."""
    made = RatingCampaign(
        id=uuid4(), division_id=county.county.id, title="评议", first_on=last_on - timedelta(days=9), last_on=last_on,
        subject="team", cadre_id=None, questions=QUESTIONS, text_prompt=None, hotline="0851-12345678", state=state,
        least_ballots=5 if state == "closed" else None, entered_by_id=county.person("supervisor").user.id,
        entered_at=county.now, opened_at=county.now, version=1, content_hash=b"test")
    county.session.add(made)
    county.session.flush()
    county.session.add_all(CampaignVillage(
        campaign_id=made.id, village_id=county.villages[village].id, open_code=f"{made.id.hex[:20]}{village}",
        households=households, household_ballots=told, open_ballots=None) for village, told in ballots.items())
    county.session.flush()
    return made


def notice(county: County, village: str, moments: dict[str, date], due_on: date, **given: dict) -> SupervisionNotice:
    """A notice that takes each step on its day; `given`: what a step brings beside the usual."""
    now, county.now = county.now, at(min(moments.values()))
    made = county.notice(village, "drafted", due_on=due_on)
    township, place = county.townships[village[0]], county.villages[village]
    decider = county.acting(county.person("supervisor", township), "supervisor", township)
    receiver = county.acting(county.person("village", place), "village", place)
    for step, day in moments.items():
        county.now = at(day)
        answers = step in ("served", "reported", "extension_asked")
        county.take_notice_step(made, step, receiver if answers else decider, given.get(step, {}))
    county.now = now
    return made


def fill(county: County) -> None:
    """Facts of September to 20 November 2026: two cadres in A1, one in A2 until October, one in B1; B2 has nobody."""
    first, second = county.cadre("A1"), county.cadre("A1", from_on=date(2026, 10, 12))
    leaver, other = county.cadre("A2", to_on=date(2026, 10, 20)), county.cadre("B1", from_on=date(2026, 9, 1))
    for number, person in enumerate((first, second, leaver, other)):
        for day in days_between(date(2026, 9, 20), date(2026, 11, 19)):
            if (day.toordinal() + number) % (5 + number) == 0:
                county.check_in(person, day)
    away = ((date(2026, 3, 1), None),)
    homes = [county.household("A1", away=away if number == 3 else ()) for number in range(4)]
    ended = county.household("A1", alive_to=date(2026, 10, 25))
    far = [county.household("B1") for _ in range(3)]
    for household, day, manner in ((homes[0], date(2026, 2, 3), "in_person"), (homes[1], date(2026, 8, 4), "in_person"),
                                   (homes[1], date(2026, 10, 6), "in_person"), (ended, date(2026, 10, 8), "in_person"),
                                   (homes[2], date(2026, 11, 3), "in_person"), (homes[3], date(2026, 10, 9), "phone"),
                                   (homes[0], date(2026, 10, 9), "phone"), (homes[0], date(2026, 11, 9), "not_home")):
        visit(county, first, household, day, manner)
    visit(county, other, far[0], date(2026, 9, 30))
    visit(county, other, far[1], date(2026, 11, 12))

    concern(county, first, "A1", date(2026, 9, 3), done_on=date(2026, 10, 5))
    concern(county, first, "A1", date(2026, 10, 3), done_on=date(2026, 10, 9))
    concern(county, first, "A1", date(2026, 10, 20))
    concern(county, first, "A1", date(2026, 11, 18))
    concern(county, other, "B1", date(2026, 10, 28), done_on=date(2026, 11, 20))
    concern(county, other, "B1", date(2026, 11, 2), done_on=date(2026, 11, 3))

    lines = publish(county, "A1", {"due_on": date(2026, 9, 20)}, {"due_on": date(2026, 10, 15)},
                    {"due_on": date(2026, 11, 16)}, {"due_on": None})
    inspect(county, lines[0], "A1", date(2026, 9, 25))
    inspect(county, lines[1], "A1", date(2026, 11, 4))
    complete(county, publish(county, "B1", {"due_on": date(2026, 12, 1)})[0], date(2026, 10, 27))
    publish(county, "B2", {"due_on": date(2026, 10, 1)}, state="closed")

    campaign(county, date(2026, 10, 20), {"A1": 12, "A2": None, "B1": 7})
    campaign(county, date(2026, 11, 10), {"A1": 20, "B1": None})
    campaign(county, date(2026, 9, 10), {"A1": 9}, state="withdrawn")

    notice(county, "A1", {"reviewed": date(2026, 9, 28), "issued": date(2026, 9, 28), "served": date(2026, 9, 29),
                          "reported": date(2026, 10, 5), "reinspected": date(2026, 10, 8),
                          "struck_off": date(2026, 11, 3)}, date(2026, 10, 6))
    notice(county, "A1", {"reviewed": date(2026, 10, 19), "issued": date(2026, 10, 19), "served": date(2026, 10, 20),
                          "reissued": date(2026, 11, 4)}, date(2026, 10, 26),
           reissued={"new_due_on": date(2026, 12, 1)})
    notice(county, "B1", {"reviewed": date(2026, 11, 5), "issued": date(2026, 11, 5), "served": date(2026, 11, 6)},
           date(2026, 11, 12))
    county.session.flush()
