"""The bundle installs and serves without a network; its units, proxy and logs do what the documentation says."""

import configparser
import importlib.util
import json
import os
import platform
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tarfile
import threading
import time
from datetime import datetime, timedelta
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from api.cli import cli
from api.dates import SHANGHAI
from tests import bundles
from tests.bundles import BARE, ROOT, cut_off

pytestmark = pytest.mark.slow
# Where a release that is installed runs from, as the units say it.
CURRENT = Path("/opt/zhucun/current")


@pytest.fixture(scope="session")
def archive(tmp_path_factory):
    return bundles.make_bundle(bundles.shared_folder(tmp_path_factory, "bundle"))


@pytest.fixture(scope="session")
def installed(archive, tmp_path_factory):
    """The folder of an installation: `opt` is its prefix, `root` has what lies outside of it."""
    folder = bundles.shared_folder(tmp_path_factory, "installed")
    bundles.install(archive, folder)
    return folder


def test_the_bundle_holds_what_a_release_needs_and_nothing_else(archive):
    with tarfile.open(archive) as tar:
        infos = tar.getmembers()
    names = {info.name.partition("/")[2] for info in infos}
    assert {"install.sh", "VERSION", "README.md", "SHA256SUMS", "requirements.lock", "deploy/upgrade.sh",
            "deploy/nginx.conf", "deploy/systemd/zhucun.service", "docs/deploy.zh.md", "api/migrations/env.py",
            "api/data/policies.json", "static/i18n/zh.json", "static/phone/sw.js",
            "node_modules/htm/preact/standalone.module.js", "node_modules/htm/LICENSE"} <= names
    tops = {name.split("/")[0] for name in names}
    assert tops == {"", "api", "static", "node_modules", "docs", "deploy", "wheels", "install.sh", "VERSION",
                    "README.md", "LICENSE", "SHA256SUMS", "requirements.lock", "setup.cfg", "pyproject.toml"}
    assert [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".map"))] == []
    assert {(info.uname, info.mode & 0o022) for info in infos} == {("root", 0)}


def test_the_same_files_make_the_same_archive(archive, tmp_path):
    again = bundles.make_bundle(tmp_path)
    assert (again.name, again.read_bytes() == archive.read_bytes()) == (archive.name, True)


ASK = """
import json, os, subprocess, sys, time
from urllib.error import URLError
from urllib.request import Request, urlopen

server = subprocess.Popen([sys.argv[1], "serve", "--bind", "127.0.0.1:8000"], stderr=subprocess.PIPE)
answers, end = {}, time.monotonic() + 60
while time.monotonic() < end:
    try:
        urlopen("http://127.0.0.1:8000/livez").close()
        break
    except URLError:
        if server.poll() is not None:
            sys.exit(server.stderr.read().decode())
        time.sleep(0.1)
for path in sys.argv[2:]:
    with urlopen(Request("http://127.0.0.1:8000" + path, headers={"Host": "localhost"})) as answer:
        answers[path] = [answer.status, answer.headers["Content-Type"], answer.read().decode()]
server.terminate()
server.wait(40)
print(json.dumps(answers))
"""


def test_an_installation_without_a_network_serves_the_pages(installed, tmp_path):
    paths = ("/readyz", "/phone/", "/dashboard/", "/vendor/htm-preact.js", "/vendor/swagger-ui.css",
             "/styles/phone.css", "/words/phone.zh.json", "/openapi.json")
    home = tmp_path / "home"
    home.mkdir()
    done = cut_off([sys.executable, "-c", ASK, str(installed / "opt/current/.venv/bin/zhucun"), *paths], cwd="/", env={
        **BARE, "HOME": str(home), "ZHUCUN_COUNTY": "520329000000", "ZHUCUN_VAR": str(tmp_path / "var")})
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    assert {path: status for path, (status, _type, _body) in answers.items()} == dict.fromkeys(paths, 200)
    assert json.loads(answers["/readyz"][2])["status"] == "ok"
    vendor = "node_modules/htm/preact/standalone.module.js"
    assert answers["/vendor/htm-preact.js"][2] == (ROOT / vendor).read_text(encoding="utf-8")
    assert "驻村" in answers["/words/phone.zh.json"][2] + answers["/phone/"][2]
    assert ".weui-btn" in answers["/styles/phone.css"][2]
    # Everything that it wrote lies where the settings say.
    assert list(home.iterdir()) == []
    assert (tmp_path / "var" / "zhucun.sqlite3").is_file()


