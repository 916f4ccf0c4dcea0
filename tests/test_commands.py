"""The commands of a county's IT person, from the shell's side, on a database with people in it."""

import os
import re
import subprocess
import sys
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import text

from api import tables
from api.all_tables import METADATA
from tests.county import County


@pytest.fixture
def run(own_county, command_line):
    """`command_line` on a county in which somebody was in a village for three days."""
    day = own_county.now.date()
    cadre = own_county.cadre("A1", name="全勤")
    for days_ago in (1, 2, 3):
        own_county.check_in(cadre, day - timedelta(days=days_ago))
    own_county.session.commit()
    return command_line


def change(county, statement, **values):
    count = county.session.execute(text(statement), values).rowcount
    county.session.commit()
    return count


@pytest.mark.parametrize("statement", [
    "UPDATE posting_weeks SET stationed_mask = 0, credited_days = 0 WHERE stationed_mask > 0",
    "UPDATE posting_months SET year_days = year_days + 1",
    "DELETE FROM stationed_days",
    "UPDATE evidence SET verdict = 'outside', status = 'waiting'",
    "UPDATE cadre_linkages SET households = households + 1",
    "UPDATE village_linkages SET households = households + 1",
])
def test_what_was_changed_by_hand_is_reported_and_then_repaired(run, own_county, statement):
    run("roll")
    assert run("verify")[0] == 0
    assert change(own_county, statement)
    status, told = run("verify")
    assert status == 1 and re.search(r"should be ", told)
    assert re.search(r"[1-9][0-9]* rows differ; `zhucun rebuild` repairs them", told)
    assert run("rebuild") == (0, "Rebuilt the figures of 1 cadres and 4 villages.")
    assert run("verify") == (0, "All figures of 1 cadres and 4 villages agree with the rule.")


def test_rolling_on_is_done_once(run, own_county):
    change(own_county, "UPDATE kept_horizon SET through_on = :day", day="2026-11-22")
    assert change(own_county, "DELETE FROM posting_weeks WHERE monday > :day", day="2026-11-22")
    change(own_county, "DELETE FROM posting_months WHERE month_on > :day", day="2026-11-22")
    # Four villages in each quarter of this year so far.
    status, told = run("roll")
    # Whether the county's records still came lately enough to be looked at for oddities depends on today.
    rolled, counted, *_, months = told.splitlines()
    assert (status, rolled, counted) == (
        0, "Rolled 1 cadres on.", "Counted the households of villages in 16 quarters.")
    assert re.fullmatch(r"Counted the figures of [0-9]+ months that have ended\.", months)
    assert run("roll") == (0, "Nothing to roll: rows reach far enough.")
    assert run("verify")[0] == 0


def test_a_rule_of_the_past_brings_its_figures_along(run, own_county):
    before = own_county.session.execute(text("SELECT sum(required_days) FROM posting_weeks")).scalar_one()
    own_county.session.rollback()
    status, told = run("set-policy", "days_per_week", "5", "--from", "2026-03-02", "--source", "县委组织部通知")
    assert (status, told) == (0, "Rebuilt the figures of 1 cadres and 4 villages.")
    after = own_county.session.execute(text("SELECT sum(required_days) FROM posting_weeks")).scalar_one()
    own_county.session.rollback()
    assert after > before and run("verify")[0] == 0
    assert run("set-policy", "days_per_week", "9", "--from", "2026-03-02", "--source", "误")[0] == 1


def test_the_audit_log_names_the_entry_that_was_changed(run, own_county):
    assert run("add-user", "wang.wei", "--name", "王伟", "--role", "admin")[0] == 0
    assert run("verify-audit") == (0, "Every chain of the audit log is whole.")
    number = own_county.session.execute(text("SELECT max(number) FROM audit_entries WHERE chain = 0")).scalar_one()
    change(own_county, "UPDATE audit_entries SET action = 'x' WHERE chain = 0 AND number = :number", number=number)
    status, told = run("verify-audit")
    assert status == 1 and told.startswith(f"chain 0: entry {number} is ")


def test_the_first_administrator_gets_in_by_a_link_that_works_once(run, own_county, own_database, make_app):
    status, told = run("add-user", "Wang.Wei", "--name", "王伟", "--role", "admin")
    assert (status, run("invite", "nobody")[0]) == (0, 1)
    first, second = (re.search(r"invite=([\w-]+)", printed)[1] for printed in (told, run("invite", "wang.wei")[1]))
    client = make_app(own_database).test_client()

    def log_in(token):
        return client.post("/api/v1/sessions", json={"invitation": token, "client": "native"}).status_code

    assert [log_in(token) for token in (first, second, second)] == [401, 201, 401]


@pytest.mark.slow
@pytest.mark.parametrize("own_database", ["sqlite"], indirect=True)
def test_a_command_in_a_process_of_its_own_knows_every_table(own_county, own_database, tmp_path):
    own_county.check_in(own_county.cadre("A1"), own_county.now.date())
    own_county.session.commit()
    environment = {**os.environ, "DATABASE_URL": own_database, "ZHUCUN_COUNTY": County.CODE,
                   "ZHUCUN_VAR": str(tmp_path)}
    for command in (["export-all", str(tmp_path / "all.zip")], ["verify-audit"], ["retention"], ["verify"],
                    ["add-user", "lin", "--name", "林", "--role", "admin"], ["invite", "lin"]):
        done = subprocess.run([sys.executable, "-m", "api.cli", *command], env=environment, capture_output=True,
                              text=True)
        assert done.returncode == 0, (command, done.stderr)
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        exported = {name for name in archive.namelist() if name.startswith("csv/")}
    assert exported == {f"csv/{name}.csv" for name in METADATA.tables if name not in tables.STAYS}
    assert len(exported) == len(METADATA.tables) - 5
