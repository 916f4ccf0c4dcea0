"""A real server with a small county behind it, for pages to be driven against; everything made is committed at once."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.checkin.models import Evidence
from api.dates import shanghai_day
from api.db import make_engine
from api.postings import accounts_service
from api.postings.account_models import UserSession
from tests.county import County, Person

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "long enough 8"
START_SECONDS = 30


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """gunicorn as `zhucun serve` starts it, on a database that is there already."""

    def __init__(self, database_url: str, folder: Path, **settings: str):
        self.origin = f"http://127.0.0.1:{free_port()}"
        self.folder, self._log = folder, open(folder / "server.log", "wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "api.cli", "serve", "--bind", self.origin.removeprefix("http://")], cwd=ROOT,
            stdout=self._log, stderr=self._log, start_new_session=True,
            env={"PATH": os.environ["PATH"], "ZHUCUN_COUNTY": County.CODE, "DATABASE_URL": database_url,
                 "ZHUCUN_VAR": str(folder), "ZHUCUN_ORIGINS": self.origin, **settings})
        self._wait(folder / "server.log")

    def _wait(self, log: Path) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self._process.poll() is None:
            try:
                with urlopen(f"{self.origin}/livez", timeout=2):
                    return
            except (URLError, OSError):
                time.sleep(0.05)
        self.stop()
        raise RuntimeError(f"the server did not start:\n{log.read_text(encoding='utf-8')[-2000:]}")

    def stop(self) -> None:
        # The whole group at once: a kind stop would wait for the connections that browsers keep open.
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=20)
        self._log.close()


class Site:
    """The server, with its settings, and its county. Time is the real one, since a browser has no other."""

    def __init__(self, database_url: str, folder: Path, **settings: str):
        self._engine = make_engine(database_url)
        self._session = Session(self._engine, expire_on_commit=False)
        self.county = County(self._session, now=datetime.now(UTC))
        self._session.commit()
        self.server = Server(database_url, folder, **settings)
        self.origin = self.server.origin

    def stop(self) -> None:
        self.server.stop()
        self._session.close()
        self._engine.dispose()

    @property
    def today(self) -> date:
        return shanghai_day(datetime.now(UTC))

    @property
    def closed_monday(self) -> date:
        """Monday of the last week that is over: its month has a rate, whatever day it is."""
        return self.today - timedelta(days=self.today.weekday() + 7)

    @property
    def closed_month(self) -> str:
        """The month that the last closed week belongs to."""
        return f"{self.closed_monday + timedelta(days=3):%Y-%m}"

    @contextmanager
    def making(self):
        """The county, to make something in; committed at the end. What fails spoils nobody else's making."""
        try:
            yield self.county
            self._session.commit()
        except BaseException:
            self._session.rollback()
            raise

    def cadre(self, village: str = "A1", **options) -> Person:
        with self.making() as county:
            return county.cadre(village, **{"from_on": self.today - timedelta(days=200), **options})

    def user(self, role: str | None = None, division: str = "county", **options) -> Person:
        """A user with a role over "county", a township ("A") or a village ("A1")."""
        with self.making() as county:
            place = {"county": county.county, **county.townships, **county.villages}[division]
            return county.person(role, place, **options)

    def check_in(self, person: Person, day: date, **options) -> Evidence:
        with self.making() as county:
            return county.check_in(person, day, **options)

    def give_password(self, person: Person) -> str:
        with self.making():
            person.user.password_hash = accounts_service.hash_password(PASSWORD)
        return PASSWORD

    def invitation(self, person: Person) -> str:
        """The link of a new invitation."""
        with self.making():
            token, _until = accounts_service.invite(
                self._session, user=person.user, made_by_id=None, now=datetime.now(UTC))
        return f"{self.origin}/#invite={token}"

    def token(self, person: Person, user_agent: str = "test") -> str:
        """A new log-in of a person."""
        with self.making():
            return accounts_service.start_session(
                self._session, user=person.user, client="page", user_agent=user_agent, now=datetime.now(UTC)).token

    def end_sessions(self, person: Person) -> None:
        """Log a person out everywhere."""
        with self.making():
            self._session.execute(delete(UserSession).where(UserSession.user_id == person.user.id))

    def evidence_of(self, person: Person) -> list[Evidence]:
        """What the server has of a cadre, oldest first."""
        found = list(self._session.scalars(
            select(Evidence).where(Evidence.cadre_id == person.cadre.id).order_by(Evidence.captured_at)
            .execution_options(populate_existing=True)))
        self._session.commit()
        return found

    def ask(self, person: Person, path: str, body: dict | None = None) -> dict:
        """What the API answers a person; a POST where there is a body. Raises HTTPError on a refusal."""
        request = Request(f"{self.origin}/api/v1{path}", data=None if body is None else json.dumps(body).encode(),
                          headers={"Authorization": f"Bearer {self.token(person)}", "Content-Type": "application/json"})
        with urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def status(self, person: Person, path: str) -> int:
        """The status of what the API answers a person."""
        try:
            self.ask(person, path)
        except HTTPError as error:
            with error:
                return error.code
        return 200
