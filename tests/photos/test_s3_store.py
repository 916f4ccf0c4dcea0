"""Photos in an S3-compatible store, against a real server on this machine."""

import hashlib

import boto3
import pytest
from moto.server import ThreadedMotoServer

from api.errors import Unavailable
from api.photos.s3_store_service import S3PhotoStore, _client
from tests.photos.pictures import from_a_camera, jpeg, sha256

BUCKET = "zhucun-photos"


@pytest.fixture(scope="module")
def endpoint():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint, monkeypatch):
    """An empty bucket, as boto3 sees it."""
    for name, value in (("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test"),
                        ("AWS_DEFAULT_REGION", "us-east-1")):
        monkeypatch.setenv(name, value)
    _client.cache_clear()
    resource = boto3.resource("s3", endpoint_url=endpoint)
    bucket = resource.Bucket(BUCKET)
    bucket.create()
    yield bucket
    bucket.objects.all().delete()
    bucket.delete()
    _client.cache_clear()


@pytest.fixture
def store(bucket, endpoint, tmp_path):
    return S3PhotoStore(f"s3://{BUCKET}/county", endpoint, tmp_path)


def keys(bucket) -> list[str]:
    return sorted(one.key for one in bucket.objects.all())


def test_a_photo_lies_under_its_hash_with_what_is_served_beside_it(store, bucket):
    data = jpeg()
    name = sha256(data)
    assert (store.holds(name), store.read_original(name), store.read_served(name, "thumb")) == (False, None, None)
    store.keep(name, data, {"thumb": b"small"})
    place = f"county/{name[:2]}/{name[2:4]}/{name}"
    assert keys(bucket) == [place, f"{place}.thumb.jpg"]
    assert (store.holds(name), store.read_original(name), store.read_served(name, "thumb")) == (True, data, b"small")


def test_what_was_kept_is_never_written_over(store, bucket):
    name = hashlib.sha256(b"first").hexdigest()
    store.keep(name, b"first", {})
    before = bucket.Object(keys(bucket)[0]).last_modified
    store.keep(name, b"first", {})
    assert (store.read_original(name), bucket.Object(keys(bucket)[0]).last_modified) == (b"first", before)


def test_a_store_that_fails_asks_to_come_again(endpoint, bucket, tmp_path, store):
    for broken in (S3PhotoStore("s3://no-such-bucket", endpoint, tmp_path),
                   S3PhotoStore(f"s3://{BUCKET}", "http://127.0.0.1:9", tmp_path)):
        with pytest.raises(Unavailable) as refusal:
            broken.keep(sha256(b"x"), b"x", {})
        assert refusal.value.headers == {"Retry-After": "30"}


def test_the_application_keeps_and_serves_its_photos_there(make_app, own_county, own_database, bucket, endpoint,
                                                           tmp_path):
    app = make_app(own_database, PHOTOS=f"s3://{BUCKET}", PHOTOS_ENDPOINT=endpoint)
    client = app.test_client()
    headers = {"Authorization": f"Bearer {own_county.token(own_county.cadre('A1'))}"}
    own_county.session.commit()
    data = from_a_camera(size=(1600, 1200))
    path = f"/api/v1/photos/{sha256(data)}"
    answers = [client.put(path, data=data, headers=headers) for _turn in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    for size in ("thumb", "view"):
        served = client.get(f"{path}/{size}", headers=headers)
        assert served.status_code == 200 and b"GPS" not in served.data and b"Exif" not in served.data
    assert len(keys(bucket)) == 3 and not (tmp_path / "photos" / sha256(data)[:2]).exists()
    # What the bucket lost is taken again.
    bucket.objects.all().delete()
    assert client.get(f"{path}/view", headers=headers).status_code == 404
    assert client.put(path, data=data, headers=headers).status_code == 200
    assert len(keys(bucket)) == 3
