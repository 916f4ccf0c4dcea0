"""Makes the one archive that a machine without a network installs from: code, pages, wheels, units, scripts.

A release is a folder that is run from as it lies: its code, its pages and its own virtual environment. So releases lie
side by side, and an update or its roll-back is the turn of one link. Only this script needs a network, to fetch wheels.
"""

import argparse
import gzip
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from api.pages import STYLES, VENDOR  # noqa: E402  the pages say themselves which libraries they load

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
ARCHITECTURES = ("x86_64", "aarch64")
# The oldest C library first, so that pip takes the wheel that runs on most machines.
GLIBC = range(17, 29)
FILES = ("LICENSE", "setup.cfg", "pyproject.toml", "requirements.lock")
# What a release is run from, and what of it stays behind; there are no tests and no data of ours.
FOLDERS = {
    "api": ("__pycache__",), "static": (), "docs": ("*.png",),
    "deploy": ("__pycache__", "bundle.py", "requirements.pip"),
}


class NoBundle(Exception):
    """Why there is no bundle, for the person who asked for one."""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--arch", default=platform.machine(), choices=ARCHITECTURES)
    options.add_argument("--python", dest="pythons", action="append", choices=PYTHONS,
                         help="only for this version of Python; may be given again")
    options.add_argument("--into", type=Path, default=ROOT / "dist")
    chosen = options.parse_args()
    try:
        print(make(chosen.arch, chosen.pythons or PYTHONS, chosen.into))
    except NoBundle as error:
        sys.exit(str(error))


def make(arch: str, pythons: tuple[str, ...], into: Path) -> Path:
    """Make the archive and its .sha256 in the folder `into`; answers the archive."""
    version = release_version()
    name = f"zhucun-{version}-{arch}"
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into, prefix=".bundle-") as working:
        folder = Path(working) / name
        folder.mkdir()
        copy_release(folder)
        served = fetch_wheels(folder / "wheels", arch, pythons)
        (folder / "VERSION").write_text(f"version={version}\narch={arch}\npythons={' '.join(served)}\n")
        write_checksums(folder)
        draft = Path(working) / f"{name}.tar.gz"
        pack(folder, draft)
        digest = hashlib.sha256(draft.read_bytes()).hexdigest()
        (into / f"{name}.tar.gz.sha256").write_text(f"{digest}  {name}.tar.gz\n")
        return draft.replace(into / draft.name)


def release_version() -> str:
    """The version of setup.cfg with the commit that the files are of: two states of the code never share a name."""
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    version = setup["metadata"]["version"]
    commit = git("rev-parse", "--short=10", "HEAD")
    if commit:
        changed = git("status", "--porcelain", "--", *FOLDERS, *FILES)
        version += f"+g{commit}" + (".changed" if changed else "")
    return version


def git(*arguments: str) -> str:
    try:
        return subprocess.run(["git", "-C", str(ROOT), *arguments], check=True, capture_output=True,
                              text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def copy_release(folder: Path) -> None:
    """Everything but the wheels."""
    for name, left_out in FOLDERS.items():
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(*left_out))
    for name in FILES:
        shutil.copy(ROOT / name, folder / name)
    # The person who unpacks it reads this one first, and finds the scripts beside it.
    (folder / "deploy" / "README.md").rename(folder / "README.md")
    shutil.copy(folder / "deploy" / "install.sh", folder / "install.sh")
    for path in page_libraries():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, folder / path)


def page_libraries() -> list[str]:
    """The files of node_modules that the pages load, with the licences of their packages."""
    served = {path for paths in (VENDOR.values(), *STYLES.values()) for path in paths
              if path.startswith("node_modules/")}
    packages = {Path(*Path(path).parts[:2]) for path in served}
    papers = {str(path.relative_to(ROOT)) for package in packages for path in (ROOT / package).iterdir()
              if re.match(r"(LICENSE|NOTICE)(\.|$)|package\.json$", path.name)}
    return sorted(served | papers)


def fetch_wheels(folder: Path, arch: str, pythons: tuple[str, ...]) -> list[str]:
    """Fetch every locked package for each Python; answers those Pythons for which all of them have a wheel."""
    folder.mkdir()
    served, lock = [], ROOT / "requirements.lock"
    for python in pythons:
        with tempfile.TemporaryDirectory(dir=folder.parent.parent) as found:
            fault = download(lock, Path(found), arch, python)
            if fault:
                print(f"Not for Python {python}: on {arch} it has no wheel of "
                      f"{', '.join(without_wheel(lock, arch, python)) or 'everything'}.\n{fault}", file=sys.stderr)
                continue
            for wheel in Path(found).iterdir():
                wheel.replace(folder / wheel.name)
            served.append(python)
    if not served:
        raise NoBundle(f"No version of Python has wheels of everything on {arch}.")
    # The machine's Python may come without pip, as Debian's does.
    fault = download(ROOT / "deploy" / "requirements.pip", folder, arch, served[0])
    if fault:
        raise NoBundle(fault)
    return served


def download(lock: Path, folder: Path, arch: str, python: str) -> str:
    """Let pip fetch what a lock file names, from where it is set up to look; answers what it said when it failed."""
    platforms = [f"--platform=manylinux_2_{minor}_{arch}" for minor in GLIBC] + [f"--platform=manylinux2014_{arch}"]
    done = subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check",
                           "--require-hashes", "--no-deps", "--only-binary=:all:", "--implementation=cp",
                           f"--python-version={python}", *platforms, f"--dest={folder}", f"--requirement={lock}"],
                          capture_output=True, text=True)
    return (done.stderr.strip() or "pip failed") if done.returncode else ""


def without_wheel(lock: Path, arch: str, python: str) -> list[str]:
    """The packages that have no wheel, asked for one by one."""
    missing = []
    for block in re.findall(r"^\S.*(?:\n[ \t]+.*)*", lock.read_text(), re.MULTILINE):
        with tempfile.TemporaryDirectory() as folder:
            one = Path(folder) / "one.lock"
            one.write_text(block + "\n")
            if download(one, Path(folder), arch, python):
                missing.append(block.split()[0])
    return missing


def write_checksums(folder: Path) -> None:
    """SHA256SUMS of every file, as `sha256sum --check` reads it."""
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n"
             for path in sorted(folder.rglob("*")) if path.is_file()]
    (folder / "SHA256SUMS").write_text("".join(lines))


def pack(folder: Path, target: Path) -> None:
    """Pack the folder; the same files give the same archive, so that two people can compare theirs."""
    moment = int(git("log", "-1", "--format=%ct") or 0)

    def plain(info: tarfile.TarInfo) -> tarfile.TarInfo:
        info.uid, info.gid, info.uname, info.gname, info.mtime = 0, 0, "root", "root", moment
        info.mode = 0o755 if info.isdir() or info.name.endswith(".sh") else 0o644
        return info

    with open(target, "wb") as file, gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for path in sorted([folder, *folder.rglob("*")]):
                archive.add(path, path.relative_to(folder.parent), recursive=False, filter=plain)
        packed.flush()
    os.chmod(target, 0o644)


if __name__ == "__main__":
    main()
