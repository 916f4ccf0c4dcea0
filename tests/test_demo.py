"""The demo county: the same every time, whole by every check, and alive on any day of the week."""

import os
import socket
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api import audit, demo_log_ins_service, demo_photos_service, demo_ratings_service, demo_rules, demo_service
from api.auth import Grant, Identity
from api.checkin import (
    closings_service,
    emergency_presence_service,
    emergency_service,
    judging_service,
    kept_service,
    months_service,
    rates_service,
    sums_service,
)
from api.checkin.emergency_models import EmergencyDuty
from api.checkin.models import Evidence, Leave
from api.checkin.month_models import MonthClose, MonthStep
from api.cli import cli
from api.contracts.acceptance_models import Acceptance
from api.contracts.board_models import Deliberation, Disclosure
from api.contracts.check_models import Finding, MarkAppeal, MarkSheet, SpotCheck
from api.contracts.disclosures_rules import STAGES
from api.contracts.models import Contract, ContractRevision
from api.contracts.notice_models import SupervisionNotice
from api.dashboards.oddity_models import Oddity, OddityStep
from api.dates import days_between, shanghai_day
from api.db import Base, UtcDateTime, make_engine, reading
from api.demo_people_rules import MIDDLE, VillageFact
from api.diary.concerns_rules import DONE, UNDONE
from api.diary.meeting_models import Attendance, Meeting, Pledge, Report
from api.diary.models import Concern, DiaryEntry
from api.diary.reading_models import DiaryReading
from api.diary.reception_models import Reception
from api.diary.special_report_models import SpecialReport
from api.geo import distance_m
from api.photos.models import Photo, RecordPhoto
from api.postings import accounts_service
from api.postings.account_models import User
from api.postings.divisions_service import division_by_code
from api.postings.models import Cadre, Division, Place, Posting
from api.ratings.ballot_models import RatingText
from api.ratings.campaign_models import CampaignVillage, RatingCampaign
from api.ratings.suggestion_models import Suggestion
from api.ratings.vote_models import AssessedVote
from api.ratings.votes_rules import STATES
from api.visits import village_quarters_service
from api.visits.models import Companion, Household, HouseholdLabel, Visit, VillageQuarter
from api.visits.terms_service import default_terms
from api.vocabulary import LEAVE_KINDS, SPECIAL_REPORT_KINDS

SUNDAY = date(2026, 11, 22)
FRIDAY = date(2026, 11, 20)
VILLAGES = [VillageFact(f"52032900{n // 7}2{n % 7:02}", f"{n}村", f"52032900{n // 7}000") for n in range(70)]


def plan(today: date, seed: int = 1) -> demo_rules.Demo:
    weekdays = {day for day in days_between(today - timedelta(weeks=14), today + timedelta(weeks=4))
                if day.weekday() < 5}
    return demo_rules.plan_demo(seed=seed, today=today, villages=VILLAGES, county_code="520329000000",
                                workdays=weekdays)


def test_the_same_seed_and_day_make_the_same_plan():
    made = plan(SUNDAY)
    assert plan(SUNDAY) == made
    assert plan(SUNDAY, seed=2).records != made.records


@pytest.mark.parametrize("today", [date(2026, 11, 16) + timedelta(days=n) for n in range(7)])
def test_nothing_is_of_the_future_and_the_running_week_is_there(today):
    made = plan(today)
    noon = demo_rules.start_of_day(today) + timedelta(hours=12)
    assert max(record.received_at for record in made.records) <= noon
    assert max(event.at for event in made.events) <= noon
    assert min(event.at for event in made.events) > made.founded_at
    latest = max(shanghai_day(record.made_at) for record in made.records)
    assert latest == today


def test_places_are_near_the_middle_and_one_village_has_none():
    people = plan(SUNDAY).people
    assert max(distance_m(spot.position, MIDDLE) for spot in people.spots) < 25_000
    assert len({village.code for village in VILLAGES} - {spot.village for spot in people.spots}) == 1


