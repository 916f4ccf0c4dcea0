"""What an operator asks of a running server: alive, ready, measured, and logs that name each request."""

import logging
import shutil
import sqlite3
import sys
import time
import uuid

import structlog
from flask import Blueprint, Flask, Response, current_app, g, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from api import db, migrate, proof
from api.auth import PUBLIC, requires

# Below this a rollback journal or a write-ahead log may not fit any more.
LEAST_FREE_BYTES = 200 * 1024 * 1024
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")

blueprint = Blueprint("ops", __name__)
log = structlog.get_logger("zhucun.request")

REQUESTS = Counter("zhucun_requests_total", "Answered requests", ("method", "endpoint", "status"))
SECONDS = Histogram("zhucun_request_seconds", "Time to answer", ("endpoint",),
                    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10))


@blueprint.get("/livez")
@requires(PUBLIC)
def livez():
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@requires(PUBLIC)
def readyz():
    """Database reachable, migrations at head, journal as promised, room on the disk; 503 with what is wrong.

    `checks.backup` is told and does not decide: a server without a proved backup serves as well as before, and to send
    people away from it would mend nothing. Watch its `ok` where people are called.
    """
    needed = {"database": _database(), "disk": _disk()}
    checks = {**needed, "backup": proof.check(current_app.config["VAR"], now=current_app.config["CLOCK"]())}
    ready = all(check["ok"] for check in needed.values())
    response = jsonify(status="ok" if ready else "unavailable", checks=checks)
    if not ready:
        response.status_code = 503
        response.headers["Retry-After"] = "5"
    return response


@blueprint.get("/metrics")
@requires(PUBLIC)
def metrics():
    """Prometheus metrics: counts and times of requests, no names and no figures about people."""
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in current_app.config["ENVIRON"]:
        multiprocess.MultiProcessCollector(registry)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _database() -> dict:
    try:
        connection = db.session().connection()
        at_head = migrate.is_at_head(connection)
        facts = _sqlite_facts(connection) if connection.dialect.name == "sqlite" else _postgresql_facts(connection)
    except (SQLAlchemyError, OSError) as error:
        return {"ok": False, "problem": type(error).__name__}
    return {"ok": at_head and facts.pop("durable"), "migrations_at_head": at_head, **facts}


def _sqlite_facts(connection) -> dict:
    journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
    synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar()
    safe = journal in ("truncate", "delete", "persist") or db.wal_is_safe(sqlite3.sqlite_version_info)
    return {"durable": safe and synchronous == 2, "journal_mode": journal, "synchronous": synchronous,
            "sqlite_version": sqlite3.sqlite_version}


def _postgresql_facts(connection) -> dict:
    commit = connection.execute(text("SHOW synchronous_commit")).scalar()
    return {"durable": commit != "off", "synchronous_commit": commit,
            "data_checksums": connection.execute(text("SHOW data_checksums")).scalar(),
            "server_version": connection.execute(text("SHOW server_version")).scalar()}


def _disk() -> dict:
    try:
        free = shutil.disk_usage(current_app.config["VAR"]).free
    except OSError as error:
        return {"ok": False, "problem": type(error).__name__}
    return {"ok": free >= LEAST_FREE_BYTES, "free_mb": free // 1024 // 1024}


def configure_logs() -> None:
    """One JSON object a line on standard error, from our own logs and the libraries' alike.

    Our own go there directly: a line for every request should not cost what a request costs.
    """
    shared = [structlog.contextvars.merge_contextvars, structlog.stdlib.add_log_level,
              structlog.processors.TimeStamper(fmt="iso", utc=True)]
    render = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(processors=[*shared, structlog.processors.format_exc_info, render],
                        logger_factory=structlog.WriteLoggerFactory(sys.stderr))
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info, render]))
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)

    @app.before_request
    def begin():
        g.started = time.perf_counter()
        g.request_id = uuid.uuid4().hex
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def end(response: Response):
        if g.get("unseen") and response.status_code < 500:
            # A count of ballots by the minute would say who cast them to whoever sees people come and go.
            structlog.contextvars.unbind_contextvars("request_id")
            return response
        endpoint = request.endpoint or "unknown"
        seconds = time.perf_counter() - g.get("started", time.perf_counter())
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(method, endpoint, response.status_code).inc()
        SECONDS.labels(endpoint).observe(seconds)
        response.headers["X-Request-Id"] = g.get("request_id", "")
        # The path without its query, and nobody's address: what a log does not hold cannot leak from it.
        log.info("request", method=request.method, path=request.path, status=response.status_code,
                 milliseconds=round(seconds * 1000, 1), user_id=g.identity.user_id if g.get("identity") else None)
        structlog.contextvars.unbind_contextvars("request_id")
        return response
