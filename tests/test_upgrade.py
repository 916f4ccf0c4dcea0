"""An upgrade goes through or leaves everything as it was; on both databases, with servers that really start and stop.

systemd is a stand-in here: a script of its name that starts and stops the server. The releases are copies of the one
that the bundle installs, each with a fault of its own.
"""

import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import inspect, text

from api.db import make_engine
from api.postings import accounts_service
from tests import bundles
from tests.conftest import NOW
from tests.county import County
from tests.test_bundle import archive, free_port, installed  # noqa: F401  the one bundle of the run

pytestmark = pytest.mark.slow

SYSTEMCTL = """#!/bin/bash
verb=$1; shift
echo "$verb $*" >>"$STAND_IN/log"
for unit; do case $unit in -*) continue ;; esac; case $verb in
    is-active) [[ -e $STAND_IN/$unit ]] || exit 3 ;;
    show) echo ActiveState=inactive ;;
    start)
        touch "$STAND_IN/$unit"
        if [[ $unit == zhucun.service ]]; then
            [[ ! -e $ZHUCUN_PREFIX/current/never-starts ]] || exit 1
            (set -a; . "$ZHUCUN_ENV"; exec "$ZHUCUN_PREFIX/current/.venv/bin/zhucun" serve --bind "$ZHUCUN_ADDRESS") \\
                >"$STAND_IN/server.log" 2>&1 </dev/null &
            echo $! >"$STAND_IN/pid"
        fi ;;
    stop)
        rm -f "$STAND_IN/$unit"
        if [[ $unit == zhucun.service && -e $STAND_IN/pid ]]; then
            pid=$(cat "$STAND_IN/pid")
            kill "$pid" 2>/dev/null
            # One that has ended is gone, also while nobody has asked how.
            while grep -q '^State:[[:space:]]*[^Z]' "/proc/$pid/status" 2>/dev/null; do sleep 0.1; done
            rm "$STAND_IN/pid"
        fi ;;
esac; done
exit 0
"""
MIGRATION = '''"""A table of the next release."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{head}"


def upgrade():
    op.create_table("of_the_next_release", sa.Column("id", sa.Integer, primary_key=True))
    op.add_column("users", sa.Column("of_the_next_release", sa.String))
{fault}

def downgrade():
    pass
'''
# What a release does wrong: lines at the end of its migration, of its operations, and a file beside it.
FAULTS = {
    "well": {},
    "no-migration-ends-at-once": {"server": "raise SystemExit('broken')"},
    "migration-fails": {"migration": '    op.execute("UPDATE users SET no_such_column = 1")\n'},
    "never-ready": {"ops": "\ndef _disk():\n    return {'ok': False, 'problem': 'never'}\n"},
    "never-starts": {"file": "never-starts"},
}


def rewrite(path: Path, change) -> None:
    """Put a file with another text, and the same rights, into the place of one that has a second name."""
    text, mode = path.read_text(), path.stat().st_mode
    path.unlink()
    path.write_text(change(text))
    path.chmod(mode)


def make_release(release: Path, like: Path, fault: dict, *, migrates: bool) -> None:
    """A copy of an installed release under another name, that has something wrong with it."""
    # 80 MB each time; the files that change are made anew and the others have two names.
    shutil.copytree(like, release, symlinks=True, copy_function=os.link)
    rewrite(release / "VERSION", lambda text: text.replace(like.name, release.name))
    for path in (release / ".venv/bin/zhucun", *release.glob(".venv/lib/python3*/site-packages/zhucun.pth")):
        rewrite(path, lambda text: text.replace(str(like), str(release)))
    versions = release / "api/migrations/versions"
    if migrates:
        head = max(path.name[:4] for path in versions.glob("[0-9]*.py"))
        (versions / "9999_of_the_next_release.py").write_text(MIGRATION.format(
            revision="9999", head=head, fault=fault.get("migration", "")))
    for name in {"ops", "server"} & fault.keys():
        rewrite(release / f"api/{name}.py", lambda text, name=name: text + fault[name])
    if "file" in fault:
        (release / fault["file"]).touch()


def bundle_of(release: Path, folder: Path) -> Path:
    """An archive that stands for a release that is installed already."""
    path = folder / f"zhucun-{release.name}.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        for name in ("VERSION", "install.sh"):
            tar.add(release / name, f"zhucun-{release.name}/{name}")
    return path