def demo(url: str, folder: Path):
    """Run the command as people do."""
    return CliRunner().invoke(cli, ["demo", "--date", FRIDAY.isoformat()], env={
        "ZHUCUN_COUNTY": demo_service.COUNTY, "ZHUCUN_VAR": str(folder), "DATABASE_URL": url})


@pytest.fixture(scope="session")
def filled(tmp_path_factory):
    """A session on the demo of a Friday, made once and only read."""
    folder = tmp_path_factory.mktemp("demo")
    url = f"sqlite:///{folder / 'demo.sqlite3'}"
    done = demo(url, folder)
    assert done.exit_code == 0, done.output
    engine = make_engine(url)
    with Session(reading(engine)) as session:
        yield session
    engine.dispose()


def test_a_few_do_without_positions_and_count_by_their_villages_word(filled):
    rows = filled.execute(
        select(User.location_choice, Evidence.latitude.is_not(None), Evidence.status)
        .join(Cadre, Cadre.user_id == User.id).join(Evidence, Evidence.cadre_id == Cadre.id)).all()
    of = {choice: [row for row in rows if row[0] == choice] for choice in ("given", "declined")}
    assert len(of["given"]) + len(of["declined"]) == len(rows)
    assert any(has for _choice, has, _status in of["given"])
    assert {has for _choice, has, _status in of["declined"]} == {False}
    assert Counter(status for *_rest, status in of["declined"])["counts"] > 0


def whole(session: Session) -> bool:
    """Whether `zhucun verify` and `zhucun verify-audit` would find nothing."""
    ids = kept_service.all_cadre_ids(session)
    villages = village_quarters_service.all_village_ids(session)
    return not (list(judging_service.misjudged(session, cadre_ids=ids))
                or list(kept_service.differences(session, cadre_ids=ids))
                or list(village_quarters_service.differences(session, village_ids=villages))
                or list(audit.verify(session)))


@pytest.mark.slow
def test_the_figures_agree_with_the_rule_and_every_chain_is_whole(filled):
    assert whole(filled)


@pytest.mark.slow
def test_the_county_is_complete(filled):
    def count(model, *conditions) -> int:
        return filled.scalar(select(func.count()).select_from(model).where(*conditions))

    assert count(Cadre) == 220
    assert count(Division, Division.level == "township") == 10
    assert count(Division, Division.level == "village") == 71
    assert filled.scalar(select(func.count(Posting.village_id.distinct()))) == 71
    assert count(Place) == count(Place, Place.is_made_up) > 71
    # One handed over and was handed over to; one never got a posting, one lost it yesterday.
    assert count(Posting) == 220
    assert count(Posting, Posting.to_on == FRIDAY - timedelta(days=1)) == 1
    assert filled.scalar(select(func.count(Posting.cadre_id.distinct()))) == 219


@pytest.mark.slow
def test_every_kind_of_record_is_there(filled):
    verdicts = Counter(filled.scalars(select(Evidence.verdict)))
    assert set(verdicts) == {"inside", "uncertain", "outside", "no_location", "not_judged"}
    statuses = Counter(filled.scalars(select(Evidence.status)))
    assert set(statuses) == {"counts", "waiting", "rejected", "no_posting"}
    flags = " ".join(filled.scalars(select(Evidence.flags))).split()
    assert set(flags) == {"late", "clock_skew"}
    assert set(filled.scalars(select(Evidence.kind))) == {"check_in", "declaration", "register", "visit"}
    leaves = {tuple(row) for row in filled.execute(select(Leave.kind, Leave.state))}
    assert leaves == {(kind, state) for kind in LEAVE_KINDS for state in ("asked", "approved", "refused", "withdrawn")}
    assert filled.scalar(select(func.count()).select_from(Leave).where(Leave.returned_on.is_not(None))) > 0
    # A demo starts from log-ins before the first record, or every record would look like a wrong clock.
    assert filled.scalar(select(func.max(User.first_log_in_at))) < filled.scalar(select(func.min(Evidence.captured_at)))


