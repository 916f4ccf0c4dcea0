"""Which store keeps the photos: the local disk, or an S3-compatible one where the settings name it."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Protocol

from api.photos.store_service import PhotoStore


class Store(Protocol):
    """What a store of photos does (`store_service` says what it promises); `folder` is local, for turns."""

    folder: Path

    def holds(self, sha256: str) -> bool: ...

    def keep(self, sha256: str, data: bytes, sizes: dict[str, bytes]) -> None: ...

    def read_original(self, sha256: str) -> bytes | None: ...

    def read_served(self, sha256: str, size: str) -> bytes | None: ...


def store_of(settings: Mapping) -> Store:
    """The store that the settings name. Raises ImportError where the extra `s3` is wanted and not installed."""
    folder = Path(settings["VAR"]) / "photos"
    if not settings.get("PHOTOS"):
        return PhotoStore(folder)
    # Loaded only where it is wanted: boto3 is an extra.
    return import_module("api.photos.s3_store_service").S3PhotoStore(
        settings["PHOTOS"], settings.get("PHOTOS_ENDPOINT", ""), folder)