class Place:
    """A machine with the release `old` on it, at work on a database."""

    def __init__(self, folder: Path, database: str, like: Path):
        self.folder, self.database, self.port = folder, database, free_port()
        self.prefix, self.like, self.stand_in = folder / "opt", like, folder / "systemd"
        for name in ("bin", "backups", "units", "systemd", "opt/releases", "var"):
            (folder / name).mkdir(parents=True)
        (folder / "bin/systemctl").write_text(SYSTEMCTL)
        (folder / "bin/systemctl").chmod(0o755)
        self.settings = folder / "zhucun.env"
        self.settings.write_text(f'ZHUCUN_COUNTY={County.CODE}\nZHUCUN_VAR={folder}/var\nDATABASE_URL="{database}"\n'
                                 f"ZHUCUN_ORIGINS=https://zhucun.example.gov.cn\nZHUCUN_PROXIES=1\n")
        self.environment = {
            **bundles.BARE, "PATH": f"{folder}/bin:{bundles.BARE['PATH']}", "HOME": str(folder), "ZHUCUN_USER": "",
            "ZHUCUN_PREFIX": str(self.prefix), "ZHUCUN_ENV": str(self.settings), "ZHUCUN_UNITS": f"{folder}/units",
            "ZHUCUN_BACKUPS": f"{folder}/backups", "ZHUCUN_ADDRESS": f"127.0.0.1:{self.port}",
            "ZHUCUN_PATIENCE": "300", "STAND_IN": str(self.stand_in)}
        self.release("old", {}, migrates=False)
        (self.prefix / "current").symlink_to("releases/old")
        for unit in (self.prefix / "current/deploy/systemd").iterdir():
            (folder / "units" / unit.name).write_text(unit.read_text().replace("/opt/zhucun/", f"{self.prefix}/"))
        self.systemctl("start", "zhucun-roll.timer")

    def release(self, name: str, fault: dict, *, migrates: bool) -> Path:
        make_release(self.prefix / "releases" / name, self.like, fault, migrates=migrates)
        return bundle_of(self.prefix / "releases" / name, self.folder)

    def systemctl(self, *arguments: str) -> None:
        subprocess.run([self.folder / "bin/systemctl", *arguments], check=True, env=self.environment)

    def upgrade(self, *arguments) -> tuple[int, str]:
        """Run the script of the release that is running; (status, what it said)."""
        script = self.prefix / "current/deploy/upgrade.sh"
        # Into a file: the server that goes on running would hold a pipe open.
        with (self.folder / "said").open("w+") as said:
            done = subprocess.run([script, *map(str, arguments)], env=self.environment, stdin=subprocess.DEVNULL,
                                  stdout=said, stderr=subprocess.STDOUT, cwd="/")
            said.seek(0)
            return done.returncode, said.read()

    @property
    def running(self) -> str:
        return (self.prefix / "current").resolve().name

    def readiness(self) -> dict:
        request = Request(f"http://127.0.0.1:{self.port}/readyz", headers={"Host": "zhucun.example.gov.cn"})
        with urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def told(self) -> list[str]:
        """What systemd was told that changes anything."""
        lines = (self.stand_in / "log").read_text().splitlines()
        return [line for line in lines if line.split()[0] in ("start", "stop")]

    def tables(self, schema: str | None = None, database: str | None = None) -> set[str]:
        return set(self._ask(lambda connection: inspect(connection).get_table_names(schema=schema), database))

    def users(self) -> list[str]:
        return self._ask(lambda connection: list(connection.scalars(
            text("SELECT username FROM users ORDER BY username"))))

    def aside(self) -> list[str]:
        """What databases were set aside as."""
        if self.database.startswith("sqlite"):
            return [str(path) for path in Path(self.database.removeprefix("sqlite:///")).parent.glob("*.aside_*")]
        return self._ask(lambda connection: [name for name in inspect(connection).get_schema_names()
                                             if name.startswith("zhucun_aside_")])

    def tables_aside(self) -> set[str]:
        [kept] = self.aside()
        return self.tables(database=f"sqlite:///{kept}") if kept.startswith("/") else self.tables(schema=kept)

    def _ask(self, question, database: str | None = None):
        engine = make_engine(database or self.database)
        try:
            with engine.begin() as connection:
                return question(connection)
        finally:
            engine.dispose()


