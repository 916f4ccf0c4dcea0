"""The county of full size, made small: whole by every check, the same on both databases, and every address answers."""

import functools
import os
import re
import shutil
from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from api import demo_county_service, demo_rules, demo_service
from api.auth import new_token, token_hash
from api.checkin import judging_service
from api.checkin.models import Decision, Evidence, Leave
from api.cli import cli
from api.contracts.acceptance_models import Acceptance
from api.contracts.models import ContractRevision
from api.contracts.notice_models import NoticeNumber, SupervisionNotice
from api.db import Base, UtcDateTime, make_engine
from api.demo_county_roster_service import add_rows
from api.demo_county_rules import FULL, Size, plan_courses, stays_of
from api.diary.concerns_rules import DONE, UNDONE
from api.diary.models import Concern
from api.postings import accounts_service
from api.postings.account_models import User, UserSession
from api.postings.models import Posting
from api.ratings.ballot_models import RatingResult
from api.ratings.campaign_models import CampaignVillage
from api.visits.models import Linkage, Visit, VillageQuarter
from tests.conftest import BOTH
from tests.test_demo import content, whole

SMALL = Size(townships=3, villages=30, cadres=90, households=600)
TODAY = date(2026, 11, 20)


@pytest.fixture(scope="session")
def county_on(request, tmp_path_factory):
    """By a database's name: the URL of the county there, made once and never changed but for log-ins.

    Once for the whole run: a worker that takes over another's tests may come back to this file later.
    """
    made = {}

    def url_of(kind: str) -> str:
        if kind not in made:
            if kind == "sqlite":
                path = tmp_path_factory.mktemp("county") / "county.sqlite3"
                shutil.copy(request.getfixturevalue("sqlite_template"), path)
                made[kind] = f"sqlite:///{path}"
            else:
                made[kind] = request.getfixturevalue("postgres_server").create(
                    f"full_{os.getpid()}", "zhucun_template")
            engine = make_engine(made[kind])
            with Session(engine) as session:
                demo_county_service.fill(session, years=1, today=TODAY, size=SMALL)
                session.commit()
            engine.dispose()
        return made[kind]

    return url_of


@pytest.fixture(params=BOTH)
def filled_url(county_on, request):
    return county_on(request.param)


@pytest.fixture
def filled(filled_url):
    """A session on the small county of full size."""
    engine = make_engine(filled_url)
    with Session(engine) as session:
        yield session
    engine.dispose()


def test_a_county_has_the_size_that_was_asked_for():
    stays = list(stays_of(FULL, plan_courses(date(2021, 12, 1), TODAY)))
    posted = {stay.cadre_id for stay in stays if stay.to_on is None}
    assert 2850 < len(posted) <= 3000 and len({stay.village_id for stay in stays}) == 1000
    # Of one cadre no two postings overlap.
    of_cadre: dict[int, list] = {}
    for stay in stays:
        of_cadre.setdefault(stay.cadre_id, []).append(stay)
    assert all(one.to_on < other.from_on for several in of_cadre.values()
               for one, other in zip(several, several[1:], strict=False))
    assert sum(len(several) > 1 for several in of_cadre.values()) > 100


def test_the_figures_agree_with_the_rule_and_what_is_named_is_there(filled, monkeypatch):
    # In many pieces, as a county of full size is read in.
    monkeypatch.setattr(judging_service, "_CADRES", 7)
    monkeypatch.setattr(judging_service, "_IDS", 100)
    assert whole(filled)
    if filled.get_bind().dialect.name == "sqlite":
        assert filled.execute(text("PRAGMA foreign_key_check")).all() == []


def test_there_is_something_of_everything(filled):
    def states(column) -> set:
        return set(filled.scalars(select(column).distinct()))

    def count(model, *conditions) -> int:
        return filled.scalar(select(func.count()).select_from(model).where(*conditions))

    assert states(Evidence.kind) == {"check_in", "declaration", "visit"}
    assert states(Evidence.verdict) == {"inside", "uncertain", "outside", "no_location"}
    assert states(Evidence.status) == {"counts", "waiting", "rejected"}
    assert states(Decision.outcome) == {"confirmed", "rejected"}
    assert {"errand", "annual"} < states(Leave.kind)
    located = filled.scalar(select(func.min(Evidence.day)).where(Evidence.latitude.is_not(None)))
    assert TODAY - timedelta(days=90) < located < TODAY - timedelta(days=70)
    assert count(Posting, Posting.to_on.is_not(None)) > 5
    assert states(Visit.manner) == {"in_person", "phone", "not_home"} and states(Linkage.kind) == {"key", "link"}
    assert states(VillageQuarter.quarter_on) == {date(2025, 10, 1), *(date(2026, n, 1) for n in (1, 4, 7, 10))}
    concerns = states(Concern.state)
    assert set(UNDONE) & concerns and set(DONE) & concerns and "closed" in concerns
    assert {"struck_off", "archived"} & states(SupervisionNotice.state)
    assert states(NoticeNumber.year) == {2025, 2026} or states(NoticeNumber.year) == {2026}
    assert len(states(ContractRevision.state)) > 1 and states(Acceptance.state) >= {"confirmed", "archived"}
    assert count(RatingResult) > 500 and count(CampaignVillage, CampaignVillage.household_ballots.is_(None)) > 0


