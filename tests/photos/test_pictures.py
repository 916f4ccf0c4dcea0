"""Reading what somebody sent as a photo: formats, lies, bombs, turns; what is served holds pixels and nothing else."""

import random
import threading
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageFile

from api.errors import Unavailable, Unprocessable
from api.photos import pictures_service
from api.photos.pictures_service import read_picture
from api.photos.rules import is_same_picture
from tests.photos.pictures import GPS, ORIENTATION, REMARK, empty_png, encoded, from_a_camera, jpeg, scene


def served(data, folder):
    return {name: Image.open(BytesIO(made)) for name, made in read_picture(data, folder=folder).sizes.items()}


def reason(data, folder) -> str | None:
    try:
        read_picture(data, folder=folder)
    except Unprocessable as refusal:
        return refusal.reason
    return None


@pytest.mark.parametrize(("format", "mode", "mimetype"), [
    ("JPEG", "RGB", "image/jpeg"), ("JPEG", "L", "image/jpeg"), ("JPEG", "CMYK", "image/jpeg"),
    ("PNG", "RGB", "image/png"), ("PNG", "RGBA", "image/png"), ("PNG", "P", "image/png"), ("PNG", "1", "image/png"),
    ("PNG", "LA", "image/png"), ("WEBP", "RGB", "image/webp"), ("WEBP", "RGBA", "image/webp")])
def test_every_kind_of_picture_is_read_and_served_as_jpeg(tmp_path, format, mode, mimetype):
    data = encoded(scene(size=(2000, 1500), mode=mode), format)
    picture = read_picture(data, folder=tmp_path)
    assert (picture.width, picture.height, picture.mimetype) == (2000, 1500, mimetype)
    sizes = {name: (one.format, one.mode, one.size) for name, one in served(data, tmp_path).items()}
    assert sizes == {"thumb": ("JPEG", "RGB", (320, 240)), "view": ("JPEG", "RGB", (1280, 960))}


def test_a_phones_picture_with_a_second_one_behind_it_is_a_jpeg(tmp_path):
    data = encoded(scene(1), "MPO", save_all=True, append_images=[scene(2)])
    assert read_picture(data, folder=tmp_path).mimetype == "image/jpeg"


def test_what_is_see_through_lies_on_white_and_sixteen_bits_of_grey_stay_grey(tmp_path):
    clear = encoded(Image.new("RGBA", (20, 20), (0, 0, 0, 0)), "PNG")
    grey = encoded(Image.new("I;16", (20, 20), 128 * 256), "PNG")
    found = [min(served(data, tmp_path)["view"].getpixel((10, 10))) for data in (clear, grey)]
    assert found[0] > 250 and 126 <= found[1] <= 130


