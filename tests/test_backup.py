"""Backups are proved by restoring them: on both databases, while others write, cut off, altered, on a full disk."""

import os
import resource
import subprocess
import sys
import tarfile
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from api import audit, backup, backup_aside, backup_databases, migrate, proof
from api.backup_archive import MANIFEST, BackupFailed, open_archive, write_archive
from api.checkin import kept_service
from api.cli import cli
from api.dates import SHANGHAI
from api.db import make_engine
from api.photos import service as photos_service
from api.photos.store_service import PhotoStore
from api.postings import accounts_service
from api.postings.account_models import User
from tests.county import County
from tests.photos.pictures import from_a_camera, sha256

PHOTO = from_a_camera()
PHOTO_NAME = f"photos/{sha256(PHOTO)[:2]}/{sha256(PHOTO)[2:4]}/{sha256(PHOTO)}"
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)

pytestmark = pytest.mark.slow


@pytest.fixture
def settings(own_county, own_database, tmp_path):
    """The small county with presence in it, its folder with a secret and a photo."""
    cadre = own_county.cadre("A1")
    own_county.check_in(cadre, date(2026, 11, 18))
    own_county.check_in(cadre, date(2026, 11, 19), fix=False)
    store = PhotoStore(tmp_path / "var" / "photos")
    photos_service.record_photo(
        own_county.session, sha256=sha256(PHOTO), size_bytes=len(PHOTO), user_id=cadre.user.id, now=NOW,
        picture=photos_service.store_picture(store, sha256=sha256(PHOTO), data=PHOTO))
    own_county.session.commit()
    own_county.session.close()
    return {"COUNTY": County.CODE, "DATABASE_URL": own_database, "VAR": str(tmp_path / "var")}


@pytest.fixture
def elsewhere(own_database, tmp_path, request):
    """Settings of another, empty place of the same kind."""
    settings = {"COUNTY": County.CODE, "VAR": str(tmp_path / "elsewhere")}
    if own_database.startswith("sqlite"):
        yield {**settings, "DATABASE_URL": f"sqlite:///{tmp_path / 'elsewhere' / 'zhucun.sqlite3'}"}
    else:
        server, name = request.getfixturevalue("postgres_server"), f"{own_database.rsplit('/', 1)[1]}_elsewhere"
        yield {**settings, "DATABASE_URL": server.create(name)}
        server.drop(name)


@pytest.fixture
def made(settings, tmp_path) -> Path:
    """A backup of the small county."""
    path, _manifest = backup.make_backup(settings, tmp_path / "backup.tar", now=NOW)
    return path


@contextmanager
def session_on(url: str):
    engine = make_engine(url)
    with Session(engine) as session:
        yield session
        session.commit()
    engine.dispose()


def holding(settings: dict) -> dict:
    with session_on(settings["DATABASE_URL"]) as session:
        return backup_databases.holding_of(session.get_bind()).tables


def test_a_restored_backup_holds_every_row_the_secret_and_the_photos(settings, elsewhere, made):
    proof = backup.restore_backup(elsewhere, made)
    assert holding(elsewhere) == holding(settings)
    assert (proof.manifest.tables["evidence"]["rows"], proof.broken_chains) == (2, ())
    assert proof.manifest.tables["photos"]["rows"] == 1
    for name in ("secret.key", PHOTO_NAME, f"{PHOTO_NAME}.thumb.jpg", f"{PHOTO_NAME}.view.jpg"):
        assert (Path(elsewhere["VAR"]) / name).read_bytes() == (Path(settings["VAR"]) / name).read_bytes()


def test_a_database_that_was_only_started_on_counts_as_empty_and_takes_new_rows(elsewhere, settings, made):
    with session_on(elsewhere["DATABASE_URL"]) as session:
        migrate.upgrade(session.get_bind())
        kept_service.roll(session, today=NOW.date())
    backup.restore_backup(elsewhere, made)
    assert holding(elsewhere) == holding(settings)
    with session_on(elsewhere["DATABASE_URL"]) as session:
        # Sequences of keys were restored too, or this would meet an existing one.
        accounts_service.create_user(session, username="new", name="新来", now=NOW)


def test_a_process_of_its_own_restores_over_the_tables_of_a_server_that_was_only_started(elsewhere, settings, made):
    for command in (["migrate"], ["roll"], ["restore", str(made)]):
        done = subprocess.run([sys.executable, "-m", "api.cli", *command], env={**os.environ, **environment(elsewhere)},
                              capture_output=True, text=True)
        assert done.returncode == 0, (command, done.stderr)
    assert holding(elsewhere) == holding(settings)


