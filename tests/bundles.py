"""One bundle for all tests of a run, and one installation of it; both made once, whichever worker comes first."""

import fcntl
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
# Nothing of the machine's set-up helps, least of all a package index.
BARE = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "PYTHON": sys.executable,
        "LC_ALL": "C.UTF-8", "ZHUCUN_USER": ""}


@contextmanager
def alone(folder: Path):
    """Only one worker at a time."""
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def shared_folder(tmp_path_factory, name: str) -> Path:
    """A folder that all workers of a run have in common."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    folder.mkdir(exist_ok=True)
    return folder


def make_bundle(folder: Path) -> Path:
    """The archive for the Python that the tests run on; the network is needed here and nowhere else."""
    with alone(folder):
        if not list(folder.glob("*.tar.gz")):
            subprocess.run([sys.executable, str(ROOT / "deploy" / "bundle.py"), "--python", PYTHON, "--into",
                            str(folder)], check=True, stdin=subprocess.DEVNULL)
    [archive] = folder.glob("*.tar.gz")
    return archive


def unpack(archive: Path, folder: Path) -> Path:
    """The one folder in the archive."""
    subprocess.run(["tar", "-xzf", str(archive), "-C", str(folder)], check=True)
    [unpacked] = folder.iterdir()
    return unpacked


def cut_off(command: list[str], **options) -> subprocess.CompletedProcess:
    """Run a command where no network is: a name space of its own, with the loopback and no route."""
    script = 'ip link set lo up && [ -z "$(ip route)$(ip -6 route show default)" ] && exec "$@"'
    return subprocess.run(["unshare", "--net", *([] if os.geteuid() == 0 else ["--map-root-user"]),
                           "sh", "-c", script, "sh", *command], stdin=subprocess.DEVNULL, text=True,
                          capture_output=True, **options)


def install(archive: Path, folder: Path) -> Path:
    """A first installation under `folder`, without a network and with an empty home; answers its prefix."""
    with alone(folder):
        prefix = folder / "opt"
        if not (prefix / "current").exists():
            for name in ("home", "unpacked", "root"):
                shutil.rmtree(folder / name, ignore_errors=True)
                (folder / name).mkdir()
            script = unpack(archive, folder / "unpacked") / "install.sh"
            done = cut_off([str(script)], env={**BARE, "HOME": str(folder / "home"), "ZHUCUN_PREFIX": str(prefix),
                                               "DESTDIR": str(folder / "root")})
            assert done.returncode == 0, done.stderr
            assert list((folder / "home").iterdir()) == []
    return prefix