@pytest.mark.slow
def test_households_are_visited_here_more_and_there_less(filled):
    assert filled.scalar(select(func.count()).select_from(Household)) == 3000
    quarter = filled.scalars(select(VillageQuarter).where(VillageQuarter.quarter_on == date(2026, 10, 1))).all()
    rates = [row.visited / row.households for row in quarter]
    assert len(rates) == 71 and min(rates) < 0.2 and max(rates) > 0.6 and sum(rate < 0.25 for rate in rates) > 5
    assert set(filled.scalars(select(Visit.manner))) == {"in_person", "not_home", "phone"}
    assert set(filled.scalars(select(Companion.state))) == {"named", "joined"}
    assert set(filled.scalars(select(HouseholdLabel.label))) == {one["key"] for one in default_terms()["label"]}


@pytest.mark.slow
def test_what_was_written_and_asked_for_is_in_every_state(filled):
    assert set(filled.scalars(select(Concern.state))) == set(UNDONE) | set(DONE) | {"closed"}
    overdue = select(func.count()).select_from(Concern).where(Concern.state.in_(UNDONE), Concern.due_on < FRIDAY)
    assert 5 < filled.scalar(overdue) < 40
    assert {submitted is None for submitted in filled.scalars(select(DiaryEntry.submitted_at))} == {True, False}
    pictures = set(filled.scalars(select(RecordPhoto.sha256)))
    assert len(pictures) == demo_photos_service.PICTURES and pictures == set(filled.scalars(select(Photo.sha256)))
    assert set(filled.scalars(select(DiaryReading.outcome))) == {"read", "follow_up"}
    assert set(filled.scalars(select(SpecialReport.kind))) == set(SPECIAL_REPORT_KINDS)
    assert filled.scalar(select(func.count()).select_from(Reception)) > 70


@pytest.mark.slow
def test_villages_promise_are_looked_after_and_disclose(filled):
    def states(column) -> dict:
        return dict(filled.execute(select(column, func.count()).group_by(column)).all())

    assert len(states(ContractRevision.state)) >= 8
    assert filled.scalar(select(func.count(Contract.village_id.distinct())).where(Contract.kind == "yearly")) == 70
    assert len(states(SupervisionNotice.state)) >= 8
    assert set(states(Acceptance.state)) == {"inspected", "confirmed", "archived"}
    assert set(states(Acceptance.final_verdict)) == {None, "met", "partly", "not_met"}
    assert states(Disclosure.state) == {"published": 115, "drafted": 3, "held": 1}
    assert set(states(Disclosure.disclosure_class)) == {"finance", "decision", "benefit"}
    assert set(states(Deliberation.stage)) == set(STAGES)
    assert states(SpotCheck.state) == {"open": 1, "closed": 1} and set(states(Finding.is_problem)) == {True, False}
    assert states(MarkSheet.state) == {"published": 22} and set(states(MarkSheet.half_on)) == {date(2026, 1, 1)}
    assert states(MarkAppeal.outcome) == {"upheld": 1, None: 1}
    assert states(Suggestion.state) == {"received": 3, "accepted": 1, "handling": 1, "answered": 2, "appealed": 1}
    assert states(Suggestion.about) == {"village": 5, "person": 1, "app": 2}


@pytest.mark.slow
def test_nothing_about_promises_is_of_the_future(filled):
    noon = demo_rules.noon_of(FRIDAY)
    instants = [column for mapper in Base.registry.mappers if mapper.class_.__module__.startswith("api.contracts.")
                for column in mapper.local_table.columns if isinstance(column.type, UtcDateTime)]
    assert len(instants) > 20
    latest = {str(column): filled.scalar(select(func.max(column))) for column in instants}
    assert {name: at for name, at in latest.items() if at is not None and at > noon} == {}


