"""Settings from the environment, all checked at once before anything starts.

`from_env` is a function of a mapping and touches nothing; `secret_key` is the one place that makes and keeps a secret.
"""

import os
import re
import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from api.sealing import BadKeys, parse_keys

TILE_DATUMS = ("wgs84", "gcj02")
# The last zoom that 天地图 has for the countryside.
TILES_MAX_ZOOM = 18
DEFAULT_ORIGINS = "http://127.0.0.1:8000,http://localhost:8000"


class BadSettings(Exception):
    """Every missing or wrong setting, in one message for the person who starts the server."""

    def __init__(self, problems: list[str]):
        super().__init__("Zhucun cannot start:\n" + "\n".join(f"  - {problem}" for problem in problems))
        self.problems = problems


def from_env(env: Mapping[str, str]) -> dict:
    """Settings as a dict for `create_app`; raises BadSettings that names every problem.

    ZHUCUN_COUNTY   12-digit code of the division that owns this database (required)
    DATABASE_URL    sqlite:///… or postgresql://…; default: one file under ZHUCUN_VAR
    ZHUCUN_VAR      folder for the database file, the secret and exports; default "var"
    ZHUCUN_ORIGINS  addresses under which people reach the pages, comma separated; the first one goes into invitations
    ZHUCUN_PROXIES  number of reverse proxies in front, 0 to 5; default 0: no forwarded header is believed
    ZHUCUN_HOST_UNIT, ZHUCUN_FILING_NUMBER, ZHUCUN_HOTLINE  what /about/functions says of who runs this
    ZHUCUN_CLOSES_ON  the day on which the application closes, such as 2030-12-31; default: it does not
    ZHUCUN_SEAL_KEYS  keys for telephone numbers, as id:base64 with commas between; default: a file under ZHUCUN_VAR
    ZHUCUN_PHOTOS   s3://bucket/prefix of an S3-compatible store; default: a folder under ZHUCUN_VAR
    ZHUCUN_PHOTOS_ENDPOINT  that store's address, such as https://oss.example.cn; default: AWS
    ZHUCUN_TILES_URL  template of a map's tiles with {z}, {x} and {y}, over https; default: no map behind the villages
    ZHUCUN_TILES_APPROVAL  that map's approval number (审图号), required with it
    ZHUCUN_TILES_DATUM  wgs84 (default; CGCS2000 is the same) or gcj02; ZHUCUN_TILES_ATTRIBUTION  whose it is
    ZHUCUN_DESK_IDLE_MINUTES  minutes after which a desk that nobody uses is logged out, 1 to 720; default 30
    """
    problems: list[str] = []
    var = Path(env.get("ZHUCUN_VAR") or "var").absolute()
    settings = {
        "COUNTY": env.get("ZHUCUN_COUNTY", ""),
        "VAR": str(var),
        "DATABASE_URL": env.get("DATABASE_URL") or f"sqlite:///{var / 'zhucun.sqlite3'}",
        "ORIGINS": tuple(_origins(env.get("ZHUCUN_ORIGINS") or DEFAULT_ORIGINS, problems)),
        "PROXIES": _number("ZHUCUN_PROXIES", env.get("ZHUCUN_PROXIES") or "0", 0, 5, problems),
        "HOST_UNIT": env.get("ZHUCUN_HOST_UNIT", ""), "FILING_NUMBER": env.get("ZHUCUN_FILING_NUMBER", ""),
        "SEAL_KEYS": _seal_keys(env.get("ZHUCUN_SEAL_KEYS", ""), problems),
        "HOTLINE": env.get("ZHUCUN_HOTLINE", ""), "CLOSES_ON": _day(env.get("ZHUCUN_CLOSES_ON", ""), problems),
        "PHOTOS": env.get("ZHUCUN_PHOTOS", ""), "PHOTOS_ENDPOINT": env.get("ZHUCUN_PHOTOS_ENDPOINT", "").rstrip("/"),
        "DESK_IDLE": timedelta(minutes=_number(
            "ZHUCUN_DESK_IDLE_MINUTES", env.get("ZHUCUN_DESK_IDLE_MINUTES") or "30", 1, 720, problems)),
        "TILES": _tiles(env.get("ZHUCUN_TILES_URL", ""), env.get("ZHUCUN_TILES_DATUM") or "wgs84",
                        env.get("ZHUCUN_TILES_APPROVAL", "").strip(), env.get("ZHUCUN_TILES_ATTRIBUTION", "").strip(),
                        problems),
    }
    if not re.fullmatch(r"[0-9]{12}", settings["COUNTY"]):
        problems.append("ZHUCUN_COUNTY must be the 12-digit code of the division that owns this database, "
                        "such as 520329000000")
    if not re.fullmatch(r"(s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[\w.-]+)*/?)?", settings["PHOTOS"]):
        problems.append("ZHUCUN_PHOTOS must look like s3://bucket or s3://bucket/prefix")
    if settings["PHOTOS_ENDPOINT"] and not _is_origin(settings["PHOTOS_ENDPOINT"]):
        problems.append("ZHUCUN_PHOTOS_ENDPOINT must look like https://oss.example.cn")
    if not _is_database_url(settings["DATABASE_URL"]):
        problems.append("DATABASE_URL must look like sqlite:////path/to/file or postgresql://user@host/name")
    if problems:
        raise BadSettings(problems)
    return settings


