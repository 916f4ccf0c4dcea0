"""The other side: a flask-smorest endpoint that does one ORM insert and nothing else.

Same body, same validation of ranges and instants, same columns as far as the body fills them, same pool, one durable
commit. No session, no idempotency, no judgement, no figures, no logs, no metrics.
"""

import os
from datetime import UTC, datetime
from uuid import UUID

import marshmallow as ma
from flask import Flask
from flask.views import MethodView
from flask_smorest import Api, Blueprint
from sqlalchemy import BigInteger, DateTime, String, Text, create_engine, text
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from api.db import make_engine


class Base(DeclarativeBase):
    """Apart from the application's tables."""

    type_annotation_map = {datetime: DateTime(timezone=True)}


class CheckIn(Base):
    """What a check-in's body says, and when it came."""

    __tablename__ = "check_ins"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    captured_at: Mapped[datetime]
    received_at: Mapped[datetime]
    elapsed_ms: Mapped[int | None] = mapped_column(BigInteger)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    accuracy_m: Mapped[float | None]
    datum: Mapped[str | None] = mapped_column(String(5))
    location_error: Mapped[str | None] = mapped_column(String(20))
    device_id: Mapped[str | None] = mapped_column(String(100))
    note: Mapped[str | None] = mapped_column(Text)


class PositionSchema(ma.Schema):
    latitude = ma.fields.Float(required=True, validate=ma.validate.Range(-90, 90))
    longitude = ma.fields.Float(required=True, validate=ma.validate.Range(-180, 180))
    accuracy_m = ma.fields.Float(load_default=None, allow_none=True)
    datum = ma.fields.String(load_default="wgs84", validate=ma.validate.OneOf(("wgs84", "gcj02", "bd09")))


class CheckInPostSchema(ma.Schema):
    id = ma.fields.UUID(required=True)
    captured_at = ma.fields.AwareDateTime(required=True)
    elapsed_ms = ma.fields.Integer(load_default=None, allow_none=True)
    position = ma.fields.Nested(PositionSchema, load_default=None, allow_none=True)
    location_error = ma.fields.String(load_default=None, allow_none=True)
    device_id = ma.fields.String(load_default=None, allow_none=True, validate=ma.validate.Length(max=100))
    note = ma.fields.String(load_default=None, allow_none=True, validate=ma.validate.Length(max=2000))


class CheckInSchema(ma.Schema):
    id = ma.fields.UUID()
    captured_at = ma.fields.AwareDateTime()
    received_at = ma.fields.AwareDateTime()
    accuracy_m = ma.fields.Float(allow_none=True)
    location_error = ma.fields.String(allow_none=True)
    note = ma.fields.String(allow_none=True)


def create_app() -> Flask:
    """The application on DATABASE_URL, for gunicorn; its table is made beforehand (`make_table`)."""
    app = Flask(__name__)
    app.config.update(API_TITLE="Bare", API_VERSION="v1", OPENAPI_VERSION="3.1.0")
    # As durable as the application's, and the transactions are the driver's own.
    url = make_url(os.environ["DATABASE_URL"])
    if url.get_backend_name() == "sqlite":
        # There durability and what a writer waits for are matters of pragmas.
        engine = make_engine(os.environ["DATABASE_URL"])
    else:
        engine = create_engine(url.set(drivername="postgresql+psycopg"), pool_size=16, max_overflow=16,
                               connect_args={"options": "-c timezone=UTC -c synchronous_commit=on"})
    Api(app).register_blueprint(_blueprint(engine))
    return app


def make_table(engine: Engine, *, rows: int) -> None:
    """The table, with so many rows in it; rows on PostgreSQL only."""
    Base.metadata.create_all(engine)
    if not rows:
        return
    with engine.begin() as connection:
        connection.execute(text(
            "INSERT INTO check_ins (id, captured_at, received_at) "
            "SELECT gen_random_uuid(), now(), now() FROM generate_series(1, :rows)"), {"rows": rows})


def _blueprint(engine: Engine) -> Blueprint:
    check_ins = Blueprint("check-ins", __name__, url_prefix="/api/v1/check-ins")

    @check_ins.route("")
    class CheckIns(MethodView):
        @check_ins.arguments(CheckInPostSchema)
        @check_ins.response(201, CheckInSchema)
        def post(self, body):
            """Insert a row"""
            position = body.pop("position") or {}
            row = CheckIn(**body, **position, received_at=datetime.now(UTC))
            # Like the application, it does not read the row back after the commit.
            with Session(engine, expire_on_commit=False) as session:
                session.add(row)
                session.commit()
            return row

    return check_ins
