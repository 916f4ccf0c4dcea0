"""Where the bytes of photos lie: on the local disk, by their hash. What a kept photo promises is kept here.

A file is written under another name, made durable, named, and the name made durable, in this order: after a power cut
there is the whole photo or none. Nothing but this module knows of folders, so that another store can take its place.
"""

import os
import secrets
import time
from pathlib import Path

from api.files import sync_folder

_DRAFTS = ".drafts"
# What was being written when the machine stopped; nobody takes that long.
_STALE_S = 3600


class PhotoStore:
    """Photos under a folder: the original under its hash, what is served beside it."""

    def __init__(self, folder: Path):
        self.folder = folder

    def holds(self, sha256: str) -> bool:
        return self._path(sha256).is_file()

    def keep(self, sha256: str, data: bytes, sizes: dict[str, bytes]) -> None:
        """Store a photo with its served sizes, durably; what is there already is replaced by the same.

        Raises OSError when there is no room, and then leaves nothing half-written.
        """
        path = self._path(sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        for name, made in sizes.items():
            self._write(self._served(sha256, name), made)
        # The original last: where it is, the rest is.
        self._write(path, data)
        # The folders' own names too, each time: one that stopped here before may have made them and gone no further.
        for folder in (path.parent, path.parent.parent, self.folder, self.folder.parent):
            sync_folder(folder)

    def read_original(self, sha256: str) -> bytes | None:
        return _read(self._path(sha256))

    def read_served(self, sha256: str, size: str) -> bytes | None:
        """What is served of a photo, if it was kept."""
        return _read(self._served(sha256, size))

    def _path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256[2:4] / sha256

    def _served(self, sha256: str, size: str) -> Path:
        return self._path(sha256).with_name(f"{sha256}.{size}.jpg")

    def _write(self, path: Path, data: bytes) -> None:
        drafts = self.folder / _DRAFTS
        drafts.mkdir(exist_ok=True)
        _clear(drafts)
        draft = drafts / f"{path.name}.{secrets.token_hex(4)}"
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)


def _clear(drafts: Path) -> None:
    for left in drafts.iterdir():
        try:
            if left.stat().st_mtime < time.time() - _STALE_S:
                left.unlink()
        except FileNotFoundError:
            continue


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