def test_nothing_is_missing_that_code_imports_and_nothing_came_from_elsewhere(installed):
    done = cut_off([str(installed / "opt/current/.venv/bin/python"), "-I", "-c",
                    "import api.cli, json, sys; [api.cli.cli.get_command(None, name) for name in api.cli.COMMANDS]; "
                    "print(json.dumps([api.cli.__file__, *sys.path]))"], env=BARE, cwd="/")
    assert done.returncode == 0, done.stderr
    file, *path = json.loads(done.stdout)
    release = (installed / "opt/current").resolve()
    assert file == str(release / "api/cli.py")
    assert [one for one in path if str(ROOT) in one] == []


@pytest.fixture
def unpacked(archive, tmp_path):
    return bundles.unpack(archive, tmp_path)


def refused(unpacked: Path, **environment) -> str:
    prefix = unpacked.parent / "opt"
    done = subprocess.run([str(unpacked / "install.sh"), "--release"], capture_output=True, text=True,
                          env={**BARE, "ZHUCUN_PREFIX": str(prefix), **environment})
    assert done.returncode != 0
    assert not list(prefix.glob("releases/*/.installed"))
    return done.stderr


def test_a_bundle_that_was_altered_on_its_way_is_refused(unpacked):
    with (unpacked / "api" / "app.py").open("a") as file:
        file.write("# altered\n")
    assert "is not what it was when it was made" in refused(unpacked)


def test_a_machine_without_a_fitting_python_is_told_which_would_do(unpacked):
    assert f"this bundle is for Python {bundles.PYTHON}, and this machine has none" in refused(
        unpacked, PYTHON="/bin/false")


@pytest.mark.parametrize(("words", "options"), [([], []), (["ARCH=aarch64"], ["--arch", "aarch64"])])
def test_make_hands_the_architecture_on(words, options):
    done = subprocess.run(["make", "-n", "bundle", *words], cwd=ROOT, env=BARE, capture_output=True, text=True,
                          check=True)
    assert done.stdout.splitlines()[-1].split() == [".venv/bin/python", "deploy/bundle.py", *options]


OTHER_MACHINE = {"x86_64": "aarch64"}.get(platform.machine(), "x86_64")


@pytest.fixture
def for_another_machine(tmp_path, monkeypatch):
    """A bundle for another architecture, without the wheels in it, and how pip was asked for them."""
    spec = importlib.util.spec_from_file_location("bundle", ROOT / "deploy/bundle.py")
    bundle, asked, really_run = importlib.util.module_from_spec(spec), [], subprocess.run
    monkeypatch.setattr(sys, "path", [*sys.path])
    spec.loader.exec_module(bundle)

    def run(command, **options):
        if "pip" not in command:
            return really_run(command, **options)
        asked.append(command)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(sys, "argv", ["bundle.py", "--arch", OTHER_MACHINE, "--into", str(tmp_path / "dist")])
    with monkeypatch.context() as patch:
        patch.setattr(subprocess, "run", run)
        bundle.main()
    [made] = (tmp_path / "dist").glob("*.tar.gz")
    return made, asked


