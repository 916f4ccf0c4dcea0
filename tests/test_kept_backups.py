"""How long backups are kept, as the notice promises; and what a restore brings back is deleted again by the manual."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from api.checkin import retention_service
from tests.conftest import NOW

ROOT = Path(__file__).resolve().parent.parent
DAY_S = 86_400


def made(folder: Path, name: str, days: float) -> None:
    path = folder / name
    path.write_bytes(b"")
    os.utime(path, (time.time() - days * DAY_S,) * 2)


def nightly(tmp_path, *, check: int):
    """Run backup.sh with a stand-in for `zhucun`, whose proof ends with the status `check`."""
    for name in ("deploy", ".venv/bin", "backups"):
        (tmp_path / name).mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "deploy" / "backup.sh", tmp_path / "deploy")
    command = tmp_path / ".venv" / "bin" / "zhucun"
    command.write_text(f'#!/bin/sh\ncase $2 in --check) exit {check} ;; esac\ntouch "$2"\n')
    command.chmod(0o755)
    return subprocess.run([tmp_path / "deploy" / "backup.sh", tmp_path / "backups"], check=False).returncode


@pytest.mark.parametrize(("check", "left"), [
    (0, {"nightly-29.tar", "before-29.tar", "by-hand-99.tar"}),
    # All came back, with a chain of the audit log that was broken before: told every night, and no reason to keep them.
    (3, {"nightly-29.tar", "before-29.tar", "by-hand-99.tar"}),
    (1, {"nightly-29.tar", "before-29.tar", "by-hand-99.tar", "nightly-30.tar", "before-30.tar", "before-99.tar"}),
])
def test_nightly_and_upgrade_backups_go_after_thirty_days_once_a_new_one_is_proved(tmp_path, check, left):
    folder = tmp_path / "backups"
    folder.mkdir()
    for name in ("nightly-29.tar", "nightly-30.tar", "before-29.tar", "before-30.tar", "before-99.tar",
                 "by-hand-99.tar"):
        # Of thirty nights ago, made some minutes after the hour at which tonight's begins.
        made(folder, name, int(re.search(r"\d+", name)[0]) - 0.01)
    assert nightly(tmp_path, check=check) == check
    names = {path.name for path in folder.iterdir()}
    [tonight] = names - left
    assert left <= names and re.fullmatch(r"nightly-\d{8}-\d{6}\.tar", tonight)


@pytest.mark.parametrize("manual", ["deploy.md", "deploy.zh.md"])
def test_the_manuals_statements_find_and_repeat_a_withdrawal(as_user, county, manual):
    [block] = [one for one in re.findall(r"```sql\n(.*?)```", (ROOT / "docs" / manual).read_text(), re.DOTALL)
               if "audit_entries" in one]
    ask, repeat = (one.strip() for one in block.split(";")[:2])
    cadre, other = county.cadre(), county.cadre()
    records = [county.check_in(person, NOW.date()) for person in (cadre, other)]
    county.session.commit()
    as_user(cadre).put("/api/v1/me/location", json={"choice": "declined"})
    found = county.session.execute(text(ask)).all()
    assert [(row.user_id, row.action) for row in found] == [(cadre.user.id, "consent.withdrawn")]
    # As the backup of before has it.
    cadre.user.location_choice = "given"
    for name in ("latitude", "longitude", "wgs84_latitude", "wgs84_longitude"):
        setattr(records[0], name, getattr(records[1], name))
    county.session.commit()
    county.session.execute(text(repeat.replace("…", str(cadre.user.id))))
    for chain in retention_service.chains(county.session):
        retention_service.forget_chunk(county.session, chain=chain, county=county.county, now=NOW)
    county.session.expire_all()
    assert [record.latitude is None for record in records] == [True, False]