def test_nothing_is_of_the_future(filled):
    noon = demo_rules.noon_of(TODAY)
    instants = [column for table in Base.metadata.sorted_tables for column in table.columns
                if isinstance(column.type, UtcDateTime)]
    latest = {str(column): filled.scalar(select(func.max(column))) for column in instants}
    assert {name: at for name, at in latest.items() if at is not None and at > noon} == {}


def test_who_comes_later_gets_a_number_of_its_own(filled):
    accounts_service.create_user(filled, username="later", name="后来", now=demo_rules.noon_of(TODAY))
    filled.flush()
    assert filled.scalar(select(func.max(User.id))) == filled.scalar(select(User.id).where(User.username == "later"))


def test_both_databases_hold_the_same(county_on):
    ours, other = (content(county_on(kind)) for kind in BOTH)
    for found in (ours, other):
        found.pop("user_sessions")
    assert ours == other


QUESTIONS = (
    "on-post-rates?month=2026-10&level=village", "visit-coverage?level=township", "concerns?state=undone",
    "concerns?state=over", "supervision-notices?state=open", "supervision-notices?state=over",
    "contract-figures?year=2026", "rating-campaigns", "meetings", "month-closings?month=2026-10")


def test_every_address_answers(filled_url, make_app, clock):
    """No address may fail; what the dashboards ask for brings something."""
    clock.now = demo_rules.noon_of(TODAY)
    app = make_app(filled_url, COUNTY=demo_service.COUNTY)
    engine = make_engine(filled_url)
    with Session(engine) as session:
        ids = {name: session.scalar(select(User.id).where(User.username == name))
               for name in ("cadre1", "village1", "township1", "county", "admin")}
        tokens = {name: new_token() for name in ids}
        add_rows(session, UserSession, [
            {"token_hash": token_hash(tokens[name]), "user_id": own, "client": "native", "user_agent": "test",
             "sliding": False, "idles": False, "by_invitation": False, "created_at": clock.now,
             "last_used_at": clock.now, "expires_at": clock.now + timedelta(days=1)} for name, own in ids.items()])
        session.commit()
    engine.dispose()
    addresses = sorted({rule.rule for rule in app.url_map.iter_rules()
                        if "GET" in rule.methods and not re.search("[<]", rule.rule) and rule.rule.startswith("/api/")})
    assert len(addresses) > 50
    client = app.test_client()
    answers = {(name, address): client.get(address, headers={"Authorization": f"Bearer {token}"}).status_code
               for name, token in tokens.items() for address in addresses}
    assert {one: status for one, status in answers.items() if status >= 500} == {}
    for question in QUESTIONS:
        answer = client.get(f"/api/v1/{question}", headers={"Authorization": f"Bearer {tokens['county']}"})
        assert answer.status_code == 200, (question, answer.json)
        assert any(isinstance(value, list) and value for value in (
            answer.json.values() if isinstance(answer.json, dict) else [answer.json])), question


def test_the_command_tells_what_it_made_and_refuses_what_does_not_go_together(tmp_path, monkeypatch):
    environment = {"ZHUCUN_COUNTY": demo_service.COUNTY, "ZHUCUN_VAR": str(tmp_path), "DATABASE_URL": ""}
    for wrong in (["--full", "--size", "county"], ["--years", "2"]):
        assert CliRunner().invoke(cli, ["demo", *wrong], env=environment).exit_code == 2
    monkeypatch.setattr(demo_county_service, "fill", functools.partial(demo_county_service.fill, size=SMALL))
    asked = ["demo", "--size", "county", "--years", "1", "--date", TODAY.isoformat()]
    done = CliRunner().invoke(cli, asked, env=environment)
    assert done.exit_code == 0, done.output
    assert "village2 … village30" in done.output and demo_service.PASSWORD in done.output
    again = CliRunner().invoke(cli, asked, env=environment)
    assert again.exit_code == 1 and "Choose an empty one" in again.output
