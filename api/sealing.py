"""Keeps single fields sealed in the database (AES-256-GCM) and findable by a keyed hash. Knows no table.

A copy of the database alone then says nothing of them. What is sealed is bound to its table, column and row, so that
nobody can move it to another one. The keys come from ZHUCUN_SEAL_KEYS, or lie in `seal.keys` under ZHUCUN_VAR, made at
the first start: lines of an id and 32 bytes in base64; the first one seals, all of them open.
"""

import base64
import binascii
import hmac
import os
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from api.files import sync_folder

KEY_FILE = "seal.keys"
_NONCE = 12
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,16}")


class CannotOpen(Exception):
    """What is sealed cannot be opened: its key is missing, or it was altered or moved."""


class BadKeys(Exception):
    """A list of keys that cannot be used; the message says why without quoting a key."""


@dataclass(frozen=True)
class _Key:
    id: str
    master: bytes

    # One key for each use, so that what one does says nothing of the other.
    @cached_property
    def cipher(self) -> AESGCM:
        return AESGCM(hmac.digest(self.master, b"zhucun seal", "sha256"))

    @cached_property
    def of_index(self) -> bytes:
        return hmac.digest(self.master, b"zhucun index", "sha256")


class Keyring:
    """The keys of one installation. Those in a file are read again when the file has changed."""

    def __init__(self, keys: Sequence[tuple[str, bytes]], path: Path | None = None):
        self.path = path
        self._keys = [_Key(*key) for key in keys]
        self._seen = None

    @classmethod
    def of(cls, settings: Mapping) -> "Keyring":
        """The keyring of the settings; makes the file at the first start."""
        if settings.get("SEAL_KEYS"):
            return cls(parse_keys(settings["SEAL_KEYS"].replace(",", "\n")))
        return cls((), key_file(settings["VAR"]))

    @property
    def keys(self) -> list[_Key]:
        if self.path is not None:
            facts = self.path.stat()
            if self._seen != (facts.st_mtime_ns, facts.st_ino):
                self._keys = [_Key(*key) for key in parse_keys(self.path.read_text(encoding="ascii"))]
                self._seen = (facts.st_mtime_ns, facts.st_ino)
        return self._keys

    @property
    def current(self) -> str:
        """The id of the key that seals."""
        return self.keys[0].id

    def seal(self, text: str, *, table: str, column: str, row: int | UUID) -> tuple[str, bytes]:
        """(key id, sealed text) for one field of one row."""
        key, nonce = self.keys[0], secrets.token_bytes(_NONCE)
        return key.id, nonce + key.cipher.encrypt(nonce, text.encode(), _place(key.id, table, column, row))

    def open(self, sealed: bytes, key_id: str, *, table: str, column: str, row: int | UUID) -> str:
        """The text that was sealed for this very field; CannotOpen otherwise."""
        key = next((one for one in self.keys if one.id == key_id), None)
        if key is None:
            raise CannotOpen(f"no key {key_id!r}")
        try:
            return key.cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], _place(key_id, table, column, row)).decode()
        except (InvalidTag, ValueError) as error:
            raise CannotOpen("altered, or moved from another row") from error

    def index(self, text: str, *, table: str, column: str) -> bytes:
        """The keyed hash under which a text is found, by the key that seals."""
        return self.indexes(text, table=table, column=column)[0]

    def indexes(self, text: str, *, table: str, column: str) -> list[bytes]:
        """The hash by every key: rows that were not sealed again yet are found too."""
        return [hmac.digest(key.of_index, f"{table}|{column}|{text}".encode(), "sha256") for key in self.keys]


def _place(key_id: str, table: str, column: str, row: int | UUID) -> bytes:
    return f"{key_id}|{table}|{column}|{row}".encode()


def parse_keys(text: str) -> list[tuple[str, bytes]]:
    """Lines such as `2026 q83v…=` as (id, 32 bytes); BadKeys."""
    keys = []
    for number, line in enumerate(filter(None, map(str.strip, text.splitlines())), start=1):
        id_, _, coded = line.replace(":", " ", 1).partition(" ")
        try:
            master = base64.b64decode(coded.strip(), validate=True)
        except (binascii.Error, ValueError):
            master = b""
        if not _KEY_ID.fullmatch(id_) or len(master) != 32:
            raise BadKeys(f"key {number} is not an id of letters and digits and 32 bytes in base64")
        keys.append((id_, master))
    if not keys:
        raise BadKeys("there is no key")
    if len({id_ for id_, _master in keys}) < len(keys):
        raise BadKeys("two keys have the same id")
    return keys


def key_file(var: str) -> Path:
    """The file of keys under `var`, for its owner only; made if it is not there.

    Two processes that start together must agree: a hard link appears whole or not at all, and the loser reads the
    winner's.
    """
    path = Path(var) / KEY_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = _written(path, _new_line("1"))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        sync_folder(path.parent)
    return path


def add_key(path: Path) -> str:
    """Put a new key before the others of a file, for sealing from now on; answers its id."""
    held = path.read_text(encoding="ascii")
    numbers = [int(id_) for id_, _master in parse_keys(held) if id_.isdecimal()]
    id_ = str(max(numbers, default=0) + 1)
    _written(path, _new_line(id_) + held).replace(path)
    sync_folder(path.parent)
    return id_


def _new_line(id_: str) -> str:
    return f"{id_} {base64.b64encode(secrets.token_bytes(32)).decode()}\n"


def _written(path: Path, text: str) -> Path:
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return draft