@pytest.fixture
def place(own_county, own_database, installed, tmp_path):  # noqa: F811
    own_county.cadre("A1")
    own_county.session.commit()
    place = Place(tmp_path / "place", own_database, (installed / "opt/current").resolve())
    yield place
    place.systemctl("stop", "zhucun.service")


def test_an_upgrade_takes_all_records_along_and_leads_back(place, own_county):
    place.systemctl("start", "zhucun.service")
    before = place.users()
    status, said = place.upgrade(place.release("well", {}, migrates=True))
    assert (status, place.running) == (0, "well"), said
    ready = place.readiness()
    assert (ready["status"], ready["checks"]["backup"]["ok"], ready["checks"]["backup"]["days"]) == ("ok", True, 0)
    assert place.users() == before and "of_the_next_release" in place.tables() and place.aside() == []
    # Stopped while it was saved and changed; the task that was planned before is planned again, no other.
    assert place.told()[2:] == ["stop zhucun-roll.timer", "stop zhucun.service", "start zhucun.service",
                                "start zhucun-roll.timer"]

    accounts_service.create_user(own_county.session, username="later", name="后来", now=NOW)
    own_county.session.commit()
    status, said = place.upgrade("--back")
    assert (status, place.running, place.readiness()["status"]) == (1, "well", "ok")
    assert "With --restore its database comes back" in said
    own_county.session.close()
    status, said = place.upgrade("--back", "--restore")
    assert (status, place.running, place.readiness()["status"]) == (0, "old", "ok"), said
    assert place.users() == before and "of_the_next_release" not in place.tables()
    assert "of_the_next_release" in place.tables_aside()


@pytest.mark.parametrize("fault, restores", [
    ("migration-fails", False),  # both databases take back a migration that fails half-way
    ("never-ready", True),  # found out before anybody is let in
])
def test_what_fails_leaves_the_old_release_with_all_its_records(place, own_county, fault, restores):
    own_county.session.close()
    if fault == "never-ready":
        place.environment["ZHUCUN_PATIENCE"] = "5"
    before, tables = place.users(), place.tables()
    status, said = place.upgrade(place.release(fault, FAULTS[fault], migrates=True))
    assert (status, place.running) == (1, "old"), said
    assert "old is running again, as before; nothing was lost" in said
    assert place.readiness()["status"] == "ok"
    assert (place.users(), place.tables()) == (before, tables)
    assert len(place.aside()) == restores
    if restores:
        assert "of_the_next_release" in place.tables_aside()
    assert place.told()[-2:] == ["start zhucun.service", "start zhucun-roll.timer"]
    # Nothing is left of it that would be in the way of the next one.
    assert not list((place.prefix / "releases").glob(".incoming*"))
    assert len(list((place.folder / "backups").iterdir())) == 1


@pytest.fixture
def sqlite_place(sqlite_template, installed, tmp_path):  # noqa: F811
    shutil.copy(sqlite_template, tmp_path / "own.sqlite3")
    place = Place(tmp_path / "place", f"sqlite:///{tmp_path}/own.sqlite3", (installed / "opt/current").resolve())
    yield place
    place.systemctl("stop", "zhucun.service")


def test_a_server_that_ends_by_itself_is_noticed_at_once_and_nothing_is_restored(sqlite_place):
    fault = FAULTS["no-migration-ends-at-once"]
    status, said = sqlite_place.upgrade(sqlite_place.release("broken", fault, migrates=False))
    assert (status, sqlite_place.running, sqlite_place.aside()) == (1, "old", []), said
    assert sqlite_place.readiness()["status"] == "ok"


def test_a_service_that_cannot_be_started_is_undone_though_the_release_answered(sqlite_place):
    status, said = sqlite_place.upgrade(sqlite_place.release("deaf", FAULTS["never-starts"], migrates=True))
    assert (status, sqlite_place.running, sqlite_place.readiness()["status"]) == (1, "old", "ok"), said
    assert "of_the_next_release" not in sqlite_place.tables()
    assert "of_the_next_release" in sqlite_place.tables_aside()


