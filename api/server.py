"""Runs the application under gunicorn, after bringing the database up to date."""

import gc
from datetime import date, datetime

from gunicorn.app.base import BaseApplication

from api import migrate, ops
from api.app import create_app
from api.checkin import kept_service
from api.dates import shanghai_day
from api.db import Database
from api.postings import calendar_service


class Server(BaseApplication):
    """Gunicorn with settings from the command line instead of a file."""

    def __init__(self, settings: dict, options: dict):
        self.settings, self.chosen = settings, options
        super().__init__()

    def load_config(self):
        for name, value in self.chosen.items():
            self.cfg.set(name, value)

    def load(self):
        app = create_app(self.settings)
        # What stands from the start need not be gone through again by every collection of garbage: a large table would
        # now and then take 150 ms longer.
        gc.collect()
        gc.freeze()
        return app


def prepare(database: Database, *, now: datetime) -> None:
    """Migrate, fill the official calendar years that are known, and make rows for the weeks ahead."""
    migrate.upgrade(database.engine)
    with database.session() as session:
        seed_calendar(session, shanghai_day(now))
        kept_service.roll(session, today=shanghai_day(now))
        session.commit()
    # Each worker opens connections of its own; one shared across a fork would mix up their answers.
    database.engine.dispose()


def seed_calendar(session, today: date) -> None:
    """Add official calendar years that the library knows by now, and bring the figures of that year up to date."""
    for year in calendar_service.seed_calendar(session, first_year=today.year - 6, last_year=today.year + 1):
        first, last = date(year, 1, 1), date(year, 12, 31)
        concerned = kept_service.cadres_posted(session, first=first, last=last)
        kept_service.refresh(session, cadre_ids=concerned, first=first, last=last)


def run(settings: dict, *, bind: str, workers: int, threads: int) -> None:
    """Serve until stopped."""
    ops.configure_logs()
    Server(settings, {"bind": bind, "workers": workers, "threads": threads, "worker_class": "gthread",
                      "accesslog": None, "graceful_timeout": 30, "timeout": 120, "max_requests": 0,
                      "preload_app": False, "keepalive": 75,
                      # Nobody steers the server through a socket in the home folder.
                      "control_socket_disable": True}).run()