def test_a_backup_is_checked_by_restoring_it_and_leaves_nothing(settings, made, tmp_path):
    before = holding(settings)
    assert backup.check_backup(settings, made).manifest.tables == before
    assert holding(settings) == before
    if settings["DATABASE_URL"].startswith("postgresql"):
        with session_on(settings["DATABASE_URL"]) as session:
            assert session.scalar(text("SELECT count(*) FROM pg_database WHERE datname LIKE 'zhucun_check%'")) == 0


def test_nothing_is_restored_over_records(settings, made):
    before = holding(settings)
    with pytest.raises(BackupFailed, match="not empty"):
        backup.restore_backup(settings, made)
    assert holding(settings) == before


def test_a_backup_made_while_others_write_is_of_one_moment(settings, elsewhere, tmp_path):
    engine, stop = make_engine(settings["DATABASE_URL"]), threading.Event()
    with Session(engine) as session:
        others = len(list(session.scalars(select(audit.AuditEntry.id)))) - len(session.scalars(select(User.id)).all())

    def write(number: int):
        count = 0
        while not stop.is_set():
            count += 1
            with Session(engine) as session:
                user = accounts_service.create_user(session, username=f"w{number}-{count}", name="某", now=NOW)
                audit.append(session, chain=number, at=NOW, user_id=None, action="user.created",
                             subject=f"user:{user.id}")
                session.commit()

    writers = [threading.Thread(target=write, args=(number,)) for number in (101, 102)]
    for writer in writers:
        writer.start()
    try:
        made = [backup.make_backup(settings, tmp_path / f"{n}.tar", now=NOW)[0] for n in range(3)]
    finally:
        stop.set()
        for writer in writers:
            writer.join()
        engine.dispose()
    for path in made:
        proof = backup.check_backup(elsewhere, path)
        tables = proof.manifest.tables
        # Each transaction wrote a user and an entry: half a one would show here, a torn chain below.
        assert tables["audit_entries"]["rows"] - tables["users"]["rows"] == others
        assert proof.broken_chains == ()


@pytest.mark.parametrize("kept", [
    0,  # nothing at all
    300,  # within the first header
    0.5,  # in the middle of the database
    -1,  # the last byte of the padding
    -10240,  # a whole record, with the end mark
])
def test_a_backup_that_is_cut_off_is_refused(made, elsewhere, kept):
    data = made.read_bytes()
    made.write_bytes(data[:int(kept * len(data)) if isinstance(kept, float) else kept])
    with pytest.raises(BackupFailed, match="cut off|damaged"):
        backup.restore_backup(elsewhere, made)
    assert not (Path(elsewhere["VAR"]) / "secret.key").exists()


