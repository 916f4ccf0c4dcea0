"""Photos over HTTP and on the disk: written once, whole or not at all, served to those who may see them."""

import errno
import os
import resource
import subprocess
import sys
import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image
from sqlalchemy import func, select

from api.photos import store_service
from api.photos.models import Photo
from api.photos.store_service import PhotoStore
from tests.county import County
from tests.parallel import in_parallel
from tests.photos.pictures import GPS, empty_png, encoded, from_a_camera, jpeg, scene, sha256
from tests.test_corpus import judge

MB = 1024 * 1024


def put(client, data: bytes, *, named: str | None = None, content_type: str = "image/jpeg", **more):
    return client.put(f"/api/v1/photos/{named or sha256(data)}", data=data, content_type=content_type, **more)


@pytest.fixture
def folder(tmp_path) -> Path:
    """Where the application keeps its photos."""
    return tmp_path / "photos"


@pytest.fixture
def sender(as_user, county):
    """A cadre's client."""
    return as_user(county.cadre("A1"))


def files(folder: Path) -> list[str]:
    """What lies in the store, without the files on which processes take turns."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*")
                  if path.is_file() and not path.name.startswith(".turn"))


def rows(county) -> int:
    county.session.rollback()
    return county.session.scalar(select(func.count()).select_from(Photo))


def test_a_photo_is_stored_as_it_is_and_served_small_and_clean(sender, folder):
    data = from_a_camera(size=(2000, 1500), orientation=6)
    name = sha256(data)
    answer = put(sender, data)
    assert (answer.status_code, answer.json) == (201, {
        "sha256": name, "width": 1500, "height": 2000, "mimetype": "image/jpeg", "bytes": len(data),
        "seen_before": False})
    place = f"{name[:2]}/{name[2:4]}/{name}"
    assert (folder / place).read_bytes() == data
    assert files(folder) == [place, f"{place}.thumb.jpg", f"{place}.view.jpg"]
    for size, expected in (("thumb", (240, 320)), ("view", (960, 1280))):
        sent = sender.get(f"/api/v1/photos/{name}/{size}")
        image = Image.open(BytesIO(sent.data))
        assert (sent.status_code, sent.mimetype, image.format, image.size) == (200, "image/jpeg", "JPEG", expected)
        assert (dict(image.getexif()), dict(image.getexif().get_ifd(GPS))) == ({}, {})
        assert (sent.headers["X-Content-Type-Options"], sent.headers["Cache-Control"]) == (
            "nosniff", "private, no-cache")
        assert b"Exif" not in sent.data and b"SomebodysPhone" not in sent.data
        again = sender.get(f"/api/v1/photos/{name}/{size}", headers={"If-None-Match": sent.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    for never in (f"/api/v1/photos/{name}", f"/api/v1/photos/{name}/original"):
        assert sender.get(never).status_code in (404, 405)


def test_the_same_photo_again_changes_nothing(sender, county, folder):
    data = jpeg()
    first = put(sender, data)
    before = {name: (folder / name).stat().st_mtime_ns for name in files(folder)}
    again = put(sender, data, content_type="application/octet-stream")
    assert (first.status_code, again.status_code, again.json) == (201, 200, first.json)
    assert {name: (folder / name).stat().st_mtime_ns for name in files(folder)} == before
    assert rows(county) == 1


def test_bytes_that_were_lost_from_the_store_are_taken_again(sender, county, folder):
    data = jpeg()
    first = put(sender, data)
    for name in files(folder):
        (folder / name).unlink()
    assert sender.get(f"/api/v1/photos/{sha256(data)}/view").status_code == 404
    again = put(sender, data)
    assert (again.status_code, again.json, len(files(folder)), rows(county)) == (200, first.json, 3, 1)


def test_a_served_size_that_is_missing_is_made_again(sender, folder):
    data = from_a_camera()
    name = sha256(data)
    put(sender, data)
    kept = sender.get(f"/api/v1/photos/{name}/thumb").data
    (folder / name[:2] / name[2:4] / f"{name}.thumb.jpg").unlink()
    assert sender.get(f"/api/v1/photos/{name}/thumb").data == kept


@pytest.mark.parametrize(("data", "reason"), [
    (b"", "not_a_photo"), (b"hello", "not_a_photo"), (b"{}", "not_a_photo"), (bytes(1000), "not_a_photo"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_photo"), (b"\xff\xd8\xff", "not_a_photo"),
    (encoded(scene(), "GIF"), "not_a_photo"), (jpeg()[:5000], "photo_broken"),
    (encoded(scene(), "PNG")[:5000], "photo_broken"), (empty_png(8000, 7000), "photo_too_many_pixels"),
    (empty_png(20_000, 20_000), "photo_too_many_pixels")], ids=lambda value: value if isinstance(value, str) else "")
def test_what_is_no_whole_photo_is_refused_in_words_and_nothing_is_kept(sender, county, folder, data, reason):
    answer = put(sender, data)
    assert (answer.status_code, answer.json["reason"], judge(answer)) == (422, reason, None)
    assert (files(folder) if folder.exists() else [], rows(county)) == ([], 0)


@pytest.mark.parametrize("content_type", [
    "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_form_is_no_photo(sender, content_type):
    answer = put(sender, jpeg(), content_type=content_type)
    assert (answer.status_code, answer.json["reason"], judge(answer)) == (422, "not_a_photo", None)


@pytest.mark.parametrize("content_type", ["", "text/html", "application/json", "image/svg+xml", "image/png; x=\xff"])
def test_what_the_headers_call_a_photo_is_of_no_matter(sender, content_type):
    data = jpeg()
    answer = put(sender, data, content_type=content_type)
    assert (answer.status_code, answer.json["mimetype"]) == (201, "image/jpeg")
    assert sender.get(f"/api/v1/photos/{sha256(data)}/view").mimetype == "image/jpeg"


def test_bytes_under_another_hash_are_refused(sender, county):
    for data in (jpeg(), jpeg() + b"x", b"hello"):
        answer = put(sender, data, named="0" * 64)
        assert (answer.status_code, answer.json["reason"], judge(answer)) == (422, "photo_hash", None)
    assert rows(county) == 0


@pytest.mark.parametrize("name", [
    "0", "x" * 64, "A" * 64, "0" * 63, "0" * 65, "%00" * 64, "../" * 20, "%2e%2e%2f" * 8, "０" * 64, "0" * 64 + "%0a"])
def test_what_is_no_hash_names_nothing(sender, name):
    for answer in (sender.put(f"/api/v1/photos/{name}", data=jpeg()), sender.get(f"/api/v1/photos/{name}/view")):
        assert (answer.status_code, judge(answer)) == (404, None)


def test_more_than_twenty_megabytes_are_not_read(sender, folder):
    photo = jpeg()
    for more in (1, 2, MB):
        said = put(sender, photo + bytes(20 * MB - len(photo) + more))
        assert (said.status_code, said.json["reason"], judge(said)) == (413, "too_large", None)

    class Endless:
        """A body of unknown length that never ends."""

        def __init__(self):
            self.read_bytes = 0

        def read(self, size=-1):
            # Reading all that there is would never come back.
            assert size >= 0
            self.read_bytes += size
            return bytes(size)

        def readline(self, size=-1):
            return self.read(size)

    body = Endless()
    unsaid = sender.put(f"/api/v1/photos/{'0' * 64}", content_type="image/jpeg", environ_overrides={
        "wsgi.input": body, "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"})
    assert (unsaid.status_code, unsaid.json["reason"]) == (413, "too_large")
    assert body.read_bytes < 25 * MB and not folder.exists()


def test_a_photo_just_below_the_limit_is_taken(sender):
    # What follows the end of a JPEG belongs to the file, and to its hash.
    data = jpeg()
    data += bytes(20 * MB - len(data))
    assert put(sender, data).json["bytes"] == 20 * MB


# --- seen before -----------------------------------------------------------------------------------------------------

def test_the_same_picture_sent_smaller_within_half_a_year_is_marked(as_user, county, clock):
    one, other = as_user(county.cadre("A1")), as_user(county.cadre("B1"))
    original, smaller = jpeg(1, (1600, 1200)), encoded(scene(1, (1600, 1200)).resize((800, 600)), quality=60)
    assert put(one, original).json["seen_before"] is False
    assert put(other, jpeg(2)).json["seen_before"] is False
    clock.now += timedelta(days=1)
    marked = put(other, smaller)
    assert (marked.status_code, marked.json["seen_before"]) == (201, True)
    # Repeating stays repeating, for the first one too; the very bytes of somebody else are seen before.
    assert put(other, smaller).json == marked.json
    assert put(one, original).json["seen_before"] is False
    assert put(other, original).json["seen_before"] is True


@pytest.mark.parametrize(("days", "expected"), [(180, True), (181, False)])
def test_after_half_a_year_a_picture_is_new_again(sender, county, clock, days, expected):
    original = jpeg(1)
    put(sender, original)
    county.session.get(Photo, sha256(original)).stored_at = clock.now - timedelta(days=days)
    county.session.commit()
    assert put(sender, jpeg(1, quality=50)).json["seen_before"] is expected


# --- who may see it --------------------------------------------------------------------------------------------------

def test_a_notice_is_seen_by_those_whom_the_errand_concerns(as_user, county):
    there, not_there = county.cadre("A1"), county.cadre("A1")
    officer = county.person("supervisor", county.townships["A"])
    notice = jpeg()
    client = as_user(officer)
    # The record is complete without its photo, which comes later, from somebody else's machine.
    answer = client.post("/api/v1/errands", json={
        "id": str(uuid4()), "kind": "errand", "title": "镇里开会", "from_on": "2026-11-24", "to_on": "2026-11-24",
        "cadre_ids": [there.cadre.id], "notice_sha256": sha256(notice)})
    assert answer.status_code == 201
    path = f"/api/v1/photos/{sha256(notice)}/thumb"
    assert client.get(path).status_code == 404
    uploader = county.person("village", county.villages["B1"])
    assert put(as_user(uploader), notice).status_code == 201
    may = (uploader, officer, there, county.person("supervisor"))
    may_not = (not_there, county.person("supervisor", county.townships["B"]), county.person("admin"),
               county.person("auditor"), county.person("village", county.villages["A1"]), county.person())
    assert [as_user(person).get(path).status_code for person in may] == [200] * 4
    assert [as_user(person).get(path).status_code for person in may_not] == [404] * 6


def test_a_stranger_neither_sends_nor_sees(client, sender):
    data = jpeg()
    put(sender, data)
    assert (put(client, data).status_code, client.get(f"/api/v1/photos/{sha256(data)}/view").status_code) == (401, 401)


# --- on the disk -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
@pytest.mark.parametrize("call", range(1, 8))
def test_a_disk_that_fails_at_any_moment_keeps_nothing_half_written(sender, county, folder, monkeypatch, fault, call):
    """Of the seven things that are made durable (three files, four folders), one fails."""
    calls, fsync = [], os.fsync

    def failing(descriptor):
        calls.append(descriptor)
        if len(calls) == call:
            raise OSError(fault, os.strerror(fault))
        fsync(descriptor)

    data = jpeg()
    monkeypatch.setattr(store_service.os, "fsync", failing)
    answer = put(sender, data)
    monkeypatch.undo()
    expected = (503, "unavailable") if fault == errno.EIO else (507, "storage_full")
    assert (answer.status_code, answer.json["reason"]) == expected
    assert (answer.headers["Retry-After"], judge(answer) is None or answer.status_code >= 500) == ("5", True)
    assert (rows(county), [name for name in files(folder) if ".drafts" in name]) == (0, [])
    # What has its name already is whole, and sending again is all that is needed.
    assert put(sender, data).status_code == 201
    assert (len(files(folder)), sender.get(f"/api/v1/photos/{sha256(data)}/view").status_code) == (3, 200)


def test_the_name_comes_after_the_bytes_are_durable_and_the_answer_after_the_name(sender, monkeypatch):
    happened, fsync, replace = [], os.fsync, Path.replace

    def noted(descriptor):
        happened.append("file" if os.path.isfile(f"/proc/self/fd/{descriptor}") else "folder")
        fsync(descriptor)

    monkeypatch.setattr(store_service.os, "fsync", noted)
    monkeypatch.setattr(Path, "replace", lambda path, target: happened.append("name") or replace(path, target))
    assert put(sender, jpeg()).status_code == 201
    assert happened == ["file", "name"] * 3 + ["folder"] * 4


def test_a_process_that_meets_the_end_of_the_disk_leaves_no_draft(tmp_path):
    """A real write that fails half-way: the process may write no file beyond 100 KB."""
    script = ("import sys, pathlib; from api.photos.store_service import PhotoStore; "
              "PhotoStore(pathlib.Path(sys.argv[1])).keep('ab' * 32, bytes(300_000), {'thumb': bytes(100)})")
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=False,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)))
    assert done.returncode == 1 and "File too large" in done.stderr
    assert files(tmp_path) == [f"ab/ab/{'ab' * 32}.thumb.jpg"]
    assert not PhotoStore(tmp_path).holds("ab" * 32)


def test_a_draft_of_a_machine_that_stopped_is_cleared_away_later(tmp_path):
    store, left = PhotoStore(tmp_path), tmp_path / ".drafts"
    left.mkdir()
    for name, age_s in (("old", 7200), ("young", 60)):
        (left / name).write_bytes(b"half")
        os.utime(left / name, (time.time() - age_s,) * 2)
    store.keep("ab" * 32, b"whole", {})
    assert files(tmp_path) == [".drafts/young", f"ab/ab/{'ab' * 32}"]


def test_one_photo_from_several_at_once_is_kept_once(own_county: County, make_app, own_database):
    person = own_county.cadre("A1")
    headers = {"Authorization": f"Bearer {own_county.token(person)}"}
    own_county.session.commit()
    app, data = make_app(own_database), jpeg(1, (2000, 1500))

    def send():
        answer = put(app.test_client(), data, headers=headers)
        return answer.status_code, answer.json

    results = in_parallel([send] * 4)
    assert sorted(status for status, _json in results) == [200, 200, 200, 201]
    assert all(json == results[0][1] for _status, json in results)
    assert rows(own_county) == 1


def test_a_check_in_does_not_wait_for_a_photo_that_is_being_decoded(own_county, make_app, own_database, monkeypatch):
    """SQLite has one writer at a time: a picture must not hold its turn while it is looked at."""
    person = own_county.cadre("A1")
    headers = {"Authorization": f"Bearer {own_county.token(person)}"}
    own_county.session.commit()
    app, read, meanwhile = make_app(own_database), store_service.PhotoStore.keep, []

    def slow(store, *arguments):
        with app.test_client() as client:
            meanwhile.append(client.post("/api/v1/declarations", headers=headers, json={
                "id": str(uuid4()), "day": "2026-11-20", "captured_at": "2026-11-20T09:59:00+08:00"}).status_code)
        read(store, *arguments)

    monkeypatch.setattr(store_service.PhotoStore, "keep", slow)
    with app.test_client() as client:
        assert put(client, jpeg(), headers=headers).status_code == 201
    assert meanwhile == [201]


def test_a_process_that_is_killed_leaves_whole_photos_or_none(tmp_path):
    script = ("import hashlib, itertools, pathlib, sys; from api.photos.store_service import PhotoStore\n"
              "store = PhotoStore(pathlib.Path(sys.argv[1]))\n"
              "for number in itertools.count():\n"
              "    data = str(number).encode() * 100_000\n"
              "    name = hashlib.sha256(data).hexdigest()\n"
              "    store.keep(name, data, {'thumb': data[:1000]})\n"
              "    print(name, flush=True)\n")
    answered = []
    for wait_s in (0.05, 0.11, 0.17):
        process = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        answered.append(process.stdout.readline().strip())
        time.sleep(wait_s)
        process.kill()
        answered += process.communicate()[0].split()
    store = PhotoStore(tmp_path)
    assert {name for name in answered if not store.holds(name)} == set()
    kept = [path for path in tmp_path.rglob("*") if len(path.name) == 64]
    assert [path for path in kept if sha256(path.read_bytes()) != path.name] == [] != kept
    assert all(store.read_served(path.name, "thumb") for path in kept)
