"""The last backup that was proved by restoring it: noted where backups are checked, shown where readiness is asked."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from api.files import sync_folder

FILE = "backup-proof.json"
# Backups are proved nightly; a week and a day leaves room for a long holiday's broken disk, and no more.
LONGEST = timedelta(days=8)


@dataclass(frozen=True)
class Proof:
    """A backup that came back row by row: its file's name, its number of rows, and both instants (RFC 3339)."""

    file: str
    rows: int
    made_at: str
    proven_at: str


def note(var: str, proof: Proof) -> None:
    """Keep the proof under `var`, durably; an older backup that is tried once more does not replace a newer one's."""
    held = read(var)
    if held is not None and _instant(held.made_at) > _instant(proof.made_at):
        return
    folder = Path(var)
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{FILE}.{secrets.token_hex(4)}"
    try:
        with open(draft, "x", encoding="utf-8") as file:
            json.dump(asdict(proof), file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / FILE)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(folder)


def read(var: str) -> Proof | None:
    """The last proof, or None where there is none that can be read."""
    try:
        proof = Proof(**json.loads((Path(var) / FILE).read_text(encoding="utf-8")))
        # Two instants without an offset could not be told from local ones.
        return proof if _instant(proof.made_at).tzinfo and _instant(proof.proven_at).tzinfo else None
    except (OSError, ValueError, TypeError):
        return None


def check(var: str, *, now: datetime) -> dict:
    """What readiness says of backups. `days` counts from the moment that the backup holds: so much would be lost.

    Names no file: anybody may ask.
    """
    proof = read(var)
    if proof is None:
        return {"ok": False, "proven_at": None, "made_at": None, "days": None,
                "problem": "No backup has been proved by restoring it: zhucun backup --check FILE."}
    age = now - _instant(proof.made_at)
    facts = {"ok": age <= LONGEST, "proven_at": proof.proven_at, "made_at": proof.made_at, "days": max(age.days, 0)}
    if not facts["ok"]:
        facts["problem"] = f"The last backup that was proved by restoring it is {age.days} days old."
    return facts


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