def test_a_bundle_for_another_machine_has_its_wheels_and_its_name_and_is_refused_here(for_another_machine, tmp_path):
    made, asked = for_another_machine
    assert made.name.endswith(f"-{OTHER_MACHINE}.tar.gz")
    # Those of four Pythons, and pip itself.
    platforms = [[word for word in command if word.startswith("--platform=")] for command in asked]
    assert len(platforms) == 5
    assert [word for words in platforms for word in words or [""] if not word.endswith(f"_{OTHER_MACHINE}")] == []
    (tmp_path / "unpacked").mkdir()
    told = refused(bundles.unpack(made, tmp_path / "unpacked"))
    assert told == f"install.sh: this bundle is for {OTHER_MACHINE}, and this machine is {platform.machine()}.\n"
    # Nothing was begun that somebody would have to clear away.
    assert not (tmp_path / "unpacked/opt").exists()


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "deploy/systemd").iterdir()))
def test_systemd_finds_no_fault_with_a_unit(installed, name):
    units = installed / "root/etc/systemd/system"
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(units / name)], capture_output=True, text=True)
    ours = [line for line in done.stderr.splitlines() if "zhucun" in line]
    assert (done.returncode, ours) == (0, [])


def unit(name: str) -> configparser.RawConfigParser:
    """A unit of ours; of settings that come more than once the last one."""
    read = configparser.RawConfigParser(strict=False)
    read.optionxform = str
    read.read(ROOT / "deploy/systemd" / name)
    return read


def started_by(name: str) -> list[list[str]]:
    """The words behind `zhucun` in each command line that a service runs, itself or in a script of ours."""
    text = (ROOT / "deploy/systemd" / name).read_text()
    given = dict(re.findall(r"^Environment=(\w+)=(.*)$", text, re.MULTILINE))
    [line] = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
    program, *words = shlex.split(re.sub(r"\$\{(\w+)\}", lambda found: given[found[1]], line))
    file = Path(program).relative_to(CURRENT)
    if file == Path(".venv/bin/zhucun"):
        return [words]
    assert os.access(ROOT / file, os.X_OK)
    # What the shell does with its status comes behind a bar.
    return [shlex.split(line) for line in re.findall(r'^"\$zhucun" ([^|\n]+)', (ROOT / file).read_text(), re.MULTILINE)]


@pytest.mark.parametrize(("name", "expected"), [
    ("zhucun.service", [("serve", {"bind": "127.0.0.1:8000", "workers": 1, "threads": 8})]),
    ("zhucun-roll.service", [("roll", {})]),
    ("zhucun-retention.service", [("retention", {})]),
    # Made, and then proved.
    ("zhucun-backup.service", [("backup", {"path": Path("$file"), "check": False}),
                               ("backup", {"path": Path("$file"), "check": True})]),
], ids=lambda value: value if isinstance(value, str) else "")
def test_a_service_runs_commands_that_there_are_with_options_that_they_take(name, expected):
    found = []
    for command, *words in started_by(name):
        known = cli.get_command(None, command)
        assert known is not None, command
        # Raises where an option is unknown, or a value is none.
        found.append((command, known.make_context(command, words).params))
    assert found == expected


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "deploy/systemd").glob("*.timer")))
def test_a_timer_comes_every_day_at_the_hour_that_the_documentation_gives(name):
    timer = unit(name)["Timer"]
    # A Friday, so that a timer of working days would leave a gap, and shortly before a 31st and a new year.
    base = datetime(2026, 12, 25, tzinfo=SHANGHAI)
    done = subprocess.run(["systemd-analyze", "calendar", "--iterations=14", f"--base-time=@{base.timestamp():.0f}",
                           timer["OnCalendar"]], env={**BARE, "TZ": "UTC"}, capture_output=True, text=True, check=True)
    moments = [datetime.fromisoformat(f"{moment}+00:00").astimezone(SHANGHAI) for moment in re.findall(
        r"(?:Next elapse|Iter\. #\d+): \w+ ([\d-]+ [\d:]+) UTC", done.stdout)]
    assert moments == [moments[0] + timedelta(days=day) for day in range(14)]
    assert moments[0] - base < timedelta(days=1)
    for path in ("docs/deploy.md", "docs/deploy.zh.md"):
        assert f"| `{name}` | {moments[0]:%H:%M} |" in (ROOT / path).read_text()
    # A machine that was off at that hour makes up for it.
    assert timer["Persistent"] == "yes"