@pytest.mark.parametrize("member", [MANIFEST, "database", "secret.key", PHOTO_NAME])
def test_an_altered_byte_is_found(made, elsewhere, member):
    with tarfile.open(made) as tar:
        info = next(info for info in tar if info.name.startswith(member))
    data = bytearray(made.read_bytes())
    data[info.offset_data + info.size // 2] ^= 1
    made.write_bytes(data)
    with pytest.raises(BackupFailed, match="damaged"):
        backup.restore_backup(elsewhere, made)


def remade(made: Path, tmp_path: Path, **changes) -> Path:
    """The same backup with another, well-formed manifest."""
    path = tmp_path / "remade.tar"
    with open_archive(made) as archive:
        paths = {member.name: tmp_path / f"file{n}" for n, member in enumerate(archive.manifest.files)}
        for name, one in paths.items():
            archive.extract(name, one)
        write_archive(path, tmp_path / "draft", replace(archive.manifest, **changes), paths)
    return path


@pytest.mark.parametrize("changes, words", [
    ({"county": "520100000000"}, "backup of 520100000000"),
    ({"revision": "9999"}, "newer Zhucun"),
    ({"format": 2}, "newer Zhucun"),
])
def test_a_backup_that_does_not_belong_here_is_refused(made, elsewhere, tmp_path, changes, words):
    with pytest.raises(BackupFailed, match=words):
        backup.restore_backup(elsewhere, remade(made, tmp_path, **changes))


def test_a_row_that_is_not_what_was_backed_up_is_found(made, elsewhere, tmp_path):
    with open_archive(made) as archive:
        tables = archive.manifest.tables
    tables["users"] = {**tables["users"], "digest": "0" * 64}
    path = remade(made, tmp_path, tables=tables)
    with pytest.raises(BackupFailed, match="users does not hold"):
        backup.check_backup(elsewhere, path)
    with pytest.raises(BackupFailed, match="users does not hold"):
        backup.restore_backup(elsewhere, path)
    # What did not prove right was taken away again, so that a good backup can follow.
    backup.restore_backup(elsewhere, made)


def test_a_chain_that_was_broken_before_is_reported_and_restored(settings, elsewhere, tmp_path):
    with session_on(settings["DATABASE_URL"]) as session:
        session.execute(update(audit.AuditEntry).where(audit.AuditEntry.number == 1).values(subject="user:0"))
        chains = sorted(set(session.scalars(select(audit.AuditEntry.chain))))
    made, _manifest = backup.make_backup(settings, tmp_path / "backup.tar", now=NOW)
    proof = backup.restore_backup(elsewhere, made)
    assert [(one.chain, one.number, one.problem) for one in proof.broken_chains] == [
        (chain, 1, "altered") for chain in chains]
    assert holding(elsewhere) == holding(settings)


def test_a_backup_is_the_owners_alone_and_never_replaces_a_file(settings, made):
    assert made.stat().st_mode & 0o777 == 0o600
    before = made.read_bytes()
    with pytest.raises(BackupFailed, match="already exists"):
        backup.make_backup(settings, made, now=NOW)
    assert made.read_bytes() == before


def test_a_folder_gets_a_file_named_by_county_and_time(settings, tmp_path):
    path, _manifest = backup.make_backup(settings, tmp_path, now=NOW)
    assert path == tmp_path / "zhucun-520329000000-20261120-100000.tar"
    assert path.is_file()


def environment(settings: dict) -> dict:
    return {"ZHUCUN_COUNTY": settings["COUNTY"], "ZHUCUN_VAR": settings["VAR"],
            "DATABASE_URL": settings["DATABASE_URL"]}


def zhucun(settings: dict, *arguments: str):
    """The command line in this process; (status, what it printed)."""
    done = CliRunner().invoke(cli, arguments, env=environment(settings))
    return done.exit_code, done.output


def test_the_commands_say_what_they_did(settings, elsewhere, tmp_path):
    path = str(tmp_path / "backup.tar")
    status, said = zhucun(settings, "backup", path)
    assert (status, said.startswith(f"{path}: ")) == (0, True)
    status, said = zhucun(settings, "backup", "--check", path)
    assert status == 0 and "Checked by restoring" in said and "audit log is whole" in said
    status, said = zhucun(elsewhere, "restore", path)
    assert status == 0 and "every row as it was backed up" in said
    status, said = zhucun(elsewhere, "restore", path)
    assert status == 1 and "not empty" in said


def test_a_disk_without_room_leaves_nothing_behind(settings, tmp_path):
    folder = tmp_path / "full"
    folder.mkdir()
    # A limit on the size of files fails a write just where a full disk would.
    done = subprocess.run(
        [sys.executable, "-m", "api.cli", "backup", str(folder)], env={**os.environ, **environment(settings)},
        capture_output=True, text=True, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)))
    assert done.returncode == 1
    assert "left half-written" in done.stderr and "Traceback" not in done.stderr
    assert list(folder.iterdir()) == []


def test_a_missing_program_of_postgresql_is_named():
    with pytest.raises(BackupFailed, match="needs no-such-program"):
        backup_databases.program_path("no-such-program")


def test_a_backup_goes_back_into_its_own_kind_of_database(made, elsewhere):
    other = "postgresql://127.0.0.1:1/none" if elsewhere["DATABASE_URL"].startswith("sqlite") else "sqlite:///none"
    with pytest.raises(BackupFailed, match="another kind"):
        backup.restore_backup({**elsewhere, "DATABASE_URL": other}, made)


def test_a_plain_tar_is_no_backup(tmp_path, elsewhere):
    path = tmp_path / "other.tar"
    with tarfile.open(path, "w") as tar:
        tar.add(__file__, "test.py")
    with pytest.raises(BackupFailed, match="no backup"):
        backup.restore_backup(elsewhere, path)


def test_a_manifest_cannot_name_files_elsewhere(tmp_path, made, elsewhere):
    with open_archive(made) as archive:
        manifest = archive.manifest
    name, path = "photos/../../evil", tmp_path / "evil.tar"
    files = (replace(manifest.files[-1], name=name),)
    write_archive(path, tmp_path / "draft", replace(manifest, files=files),
                  {name: Path(elsewhere["VAR"]).parent / "var" / manifest.files[-1].name})
    with pytest.raises(BackupFailed, match="names files that no backup holds"):
        backup.restore_backup(elsewhere, path)


