"""The commands that concern ratings: what has ended is closed by `zhucun roll`, keys are sealed again."""

from datetime import timedelta

import pytest
from click.testing import CliRunner

from api.cli import cli
from api.ratings import text_keys_service
from api.ratings.campaign_models import RatingCampaign
from api.sealing import Keyring
from tests.county import County
from tests.ratings.test_closing import fill
from tests.ratings.urn_data import make_urn


@pytest.fixture
def run(own_county, own_database, tmp_path, monkeypatch):
    for name, value in (("DATABASE_URL", own_database), ("ZHUCUN_COUNTY", County.CODE), ("ZHUCUN_VAR", str(tmp_path))):
        monkeypatch.setenv(name, value)
    return lambda *arguments: CliRunner().invoke(cli, arguments)


def test_the_daily_roll_closes_what_has_ended_and_nothing_else(run, own_county, tmp_path):
    session, ring = own_county.session, Keyring.of({"VAR": str(tmp_path)})
    ended = make_urn(own_county, ring=ring)
    fill(own_county, ended, ended.ballots(5, text="话"))
    running = make_urn(own_county, ring=ring, last_on=own_county.now.date() + timedelta(days=3650))
    session.commit()
    result = run("roll")
    assert result.exit_code == 0 and "Closed 1 rating campaigns." in result.output
    states = {one: session.get(RatingCampaign, one, populate_existing=True).state for one in (ended.id, running.id)}
    assert states == {ended.id: "closed", running.id: "open"}
    session.rollback()
    assert "Closed" not in run("roll").output


def test_a_campaign_whose_texts_do_not_open_stays_open_and_is_named(run, own_county):
    urn = make_urn(own_county)
    fill(own_county, urn, urn.ballots(5, text="话"))
    result = run("roll")
    assert result.exit_code == 1 and str(urn.id) in result.output
    assert own_county.session.get(RatingCampaign, urn.id, populate_existing=True).state == "open"


def test_the_keys_of_open_campaigns_are_sealed_again(run, own_county, tmp_path):
    ring = Keyring.of({"VAR": str(tmp_path)})
    urn = make_urn(own_county, ring=ring)
    own_county.session.commit()
    before = text_keys_service.private_key(ring, urn.campaign)
    result = run("seal-again", "--new-key")
    assert result.exit_code == 0 and "1 keys of open ratings were sealed again; key 2" in result.output
    campaign = own_county.session.get(RatingCampaign, urn.id, populate_existing=True)
    assert campaign.sealed_key_id == "2" and text_keys_service.private_key(ring, campaign) == before