def test_the_real_archive_installs_beside_the_old_release_without_a_network(sqlite_place, archive):  # noqa: F811
    script = sqlite_place.prefix / "current/deploy/upgrade.sh"
    # The server ends with the name space, and with it the test's need for it.
    done = bundles.cut_off(["sh", "-c", '"$@"; status=$?; systemctl stop zhucun.service; exit $status', "sh",
                            str(script), str(archive)], env=sqlite_place.environment, cwd="/")
    assert done.returncode == 0, done.stderr
    assert sqlite_place.running == sqlite_place.like.name
    assert (sqlite_place.prefix / "releases/old/.installed").exists()


@pytest.mark.parametrize("spoil, words", [
    (lambda data: data[:len(data) // 2], "cannot be unpacked"),
    (lambda data: b"no archive", "cannot be unpacked"),
])
def test_a_spoilt_archive_stops_nothing(sqlite_place, tmp_path, spoil, words):
    path = sqlite_place.release("well", {}, migrates=True)
    path.write_bytes(spoil(path.read_bytes()))
    told = sqlite_place.told()
    status, said = sqlite_place.upgrade(path)
    assert (status, words in said, sqlite_place.told(), sqlite_place.running) == (1, True, told, "old")
    assert sorted(one.name for one in (sqlite_place.prefix / "releases").iterdir()) == ["old", "well"]


def test_an_archive_with_another_checksum_and_the_same_release_are_refused(sqlite_place):
    path = sqlite_place.release("well", {}, migrates=False)
    Path(f"{path}.sha256").write_text(f"{'0' * 64}  {path.name}\n")
    told = sqlite_place.told()
    assert "is not what it was" in sqlite_place.upgrade(path)[1]
    same = bundle_of(sqlite_place.prefix / "releases/old", sqlite_place.folder)
    assert "is running already" in sqlite_place.upgrade(same)[1]
    assert sqlite_place.told() == told


def test_an_upgrade_that_the_power_cut_off_leads_back_by_itself_to_before(sqlite_place):
    path = sqlite_place.release("well", {}, migrates=True)
    # As it lies there when the machine goes down behind the migration: the record says so, the link is the old one.
    new = sqlite_place.prefix / "releases/well"
    backup = sqlite_place.folder / "backups/before.tar"
    for release, *command in ((sqlite_place.prefix / "releases/old", "backup", str(backup)), (new, "migrate")):
        settings = dict(line.split("=", 1) for line in sqlite_place.settings.read_text().replace('"', "").splitlines())
        subprocess.run([release / ".venv/bin/zhucun", *command], check=True, stdout=subprocess.DEVNULL,
                       env={**sqlite_place.environment, **settings})
    (sqlite_place.prefix / "upgrade.state").write_text(
        f"stage=running\nold={sqlite_place.prefix}/releases/old\nnew={new}\nbackup={backup}\n")
    status, said = sqlite_place.upgrade(path)
    assert (status, "was cut off; go back first" in said) == (1, True)
    status, said = sqlite_place.upgrade("--back")
    assert (status, sqlite_place.running, sqlite_place.readiness()["status"]) == (0, "old", "ok"), said
    assert "of_the_next_release" not in sqlite_place.tables()
    assert "of_the_next_release" in sqlite_place.tables_aside()


def test_units_go_along_but_for_those_that_were_changed_here(sqlite_place):
    path = sqlite_place.release("well", {}, migrates=False)
    units, next_units = sqlite_place.folder / "units", sqlite_place.prefix / "releases/well/deploy/systemd"
    for name in ("zhucun-roll.timer", "zhucun-backup.timer"):
        rewrite(next_units / name, lambda text: f"{text}# newer\n")
    (next_units / "zhucun-next.timer").write_text("[Timer]\nOnCalendar=daily\n")
    (units / "zhucun-backup.timer").write_text("# changed on this machine\n")
    status, said = sqlite_place.upgrade(path)
    assert status == 0, said
    assert (units / "zhucun-roll.timer").read_text().endswith("# newer\n")
    assert (units / "zhucun-backup.timer").read_text() == "# changed on this machine\n"
    assert "zhucun-backup.timer was changed on this machine and stays" in said
    assert "new: systemctl enable --now zhucun-next.timer" in said