def test_every_timer_has_its_service_and_only_the_server_starts_by_itself():
    folder = ROOT / "deploy/systemd"
    timers = {path.stem for path in folder.glob("*.timer")}
    assert {path.stem for path in folder.glob("*.service")} == timers | {"zhucun"}
    assert timers == {"zhucun-roll", "zhucun-retention", "zhucun-backup"}
    for path in folder.iterdir():
        assert unit(path.name).has_section("Install") == (path.suffix == ".timer" or path.stem == "zhucun")


def test_settings_and_the_short_command_are_put_in_place_once(installed):
    root = installed / "root"
    settings = root / "etc/zhucun.env"
    assert settings.read_text() == (ROOT / "deploy/zhucun.env.example").read_text()
    assert settings.stat().st_mode & 0o777 == 0o600
    command = (root / "usr/local/sbin/zhucun").read_text()
    assert f"{installed}/opt/current/.venv/bin/zhucun" in command and "/opt/zhucun/" not in command
    assert (root / "usr/local/sbin/zhucun").stat().st_mode & 0o111


class Upstream(BaseHTTPRequestHandler):
    """Answers anything, with the id that a request of ours has."""

    def do_GET(self):
        if self.path.startswith("/away"):
            self.close_connection = True
            return
        self.server.seen.append({name.lower(): value for name, value in self.headers.items()})
        self.send_response(200)
        self.send_header("X-Request-Id", "0123abcd")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *arguments):
        pass


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def proxied(tmp_path):
    """nginx with our example before a stand-in for the server: (its HTTPS port, its log's lines, what came through)."""
    upstream = HTTPServer(("127.0.0.1", 0), Upstream)
    upstream.seen = []
    threading.Thread(target=upstream.serve_forever, daemon=True).start()
    (tmp_path / "log").mkdir()
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                    "/CN=zhucun.example.gov.cn", "-keyout", "privkey.pem", "-out", "fullchain.pem"],
                   cwd=tmp_path, check=True, capture_output=True)
    plain, secure = free_port(), free_port()
    text = (ROOT / "deploy/nginx.conf").read_text()
    # A name space of addresses of its own: only the ports and the folders are others.
    for old, new in (("127.0.0.1:8000", f"127.0.0.1:{upstream.server_port}"), ("listen 80;", f"listen {plain};"),
                     ("listen 443 ", f"listen {secure} "), ("/etc/ssl/zhucun", str(tmp_path)),
                     ("/var/log/zhucun", str(tmp_path / "log"))):
        assert old in text
        text = text.replace(old, new)
    text = "\n".join(line for line in text.splitlines() if "[::]" not in line)
    user = "user root;\n" if os.geteuid() == 0 else ""
    (tmp_path / "nginx.conf").write_text(
        f"{user}daemon off;\npid {tmp_path}/nginx.pid;\nerror_log {tmp_path}/start.log;\nevents {{}}\n"
        f"http {{\n{text}\n}}\n")
    command = [shutil.which("nginx", path=BARE["PATH"]), "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
    tried = subprocess.run([*command, "-t"], capture_output=True, text=True)
    assert tried.returncode == 0, tried.stderr
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        wait_for(plain)
        yield plain, secure, tmp_path / "log", upstream.seen
    finally:
        server.terminate()
        server.wait(20)
        upstream.shutdown()
        upstream.server_close()


def wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"nobody listens on {port}")


def curl(port: int, path: str, *arguments: str) -> str:
    scheme = "http" if "--plain" in arguments else "https"
    done = subprocess.run(["curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Host: zhucun.example.gov.cn",
                           *(one for one in arguments if one != "--plain"), f"{scheme}://127.0.0.1:{port}{path}"],
                          capture_output=True, text=True, check=True)
    return done.stdout