@pytest.mark.slow
def test_every_township_met_and_most_of_its_cadres_reported(filled):
    meetings = filled.scalars(select(Meeting)).all()
    assert len(meetings) == 10 and {meeting.held_on for meeting in meetings} == {date(2026, 11, 18)}
    assert all(meeting.minutes and meeting.comments and meeting.decisions for meeting in meetings)
    reports = filled.scalars(select(Report)).all()
    assert 150 < len(reports) < 215 and all(report.submitted_at and report.situation for report in reports)
    assert set(filled.scalars(select(Attendance.state))) == {"present", "excused", "absent"}
    assert filled.scalar(select(func.count()).select_from(Pledge)) > 50


@pytest.mark.slow
def test_one_emergency_duty_is_over_and_cadres_told_while_it_ran(filled):
    duty, township = filled.scalar(select(EmergencyDuty)), filled.scalars(
        select(Division).where(Division.level == "township").order_by(Division.code)).first()
    now = demo_rules.noon_of(FRIDAY)
    assert (duty.kind, emergency_service.duty_state(duty, now)) == ("flood", "over")
    assert duty.from_at > demo_rules.founded_at(FRIDAY) and duty.ended_at is None
    found = emergency_presence_service.presence_on(filled, duty=duty, division=township, day=None, now=now)
    assert len(found.villages) > 1 and len(found.days) == 2
    assert 0 < found.everybody.reported < found.everybody.posted


@pytest.mark.slow
def test_a_few_records_are_odd_one_is_explained_and_one_closed(filled):
    found = filled.scalars(select(Oddity)).all()
    assert {"same_position", "shared_device"} <= {one.kind for one in found}
    assert {one.state for one in found} == {"found", "explained", "closed"}
    assert filled.scalar(select(func.count()).select_from(OddityStep)) == 3


@pytest.mark.slow
def test_the_running_week_has_something_to_talk_about(filled):
    county = division_by_code(filled, demo_service.COUNTY)
    period = sums_service.Period(month_on=date(2026, 11, 1), as_of=FRIDAY, today=FRIDAY)
    total = rates_service.month_table(filled, division=county, level="township", period=period).total
    assert total.running["met"] > 50 and total.running["at_risk"] > 5 and total.running["missed"] > 0
    assert total.running["waiting_days"] > 5
    assert 0.75 < total.numerator / total.denominator < 0.97


@pytest.mark.slow
def test_the_months_that_are_over_are_closed_but_for_a_few_to_talk_about(filled):
    county = division_by_code(filled, demo_service.COUNTY)
    rows = {number: closings_service.closings(
        filled, division=county, month_on=date(2026, number, 1), today=FRIDAY, level="village", state=None, page=1,
        page_size=100)[0]["rows"] for number in (9, 10, 11)}
    states = {number: Counter(row["state"] for row in found) for number, found in rows.items()}
    assert states == {9: {"closed": 71}, 10: {"closed": 69, "confirmed": 1, "open": 1}, 11: {"open": 71}}
    assert [sum(row[name] for row in rows[10]) for name in ("disputed", "corrections")] == [1, 4]
    assert {step.on_paper for step in filled.scalars(select(MonthStep))} == {True, False}
    county_user = Identity(0, "zh", None, 0, None, (Grant("supervisor", county.id, county.path, county.level),))
    told = [correction for row in rows[10] if row["corrections"] for correction in months_service.month_sheet(
        filled, identity=county_user, month_on=date(2026, 10, 1), village_code=row["village"].code, live=False,
        today=FRIDAY)["corrections"]]
    assert {cause["what"] for correction in told for cause in correction.causes} == {
        "declaration", "confirmed", "register"}
    as_of = demo_rules.start_of_day(FRIDAY) + timedelta(hours=12)
    assert filled.scalar(select(func.max(MonthStep.at))) < filled.scalar(select(func.max(MonthClose.closed_at))) < as_of