def test_checking_and_restoring_note_the_proof_for_readiness(settings, elsewhere, tmp_path):
    path = str(tmp_path / "backup.tar")
    zhucun(settings, "backup", path)
    assert proof.read(settings["VAR"]) is None
    for place, command in ((settings, ("backup", "--check", path)), (elsewhere, ("restore", path))):
        assert zhucun(place, *command)[0] == 0
        found = proof.read(place["VAR"])
        with open_archive(Path(path)) as archive:
            assert (found.file, found.rows, found.made_at) == (
                "backup.tar", archive.manifest.rows, archive.manifest.made_at)


def test_a_proof_that_cannot_be_noted_is_said_and_the_backup_stays_proved(settings, made, monkeypatch):
    def fail(var, found):
        raise OSError("Read-only file system")
    monkeypatch.setattr(proof, "note", fail)
    status, said = zhucun(settings, "backup", "--check", str(made))
    assert (status, "/readyz will not know of it: Read-only file system" in said) == (0, True)


def test_a_chain_that_was_broken_before_has_a_status_of_its_own(settings, tmp_path):
    with session_on(settings["DATABASE_URL"]) as session:
        session.execute(update(audit.AuditEntry).where(audit.AuditEntry.number == 1).values(subject="user:0"))
    made, _manifest = backup.make_backup(settings, tmp_path / "backup.tar", now=NOW)
    assert zhucun(settings, "backup", "--check", str(made))[0] == 3
    assert proof.read(settings["VAR"]).file == "backup.tar"


def test_a_database_is_compared_with_a_backup_by_rows_or_by_schema(settings, made):
    assert zhucun(settings, "compare", str(made)) == (0, "The database is what was backed up.\n")
    with session_on(settings["DATABASE_URL"]) as session:
        accounts_service.create_user(session, username="new", name="新来", now=NOW)
    assert zhucun(settings, "compare", str(made)) == (1, "differs: table users\n")
    assert zhucun(settings, "compare", "--schema", str(made)) == (0, "The schema is the one of the backup.\n")
    with session_on(settings["DATABASE_URL"]) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    status, said = zhucun(settings, "compare", "--schema", str(made))
    assert (status, said.startswith("differs: schema 9999, in the backup ")) == (1, True)


def test_a_database_set_aside_keeps_every_row_and_leaves_room_for_a_backup(settings, made):
    with session_on(settings["DATABASE_URL"]) as session:
        accounts_service.create_user(session, username="new", name="新来", now=NOW)
    before = holding(settings)
    kept = backup_aside.set_aside(settings["DATABASE_URL"], now=NOW)
    backup.restore_backup(settings, made)
    assert holding(settings) != before
    if settings["DATABASE_URL"].startswith("sqlite"):
        assert kept.endswith("own.sqlite3.aside_20261120_100000")
        assert holding({"DATABASE_URL": f"sqlite:///{kept}"}) == before
        return
    assert kept.startswith("schema zhucun_aside_20261120_100000 of the database own_")
    with session_on(settings["DATABASE_URL"]) as session:
        session.execute(text("SET search_path TO zhucun_aside_20261120_100000"))
        assert backup_databases.Holding(session.connection()).tables == before
    # A later backup is of the place alone.
    later, manifest = backup.make_backup(settings, made.parent / "later.tar", now=NOW)
    assert manifest.tables == holding(settings)
    backup.check_backup(settings, later)


def test_an_empty_or_missing_database_cannot_be_set_aside(elsewhere):
    with pytest.raises(BackupFailed, match="nothing to set aside|no database"):
        backup_aside.set_aside(elsewhere["DATABASE_URL"], now=NOW)


def test_a_database_that_somebody_is_at_work_on_is_not_set_aside(settings, monkeypatch):
    monkeypatch.setattr(backup_aside, "PATIENCE_MS", 200)
    before = holding(settings)
    with session_on(settings["DATABASE_URL"]) as other:
        accounts_service.create_user(other, username="at-work", name="在写", now=NOW)
        with pytest.raises(BackupFailed, match="nothing was changed"):
            backup_aside.set_aside(settings["DATABASE_URL"], now=NOW)
        other.rollback()
    assert holding(settings) == before