def test_the_proxys_log_tells_what_the_law_asks_for_and_no_secret(proxied):
    plain, secure, log, seen = proxied
    assert curl(secure, "/api/v1/cadres?name=SECRET1", "-H", "Authorization: Bearer SECRET2", "-H",
                "Cookie: zhucun_session=SECRET3", "-H", "Referer: https://zhucun.example.gov.cn/?q=SECRET4", "-A",
                "SECRET5", "-d", '{"password": "SECRET6"}') == "200"
    assert curl(secure, "/r/SECRET7") == "200"
    assert curl(secure, "/a%22%0a%7b?SECRET8") == "200"
    assert curl(secure, "/metrics?SECRET9") == "404"
    assert curl(plain, "/phone/?SECRET10", "--plain") == "301"
    # Headers still reach the server; only the log leaves them out.
    assert (seen[0]["authorization"], seen[0]["x-forwarded-for"]) == ("Bearer SECRET2", "127.0.0.1")
    lines = [json.loads(line) for line in wait_for_lines(log / "access.log", 5)]
    assert [(line["method"], line["path"], line["status"]) for line in lines] == [
        ("POST", "/api/v1/cadres", 200), ("GET", "/r/", 200), ("GET", "/a%22%0a%7b", 200), ("GET", "/metrics", 404),
        ("GET", "/phone/", 301)]
    assert (lines[0]["client"], lines[0]["request_id"]) == ("127.0.0.1", "0123abcd")
    assert {"time", "port", "host", "tls", "sent", "seconds"} <= lines[0].keys()
    assert "SECRET" not in "".join(path.read_text() for path in log.iterdir())


@pytest.mark.parametrize("path, kept", [
    ("/api/v1/ballots", "/api/v1/ballots"), ("/api/v1/ballot-papers", "/api/v1/ballot-papers"),
    # The key of a recording says of which village the questions are that somebody has before them.
    ("/api/v1/recordings/0e8dd5d7-6c5b-4dd1-9f5c-4a1f4bd3b2d1", "/api/v1/recordings/")])
def test_the_proxys_log_says_of_a_ballot_only_that_somebody_called(proxied, path, kept):
    _plain, secure, log, _seen = proxied
    curl(secure, path)
    [line] = [json.loads(line) for line in wait_for_lines(log / "access.log", 1)]
    assert (line["path"], line["status"], line["sent"], line["seconds"]) == (kept, None, None, None)


def test_a_server_that_is_away_leaves_no_query_in_the_proxys_log_of_errors(proxied):
    _plain, secure, log, _seen = proxied
    # Both are what nginx complains about itself, each time with the whole request.
    assert curl(secure, "/away?SECRET") == "502"
    assert curl(secure, "/static/x?SECRET", "--http1.1", "-H", "Content-Length: 99999999", "-d", "x") == "413"
    assert [json.loads(line)["status"] for line in wait_for_lines(log / "access.log", 2)] == [502, 413]
    assert "SECRET" not in "".join(path.read_text() for path in log.iterdir())


def wait_for_lines(path: Path, count: int) -> list[str]:
    for _ in range(100):
        lines = path.read_text().splitlines()
        if len(lines) >= count:
            return lines
        time.sleep(0.05)
    raise AssertionError(f"{path} has only {lines}")


def test_logs_are_kept_for_six_months_and_not_by_the_rule_of_the_distribution():
    text = (ROOT / "deploy/logrotate.conf").read_text()
    [(files, block)] = re.findall(r"^(/\S+) \{\n(.*?)^\}", text, re.MULTILINE | re.DOTALL)
    written = re.findall(r"^\s*(?:access|error)_log (\S+)", (ROOT / "deploy/nginx.conf").read_text(), re.MULTILINE)
    assert written and [path for path in written if not fnmatch(path, files)] == []
    assert files.startswith("/var/log/zhucun/")
    options = dict((line.split() + [""])[:2] for line in block.splitlines() if line.strip())
    # A file a day, however large: what else begins a new one would use the places up sooner.
    assert options.keys() & {"hourly", "daily", "weekly", "monthly", "yearly", "size", "maxsize"} == {"daily"}
    # The longest six months: March to August, and July to December.
    assert min(int(options["rotate"]), int(options.get("maxage", options["rotate"]))) >= 184