@pytest.mark.slow
def test_a_campaign_is_closed_with_results_and_one_takes_the_printed_cards(filled):
    closed, running = filled.scalars(select(RatingCampaign).order_by(RatingCampaign.first_on)).all()
    assert (closed.state, running.state, closed.text_key) == ("closed", "open", None)
    told = filled.scalars(select(CampaignVillage).where(CampaignVillage.campaign_id == closed.id)).all()
    shown = [village.household_ballots for village in told if village.household_ballots is not None]
    assert len(shown) > 50 and min(shown) >= 5 and len(shown) < len(told)
    assert filled.scalar(select(func.count()).select_from(RatingText)) >= 3
    assert len(demo_ratings_service.cards_to_try(filled, today=FRIDAY)) == demo_ratings_service.TO_TRY


def test_the_printed_log_ins_work(filled):
    names = [one.username for one in demo_log_ins_service.log_ins(filled)]
    assert names == list(demo_log_ins_service.LOG_INS)
    for name in names:
        user = accounts_service.user_by_name(filled, name)
        assert accounts_service.password_fits(user.password_hash, demo_service.PASSWORD)


def test_villages_hold_votes_on_their_cadres_and_there_is_one_in_each_state(filled):
    states = Counter(filled.scalars(select(AssessedVote.state)))
    assert states == {"signed": 2, **dict.fromkeys(STATES[:4], 1), "annulled": 1}
    counted = filled.scalars(select(AssessedVote).where(AssessedVote.counts.is_not(None))).all()
    assert {vote.state for vote in counted} == {"counted", "read_out", "signed"}


# Search terms are kept as each database takes them.
_NOT_COMPARED = ("password_hash", "facts_version", "phone_sealed", "phone_index", "words", "sealed_contact",
                 "open_code", "text_key", "sealed_key", "token_hash")


def content(url: str) -> dict[str, list]:
    """Every row of every table, but for what keys and salts make of it, and a count that only writers in line need."""
    engine = make_engine(url)
    with engine.connect() as connection:
        found = {}
        for table in Base.metadata.sorted_tables:
            # Released texts get keys by chance, so that nothing tells in which order they were written.
            chance = ("id",) if table.name == "rating_texts" else ()
            columns = [column for column in table.columns if column.name not in (*_NOT_COMPARED, *chance)]
            found[table.name] = sorted(str(tuple(row)) for row in connection.execute(select(*columns)))
    engine.dispose()
    return found


@pytest.mark.slow
def test_the_command_makes_the_same_county_on_both_databases_and_only_in_an_empty_one(
        postgres_server, tmp_path, filled):
    own_database = postgres_server.create(f"demo_{os.getpid()}")
    done = demo(own_database, tmp_path)
    assert done.exit_code == 0, done.output
    assert "cadre1" in done.output and demo_service.PASSWORD in done.output
    again = demo(own_database, tmp_path)
    assert again.exit_code == 1 and "never mixes with real records" in again.output
    # The same rows, so they are as whole as those of `filled`.
    assert content(own_database) == content(str(filled.get_bind().url))


def test_another_county_gets_no_demo(tmp_path):
    environment = {"ZHUCUN_COUNTY": "520100000000", "ZHUCUN_VAR": str(tmp_path), "DATABASE_URL": ""}
    done = CliRunner().invoke(cli, ["demo"], env=environment)
    assert done.exit_code == 1 and "set ZHUCUN_COUNTY" in done.output


def test_a_port_in_use_is_said_plainly_before_anything_is_made(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        environment = {"ZHUCUN_COUNTY": demo_service.COUNTY, "ZHUCUN_VAR": str(tmp_path), "DATABASE_URL": "",
                       "PORT": str(other.getsockname()[1])}
        done = CliRunner().invoke(cli, ["demo-serve"], env=environment)
    assert done.exit_code == 1 and "PORT=8123 make run" in done.output
    assert list(tmp_path.iterdir()) == []