def _is_database_url(url: str) -> bool:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        return False
    return parsed.drivername in ("sqlite", "postgresql", "postgresql+psycopg") and bool(parsed.database)


def _origins(text: str, problems: list[str]) -> list[str]:
    origins = []
    for origin in (part.strip().rstrip("/").lower() for part in text.split(",")):
        if not _is_origin(origin):
            problems.append(f"ZHUCUN_ORIGINS: {origin!r} must look like https://zhucun.example.gov.cn")
        origins.append(origin)
    return origins


def _is_origin(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0 and (
            text == f"{parts.scheme}://{parts.netloc}" and "@" not in parts.netloc)
    except ValueError:
        return False


def _tiles(url: str, datum: str, approval: str, attribution: str, problems: list[str]) -> dict | None:
    """The tile server as the map's answer tells it; None without one."""
    if datum not in TILE_DATUMS:
        problems.append("ZHUCUN_TILES_DATUM must be wgs84 (also for CGCS2000) or gcj02")
    if not url:
        return None
    if not is_tile_url(url):
        problems.append("ZHUCUN_TILES_URL must look like https://tiles.example.gov.cn/{z}/{x}/{y}.png")
    if not approval:
        problems.append("ZHUCUN_TILES_APPROVAL must be the approval number (审图号) of the map of ZHUCUN_TILES_URL")
    return {"url": url, "datum": datum, "approval_number": approval, "attribution": attribution,
            "max_zoom": TILES_MAX_ZOOM}


def is_tile_url(url: str) -> bool:
    """Whether an address is a template of tiles; plain http only on this machine, such as behind a cache of its own."""
    origin = tile_origin(url)
    own = urlsplit(origin).hostname in ("127.0.0.1", "localhost") if origin else False
    return bool(origin) and (own or origin.startswith("https:")) and (
        not re.search(r"[\s\"'<>\\]", url) and sorted(re.findall(r"{[^{}]*}", url)) == ["{x}", "{y}", "{z}"])


def tile_origin(url: str) -> str | None:
    """The origin of a template of tiles, as the pages' policy names it; None where it is none."""
    found = re.match(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?(?=/)", url)
    return found[0] if found and _is_origin(found[0]) else None


def _day(text: str, problems: list[str]) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        problems.append("ZHUCUN_CLOSES_ON must be a day such as 2030-12-31")
        return None


def _seal_keys(text: str, problems: list[str]) -> str:
    try:
        if text:
            parse_keys(text.replace(",", "\n"))
    except BadKeys as bad:
        problems.append(f"ZHUCUN_SEAL_KEYS: {bad}")
    return text


def _number(name: str, text: str, least: int, most: int, problems: list[str]) -> int:
    if re.fullmatch(r"[0-9]{1,6}", text) and least <= int(text) <= most:
        return int(text)
    problems.append(f"{name} must be a number from {least} to {most}")
    return least


def secret_key(var: str) -> bytes:
    """32 secret bytes, made at first run and kept under `var` for this owner only.

    Two processes that start together must agree, so the file is created exclusively and the loser reads the winner's.
    """
    path = Path(var) / "secret.key"
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"secret.{os.getpid()}.{secrets.token_hex(4)}")
    if not path.exists():
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            # A hard link appears whole or not at all, and never over an existing file.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()