def test_nothing_that_a_camera_wrote_is_served(tmp_path):
    data = from_a_camera()
    sent = Image.open(BytesIO(data))
    assert sent.getexif().get_ifd(GPS) and sent.info["comment"] == REMARK and b"GPSLatitude" in data
    for name, made in read_picture(data, folder=tmp_path).sizes.items():
        image = Image.open(BytesIO(made))
        assert (dict(image.getexif()), set(image.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density"}) == (
            {}, set()), name
        for trace in (b"Exif", b"GPS", b"xmp", b"SomebodysPhone", REMARK):
            assert trace not in made


@pytest.mark.parametrize("format", ["PNG", "WEBP"])
def test_nothing_of_other_formats_is_served_either(tmp_path, format):
    exif = Image.Exif()
    exif[0x010F], exif[GPS] = "SomebodysPhone", {1: "N", 2: (27.0, 13.0, 31.44)}
    data = encoded(scene(), format, exif=exif, icc_profile=b"profile" * 20)
    assert b"SomebodysPhone" in data
    for made in read_picture(data, folder=tmp_path).sizes.values():
        assert not any(trace in made for trace in (b"Exif", b"SomebodysPhone", b"profile"))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("size", [(640, 480), (6000, 4000)])
def test_a_picture_is_served_upright(tmp_path, orientation, size):
    turned = orientation >= 5
    picture = read_picture(from_a_camera(size=size, orientation=orientation), folder=tmp_path)
    assert (picture.width, picture.height) == (size[::-1] if turned else size)
    thumb = Image.open(BytesIO(picture.sizes["thumb"]))
    assert (thumb.height > thumb.width) is turned


def test_a_large_png_is_served_upright_too(tmp_path):
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    picture = read_picture(encoded(Image.new("L", (6000, 3000)), "PNG", exif=exif), folder=tmp_path)
    assert (picture.width, picture.height) == (3000, 6000)
    assert Image.open(BytesIO(picture.sizes["view"])).size == (640, 1280)


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow warns of what it skips
def test_nonsense_in_place_of_the_cameras_words_is_no_reason_to_refuse(tmp_path):
    for exif in (b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\xff\xff", b"Exif\x00\x00", b"Exif\x00\x00" + b"\xff" * 500):
        assert reason(jpeg(exif=exif), tmp_path) is None


@pytest.mark.parametrize(("data", "expected"), [
    (b"\0", "not_a_photo"), (b"a text that somebody called photo.jpg" * 50, "not_a_photo"),
    (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "not_a_photo"), (b"PK\x03\x04" + bytes(500), "not_a_photo"),
    (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "not_a_photo"),
    (encoded(scene(), "GIF"), "not_a_photo"), (encoded(scene(), "BMP"), "not_a_photo"),
    (encoded(scene(), "TIFF"), "not_a_photo"), (encoded(scene(), "PPM"), "not_a_photo"),
    (b"\xff\xd8\xff\xe0", "not_a_photo"), (b"\x89PNG\r\n\x1a\n", "not_a_photo"),
    (b"RIFF\xff\xff\xff\xffWEBPVP8 ", "not_a_photo")])
def test_what_is_no_photo_is_refused_whatever_it_calls_itself(tmp_path, data, expected):
    assert reason(data, tmp_path) == expected


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_photo_that_was_cut_off_is_refused(tmp_path, format):
    data = encoded(scene(), format)
    for tenths in range(1, 10):
        assert reason(data[:len(data) * tenths // 10], tmp_path) in ("photo_broken", "not_a_photo"), tenths


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow warns of what it skips
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_bytes_that_were_changed_end_in_a_picture_or_a_refusal(tmp_path, format):
    data, dice = encoded(scene(size=(64, 48)), format), random.Random(1)
    found = set()
    for _ in range(300):
        changed = bytearray(data)
        for _ in range(dice.randrange(1, 8)):
            changed[dice.randrange(len(changed))] = dice.randrange(256)
        found.add(reason(bytes(changed), tmp_path))
    assert found <= {None, "photo_broken", "not_a_photo", "photo_too_many_pixels"} and len(found) > 1


@pytest.mark.parametrize(("width", "height"), [(8000, 7000), (12_000, 12_000), (40_000, 20_000)])
def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path, monkeypatch, width, height):
    unpacked = []
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda image: unpacked.append(image.size))
    data = empty_png(width, height)
    assert len(data) < 1_000_000
    assert (reason(data, tmp_path), unpacked) == ("photo_too_many_pixels", [])


def test_a_bomb_in_the_words_of_a_picture_is_refused(tmp_path):
    words = b"Comment\0\0" + zlib.compress(b"a" * 50_000_000, 9)
    assert reason(empty_png(10, 10, extra=(b"zTXt", words)), tmp_path) in ("photo_broken", "not_a_photo")


def test_the_hash_knows_a_picture_that_was_recompressed_or_halved_from_others(tmp_path):
    def hash_of(data):
        return read_picture(data, folder=tmp_path).perceptual_hash

    original = hash_of(jpeg(1, (1600, 1200), quality=95))
    halved = scene(1, (1600, 1200)).resize((800, 600))
    assert is_same_picture(original, hash_of(jpeg(1, (1600, 1200), quality=40)))
    assert is_same_picture(original, hash_of(encoded(halved)))
    assert is_same_picture(original, hash_of(encoded(halved, "PNG")))
    others = [hash_of(jpeg(seed)) for seed in range(2, 30)]
    assert not any(is_same_picture(original, other) for other in others)


# --- turns -----------------------------------------------------------------------------------------------------------

def test_two_pictures_at_a_time_are_decoded_and_no_more(tmp_path, monkeypatch):
    drawing, most, lock, draw = [], [], threading.Lock(), pictures_service._draw

    def counted(image):
        with lock:
            drawing.append(image)
            most.append(len(drawing))
        try:
            return draw(image)
        finally:
            with lock:
                drawing.remove(image)

    monkeypatch.setattr(pictures_service, "_draw", counted)
    data = jpeg(1, (3000, 2000))
    threads = [threading.Thread(target=read_picture, args=(data,), kwargs={"folder": tmp_path}) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (len(most), max(most)) == (8, 2)


def test_who_waits_too_long_for_a_turn_is_told_to_come_again(tmp_path, monkeypatch):
    monkeypatch.setattr(pictures_service, "LONGEST_WAIT_S", 0)
    with pictures_service._turn(tmp_path), pictures_service._turn(tmp_path):
        with pytest.raises(Unavailable) as refusal:
            read_picture(jpeg(), folder=tmp_path)
        assert refusal.value.headers == {"Retry-After": "5"}
    assert reason(jpeg(), tmp_path) is None
