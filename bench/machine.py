"""What a measurement ran on: without it, a figure means nothing."""

import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path

import psutil
from sqlalchemy import text
from sqlalchemy.engine import Engine

PACKAGES = ("flask", "flask-smorest", "marshmallow", "SQLAlchemy", "psycopg", "gunicorn")
SETTINGS = ("fsync", "synchronous_commit", "full_page_writes", "data_checksums", "shared_buffers")


def machine_facts() -> list[str]:
    """Processor, system, interpreter and packages, as lines."""
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    return [
        f"processor: {os.cpu_count()} cores, {_processor()}; load before the run {load}",
        f"system: {platform.system()} {platform.release()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}",
        "packages: " + ", ".join(f"{name} {version(name)}" for name in PACKAGES),
    ]


def server_facts(engine: Engine) -> str:
    """Version of a PostgreSQL server, and the settings on which the cost of a commit hangs."""
    with engine.connect() as connection:
        shown = {name: connection.execute(text(f"SHOW {name}")).scalar() for name in ("server_version", *SETTINGS)}
    settings = ", ".join(f"{name} {shown[name]}" for name in SETTINGS)
    return f"PostgreSQL {shown['server_version']} on the same machine: {settings}"


def cpu_seconds(root: psutil.Process) -> float:
    """Processor seconds of a process and all its descendants so far, ended ones included."""
    times = [process.cpu_times() for process in (root, *root.children(recursive=True))]
    return sum(one.user + one.system + one.children_user + one.children_system for one in times)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
