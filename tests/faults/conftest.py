"""A county with real commits, and phones that send check-ins to an application on it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from api.checkin import judging_service, kept_service
from api.checkin.models import Evidence
from api.dates import start_of_day
from api.db import Database
from tests.conftest import NOW
from tests.county import OFFICE, County


class Field:
    """A committed county with cadres, each with a log-in, and what they send."""

    def __init__(self, url: str, *, cadres: int = 3, now=NOW):
        self.url, self.now = url, now
        self.database = Database(url)
        with self.database.session() as session:
            county = County(session, now=now)
            people = [county.cadre("A1") for _ in range(cadres)]
            self.cadre_ids = [person.cadre.id for person in people]
            self.tokens = [county.token(person) for person in people]
            session.commit()

    def body(self, days_ago: int = 0) -> dict:
        """A check-in at nine in the morning, so many days ago."""
        day = (self.now - timedelta(days=days_ago)).date()
        return {"id": str(uuid4()), "captured_at": (start_of_day(day) + timedelta(hours=9)).isoformat(),
                "position": {"latitude": OFFICE.latitude, "longitude": OFFICE.longitude, "accuracy_m": 20}}

    def headers(self, number: int = 0) -> dict:
        return {"Authorization": f"Bearer {self.tokens[number]}"}

    def stored(self) -> set[str]:
        """The ids of all evidence, as a new connection sees them."""
        with self.database.session(reads=True) as session:
            return {str(one) for one in session.scalars(select(Evidence.id))}

    def assert_whole(self) -> None:
        """Every kept figure is what the stored facts make of it."""
        with self.database.session(reads=True) as session:
            assert list(judging_service.misjudged(session, cadre_ids=self.cadre_ids)) == []
            assert list(kept_service.differences(session, cadre_ids=self.cadre_ids)) == []


@pytest.fixture
def make_field(own_database):
    """Make the county on a database of the test's own."""
    made = []

    def make(**options) -> Field:
        made.append(Field(own_database, **options))
        return made[-1]

    yield make
    for field in made:
        field.database.engine.dispose()


@pytest.fixture
def postgres_field(postgres_server, tmp_path):
    """A field on PostgreSQL."""
    name = f"field_{tmp_path.name[-40:].lower()}"
    field = Field(postgres_server.create(name, "zhucun_template"))
    yield field
    field.database.engine.dispose()
    postgres_server.drop(name)


@pytest.fixture
def serving(make_app):
    """The application on a field's database; its connections are closed at the end."""
    made = []

    def make(field: Field):
        app = make_app(field.url)
        made.append(app)
        return app

    yield make
    for app in made:
        app.extensions["zhucun_database"].engine.dispose()
