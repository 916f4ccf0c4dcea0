"""The one file of a backup: a tar with a manifest first, that proves of itself whether it is whole.

Knows files and hashes, no database. A backup appears under its name whole or not at all, and never over another file.
"""

import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from api.files import sync_folder

FORMAT = 1
MANIFEST = "manifest.json"
SECRET = "secret.key"
# What a member may be called, so that no archive can write where it should not.
_MEMBER = re.compile(r"database\.(sqlite3|pgdump)|secret\.key|seal\.keys|photos(/[^/.\x00][^/\x00]*)+")
_CHUNK = 1024 * 1024


class BackupFailed(Exception):
    """Why there is no backup, or why it was not restored; in words for the person at the command line."""


@dataclass(frozen=True)
class Member:
    """A file in the archive."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup holds. `tables` gives each table's number of rows and a digest of all of them."""

    county: str
    made_at: str
    database: str
    schema: str | None
    revision: str
    tables: dict[str, dict]
    files: tuple[Member, ...]
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(table["rows"] for table in self.tables.values())


def is_member_name(name: str) -> bool:
    """Whether a file may be kept under this name; none leads out of its folder, and drafts (.name) are left out."""
    return _MEMBER.fullmatch(name) is not None


def member_of(name: str, path: Path) -> Member:
    """A file that is to go into the archive, with its hash."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return Member(name, size, digest.hexdigest())


def write_archive(target: Path, draft: Path, manifest: Manifest, paths: dict[str, Path]) -> None:
    """Write `draft` and give it the name `target`; `paths` says where each file of the manifest lies."""
    # The secret key and personal records are in it: for the owner only.
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        with tarfile.open(fileobj=file, mode="w") as archive:
            _add(archive, MANIFEST, io.BytesIO(_encoded(manifest)), len(_encoded(manifest)))
            for member in manifest.files:
                with paths[member.name].open("rb") as source:
                    _add(archive, member.name, source, member.size)
        file.flush()
        os.fsync(file.fileno())
    _place(draft, target)


def _add(archive: tarfile.TarFile, name: str, source: BinaryIO, size: int) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    archive.addfile(info, source)


def _place(draft: Path, target: Path) -> None:
    try:
        # A hard link appears whole or not at all, and never over an existing file.
        os.link(draft, target)
    except FileExistsError:
        raise BackupFailed(f"{target} already exists; a backup never replaces a file.") from None
    except OSError:
        # Memory sticks know no hard links.
        if target.exists():
            raise BackupFailed(f"{target} already exists; a backup never replaces a file.") from None
        draft.rename(target)
    sync_folder(target.parent)


class Archive:
    """A backup that is read; every file is held against the manifest, and the manifest against its own hash."""

    def __init__(self, path: Path, tar: tarfile.TarFile):
        self._tar = tar
        self._infos = {info.name: info for info in tar}
        self.manifest = _decoded(path, self._read_manifest(path))
        names = [MANIFEST, *(member.name for member in self.manifest.files)]
        if list(self._infos) != names or not all(info.isreg() for info in self._infos.values()):
            raise BackupFailed(f"{path} is damaged: it does not hold the files that its manifest lists.")

    def check(self) -> None:
        """Read every file to its end; raises BackupFailed for the first that is not what it was."""
        for member in self.manifest.files:
            self._copy(member, None)

    def extract(self, name: str, path: Path) -> None:
        """Write one file, durably, as a new file at `path`."""
        member = next(member for member in self.manifest.files if member.name == name)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            self._copy(member, file)
            file.flush()
            os.fsync(file.fileno())

    def holds(self, name: str) -> bool:
        return any(member.name == name for member in self.manifest.files)

    @property
    def photos(self) -> list[Member]:
        return [member for member in self.manifest.files if member.name.startswith("photos/")]

    def _copy(self, member: Member, target: BinaryIO | None) -> None:
        digest, source = hashlib.sha256(), self._tar.extractfile(self._infos[member.name])
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            if target is not None:
                target.write(chunk)
        if (self._infos[member.name].size, digest.hexdigest()) != (member.size, member.sha256):
            raise BackupFailed(f"The backup is damaged: {member.name} is not what was backed up.")

    def _read_manifest(self, path: Path) -> bytes:
        if next(iter(self._infos), None) != MANIFEST:
            raise BackupFailed(f"{path} is no backup made by `zhucun backup`.")
        return self._tar.extractfile(self._infos[MANIFEST]).read()


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Open a backup; raises BackupFailed for what is none, is cut off or was altered."""
    if not path.is_file():
        raise BackupFailed(f"There is no file {path}.")
    # A tar is padded to full records, so that any cut shows, even one behind the last file.
    if path.stat().st_size == 0 or path.stat().st_size % tarfile.RECORDSIZE:
        raise BackupFailed(f"{path} is cut off, or is no backup.")
    try:
        with tarfile.open(path, mode="r:") as tar:
            archive = Archive(path, tar)
            # `offset` stands behind the last file: the end mark of two empty blocks must follow it whole.
            if path.stat().st_size < tar.offset + 2 * tarfile.BLOCKSIZE:
                raise BackupFailed(f"{path} is cut off.")
            yield archive
    except (tarfile.TarError, EOFError) as error:
        raise BackupFailed(f"{path} is damaged, or is no backup ({error}).") from error


def _encoded(manifest: Manifest) -> bytes:
    content = json.dumps(asdict(manifest), sort_keys=True, indent=1)
    return json.dumps({"sha256": hashlib.sha256(content.encode()).hexdigest(), "manifest": json.loads(content)},
                      sort_keys=True, indent=1).encode()


def _decoded(path: Path, data: bytes) -> Manifest:
    try:
        read = json.loads(data)
        content = read["manifest"]
        digest = hashlib.sha256(json.dumps(content, sort_keys=True, indent=1).encode()).hexdigest()
        if digest != read["sha256"]:
            raise BackupFailed(f"{path} is damaged: its manifest was altered.")
        if content["format"] != FORMAT:
            raise BackupFailed(f"{path} was made by a newer Zhucun; update this one first.")
        files = tuple(Member(**member) for member in content.pop("files"))
        manifest = Manifest(files=files, **content)
    except (ValueError, KeyError, TypeError) as error:
        raise BackupFailed(f"{path} is damaged: its manifest cannot be read.") from error
    if not all(is_member_name(member.name) for member in files):
        raise BackupFailed(f"{path} is damaged: it names files that no backup holds.")
    return manifest
