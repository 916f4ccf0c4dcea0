"""Settings: all problems at once, nothing insecure by default, one secret for all processes."""

from datetime import timedelta
import stat
import subprocess
import sys

import pytest

from api import config
from api.app import create_app

GOOD = {"ZHUCUN_COUNTY": "520329000000"}


def test_a_county_is_all_that_must_be_said(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert config.from_env(GOOD) == {
        "COUNTY": "520329000000",
        "VAR": str(tmp_path / "var"),
        "DATABASE_URL": f"sqlite:///{tmp_path}/var/zhucun.sqlite3",
        "ORIGINS": ("http://127.0.0.1:8000", "http://localhost:8000"),
        "PROXIES": 0, "DESK_IDLE": timedelta(minutes=30),
        "HOST_UNIT": "", "FILING_NUMBER": "", "HOTLINE": "", "CLOSES_ON": None, "SEAL_KEYS": "",
        "PHOTOS": "", "PHOTOS_ENDPOINT": "", "TILES": None,
    }
    assert list(tmp_path.iterdir()) == []


def test_every_problem_is_named_in_one_message():
    with pytest.raises(config.BadSettings) as caught:
        config.from_env({"ZHUCUN_COUNTY": "12", "DATABASE_URL": "mysql://x/y",
                         "ZHUCUN_ORIGINS": "zhucun.cn,https://a.cn/x", "ZHUCUN_PROXIES": "many"})
    message = str(caught.value)
    assert [name in message for name in ("ZHUCUN_COUNTY", "DATABASE_URL", "'zhucun.cn'", "'https://a.cn/x'",
                                         "ZHUCUN_PROXIES")] == [True] * 5
    assert len(caught.value.problems) == 5


@pytest.mark.parametrize(("name", "value"), [
    ("ZHUCUN_COUNTY", ""),                              # required
    ("ZHUCUN_COUNTY", "520329"),                        # six digits are a code of another kind
    ("ZHUCUN_COUNTY", "52032900000０"),                  # a full-width digit is no digit of a code
    ("DATABASE_URL", "sqlite://"),                      # in memory: nothing would be kept
    ("DATABASE_URL", "sqlite:///"),
    ("DATABASE_URL", "postgresql://host:port/name"),    # the port is not a number
    ("DATABASE_URL", "postgresql://host"),              # no database
    ("DATABASE_URL", "mysql+pymysql://host/name"),
    ("DATABASE_URL", "nonsense"),
    ("ZHUCUN_ORIGINS", "*"),
    ("ZHUCUN_ORIGINS", "https://"),
    ("ZHUCUN_ORIGINS", "ftp://zhucun.cn"),
    ("ZHUCUN_ORIGINS", "https://zhucun.cn:port"),
    ("ZHUCUN_ORIGINS", "https://user@zhucun.cn"),
    ("ZHUCUN_ORIGINS", "https://zhucun.cn/path"),
    ("ZHUCUN_ORIGINS", "https://zhucun.cn,,"),
    ("ZHUCUN_PROXIES", "-1"),
    ("ZHUCUN_SEAL_KEYS", "1:short"), ("ZHUCUN_SEAL_KEYS", ","),
    ("ZHUCUN_DESK_IDLE_MINUTES", "0"), ("ZHUCUN_DESK_IDLE_MINUTES", "721"), ("ZHUCUN_DESK_IDLE_MINUTES", "ten"),
    ("ZHUCUN_PHOTOS", "/var/photos"), ("ZHUCUN_PHOTOS", "s3://"), ("ZHUCUN_PHOTOS", "s3://a_b/x"),
    ("ZHUCUN_PHOTOS_ENDPOINT", "oss.example.cn"), ("ZHUCUN_PHOTOS_ENDPOINT", "https://user@oss.example.cn"),
    ("ZHUCUN_PROXIES", "6"),                            # would believe addresses that a stranger wrote
])
def test_a_wrong_setting_is_refused(name, value):
    with pytest.raises(config.BadSettings) as caught:
        config.from_env({**GOOD, name: value})
    assert all(name in problem for problem in caught.value.problems)


TILES = {"ZHUCUN_TILES_URL": "https://t0.tianditu.gov.cn/vec_w/wmts?TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=1",
         "ZHUCUN_TILES_APPROVAL": "GS（2024）0650号"}


def test_a_tile_server_is_told_with_its_datum_and_approval_number():
    assert config.from_env({**GOOD, **TILES, "ZHUCUN_TILES_ATTRIBUTION": "天地图"})["TILES"] == {
        "url": TILES["ZHUCUN_TILES_URL"], "datum": "wgs84", "approval_number": "GS（2024）0650号",
        "attribution": "天地图", "max_zoom": 18}
    assert config.from_env({**GOOD, **TILES, "ZHUCUN_TILES_DATUM": "gcj02"})["TILES"]["datum"] == "gcj02"
    own = {**TILES, "ZHUCUN_TILES_URL": "http://127.0.0.1:8080/{z}/{x}/{y}.png"}
    assert config.from_env({**GOOD, **own})["TILES"]["url"].startswith("http://127.0.0.1")


@pytest.mark.parametrize(("name", "value"), [
    ("ZHUCUN_TILES_APPROVAL", ""), ("ZHUCUN_TILES_APPROVAL", "  "),    # a map without its number may not be shown
    ("ZHUCUN_TILES_DATUM", "bd09"), ("ZHUCUN_TILES_DATUM", "WGS84"),
    ("ZHUCUN_TILES_URL", "https://tiles.example.cn/{z}/{x}.png"),
    ("ZHUCUN_TILES_URL", "http://tiles.example.cn/{z}/{x}/{y}.png"),   # others on the way would see where one looks
    ("ZHUCUN_TILES_URL", "https://t{s}.example.cn/{z}/{x}/{y}.png"),   # the policy names one host
    ("ZHUCUN_TILES_URL", "https://a.cn; script-src *;/{z}/{x}/{y}"),
    ("ZHUCUN_TILES_URL", "https://user@a.cn/{z}/{x}/{y}"), ("ZHUCUN_TILES_URL", "/tiles/{z}/{x}/{y}.png"),
    ("ZHUCUN_TILES_URL", "https://a.cn:99999/{z}/{x}/{y}"),
    ("ZHUCUN_TILES_URL", "https://a.cn/{z}/{x}/{y}?tk={tk}"),           # nobody would fill it in
])
def test_a_wrong_setting_of_the_tiles_is_refused_by_its_name(name, value):
    with pytest.raises(config.BadSettings) as caught:
        config.from_env({**GOOD, **TILES, name: value})
    assert [name in problem for problem in caught.value.problems] == [True]


def test_origins_are_kept_as_browsers_send_them():
    settings = config.from_env({**GOOD, "ZHUCUN_ORIGINS": " HTTPS://Zhucun.example.gov.cn/ , http://10.0.0.5:8080"})
    assert settings["ORIGINS"] == ("https://zhucun.example.gov.cn", "http://10.0.0.5:8080")


@pytest.mark.slow
def test_a_server_without_settings_does_not_start(tmp_path):
    run = subprocess.run([sys.executable, "-m", "api.cli", "serve"], env={"ZHUCUN_VAR": str(tmp_path)},
                         capture_output=True, text=True)
    assert (run.returncode, "ZHUCUN_COUNTY" in run.stderr, "Traceback" in run.stderr) == (2, True, False)


def test_the_secret_is_made_once_and_for_its_owner_only(tmp_path):
    first = config.secret_key(str(tmp_path / "var"))
    path = tmp_path / "var" / "secret.key"
    assert len(first) == 32
    assert config.secret_key(str(tmp_path / "var")) == first == path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["secret.key"]
    assert config.secret_key(str(tmp_path / "other")) != first


@pytest.mark.slow
def test_processes_that_start_together_agree_on_the_secret(tmp_path):
    command = [sys.executable, "-c", "import sys; from api import config; "
               "sys.stdin.read(1); sys.stdout.write(config.secret_key(sys.argv[1]).hex())", str(tmp_path)]
    processes = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(6)]
    for process in processes:
        process.stdin.write(b"!")
        process.stdin.flush()
    secrets = {process.communicate()[0] for process in processes}
    assert len(secrets) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


def test_nothing_is_insecure_by_default(tmp_path):
    settings = {**config.from_env(GOOD), "VAR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/z.sqlite3"}
    app = create_app(settings)
    assert (app.debug, app.testing, app.config["PROXIES"]) == (False, False, 0)
    assert app.config["SECRET"] == (tmp_path / "secret.key").read_bytes()
    assert app.config["TRUSTED_HOSTS"] == ["127.0.0.1", "localhost"]
    assert app.config["MAX_CONTENT_LENGTH"] == 1024 * 1024
