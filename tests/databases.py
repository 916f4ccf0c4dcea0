"""A real PostgreSQL of the tests' own, and SQLite files; both built by the migrations once a run."""

import os
import re
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

from sqlalchemy import create_engine, text

from api import migrate
from api.db import make_engine

# PostgreSQL refuses to run as root; Debian's package brings this user.
SERVER_USER = "postgres"
OLDEST = 15


def server_binaries() -> Path | None:
    """The folder of the newest installed PostgreSQL server from 15 on, or None."""
    found = [str(path) for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    found += filter(None, [shutil.which("initdb")])
    version, newest = max(((_version(program), program) for program in found), default=(0, ""))
    return Path(newest).parent if version >= OLDEST else None


def _version(initdb: str) -> int:
    told = subprocess.run([initdb, "--version"], check=True, capture_output=True, text=True).stdout
    return int(re.search(r"\d+", told)[0])


class PostgresServer:
    """A throw-away cluster on a free port, with checksums on, as the promise of durability asks.

    Unless `durable`, it does not wait for the disk: tests kill processes, never the machine. Measurements do wait.
    """

    def __init__(self, binaries: Path, *, durable: bool = False):
        self.durable = durable
        self.folder = Path(tempfile.mkdtemp(prefix="zhucun-postgres-"))
        self.binaries = binaries
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        if os.geteuid() == 0:
            shutil.chown(self.folder, SERVER_USER, SERVER_USER)
        self._run("initdb", "-D", str(self.folder / "data"), "--data-checksums", "-U", "zhucun", "-A", "trust",
                  "-E", "UTF8", "--locale=C.UTF-8")
        self.start()

    def start(self) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-l", str(self.folder / "log"), "-o",
                  f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder} "
                  "-c max_connections=120 -c shared_buffers=128MB "
                  f"-c fsync={'on' if self.durable else 'off'}", "start")

    def url(self, database: str) -> str:
        return f"postgresql://zhucun@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, template: str = "template1") -> str:
        """Make a database, as a copy of `template`; answers its URL."""
        engine = create_engine(self.url("postgres").replace("postgresql:", "postgresql+psycopg:"),
                               isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            # Without waiting for the disk, copying files is quicker than writing them to the log.
            connection.execute(text(f'CREATE DATABASE "{database}" TEMPLATE "{template}" STRATEGY FILE_COPY'))
        engine.dispose()
        return self.url(database)

    def drop(self, database: str) -> None:
        engine = create_engine(self.url("postgres").replace("postgresql:", "postgresql+psycopg:"),
                               isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)'))
        engine.dispose()

    def halt(self) -> None:
        """Stop at once, as a power cut would; the data stays."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")

    def stop(self) -> None:
        self.halt()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.binaries / program), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", SERVER_USER, "--", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder)


def migrated(url: str) -> str:
    """Build a database by the migrations; answers its URL."""
    engine = make_engine(url)
    migrate.upgrade(engine)
    engine.dispose()
    return url
