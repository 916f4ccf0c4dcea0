"""Starts and stops the two sides: Zhucun by its own command, the bare endpoint under the same gunicorn."""

import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from bench.county import COUNTY
from bench.load import HOST

START_S = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


@contextmanager
def zhucun(url: str, folder: Path, *, workers: int, threads: int) -> Iterator[tuple[int, psutil.Process]]:
    """The whole application as it is deployed, `zhucun serve`; gives its port and process."""
    port = free_port()
    command = [sys.executable, "-m", "api.cli", "serve", "--bind", f"{HOST}:{port}", "--workers", str(workers),
               "--threads", str(threads)]
    environ = {"DATABASE_URL": url, "ZHUCUN_COUNTY": COUNTY, "ZHUCUN_VAR": str(folder)}
    with _running(command, environ, folder / f"zhucun-{port}.log", port) as process:
        yield port, process


@contextmanager
def bare(url: str, folder: Path, *, workers: int, threads: int) -> Iterator[tuple[int, psutil.Process]]:
    """The bare endpoint under gunicorn with the settings of `api/server.py`; gives its port and process."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "bench.bare:create_app()", "--bind", f"{HOST}:{port}", "--workers",
               str(workers), "--threads", str(threads), "--worker-class", "gthread", "--keep-alive", "75",
               "--timeout", "120", "--graceful-timeout", "30"]
    with _running(command, {"DATABASE_URL": url}, folder / f"bare-{port}.log", port) as process:
        yield port, process


@contextmanager
def _running(command: list[str], environ: dict[str, str], log: Path, port: int) -> Iterator[psutil.Process]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("ZHUCUN_", "DATABASE_"))}
    with open(log, "wb") as file:
        process = psutil.Popen(command, env=kept | environ, stdout=file, stderr=file,
                               cwd=Path(__file__).resolve().parent.parent)
        try:
            _wait(process, port, log)
            yield process
        finally:
            process.terminate()
            try:
                process.wait(40)
            except psutil.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(process: psutil.Popen, port: int, log: Path) -> None:
    """Until the server answers anything at all; RuntimeError with its log if it never does."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://{HOST}:{port}/livez", timeout=5).close()
            return
        except urllib.error.HTTPError as error:
            error.close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the server did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}")
