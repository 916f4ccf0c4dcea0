"""Photos on the phone: made small and clean in the page, kept until the server has both record and photo."""

import base64
import hashlib
from datetime import UTC, datetime
from io import BytesIO
from uuid import uuid4

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.photos.pictures import encoded, from_a_camera

PHOTOS, DECLARATIONS = "**/api/v1/photos/*", "**/api/v1/declarations"
# The page's own modules, with a record that names a photo.
KEEP = """async ({ data, type }) => {
  const [{ openStore }, { Outbox }, { userOnDevice }, { shrunk }] = await Promise.all(
    ['store', 'outbox', 'session', 'shrink'].map((name) => import(`/static/shared/${name}.js`)));
  const outbox = new Outbox({ store: await openStore(), userId: userOnDevice(), locate: null });
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  try {
    const photo = await shrunk(new File([bytes], 'photo', { type }));
    const { sha256 } = photo;
    await outbox.photos.add(photo);
    await outbox.add('declaration', { day: '2026-11-20', photos: [sha256, sha256] });
    return sha256;
  } catch (error) {
    return error.constructor.name;
  }
}"""
PICTURE = """async (sha256) => {
  const [{ openStore }, { userOnDevice }] = await Promise.all(
    ['store', 'session'].map((name) => import(`/static/shared/${name}.js`)));
  const data = await (await openStore()).picture(`${userOnDevice()}/${sha256}`);
  return data && btoa([...new Uint8Array(data)].map((byte) => String.fromCharCode(byte)).join(''));
}"""


def keep(page, data: bytes, type: str = "image/jpeg") -> str:
    return page.evaluate(KEEP, {"data": base64.b64encode(data).decode(), "type": type})


def picture(page, sha256: str) -> bytes | None:
    data = page.evaluate(PICTURE, sha256)
    return data and base64.b64decode(data)


@pytest.fixture
def page(site, open_context):
    """A phone whose declarations are taken, photos and all."""
    page = open_context(site.cadre()).new_page()
    page.route(DECLARATIONS, lambda route: route.fulfill(status=201, json={"id": route.request.post_data_json["id"]}))
    with page.expect_response("**/static/phone/offline.js"):
        page.goto("/phone/")
    return page


def noise(width: int, height: int) -> Image.Image:
    """A picture that no JPEG makes small."""
    return Image.effect_noise((width, height), 120).convert("RGB")


@pytest.mark.parametrize(("data", "type", "size"), [
    (encoded(noise(3000, 2000), quality=95), "image/jpeg", None),
    (from_a_camera(size=(2000, 1500), orientation=6), "image/jpeg", (1200, 1600)),
    (encoded(Image.new("RGBA", (50, 30), (0, 0, 0, 0)), "PNG"), "image/png", (50, 30)),
], ids=["noise", "turned", "see-through"])
def test_a_photo_is_kept_small_upright_and_clean(page, data, type, size):
    page.context.set_offline(True)
    sha256 = keep(page, data, type)
    kept = picture(page, sha256)
    assert hashlib.sha256(kept).hexdigest() == sha256
    image = Image.open(BytesIO(kept))
    assert (image.format, dict(image.getexif())) == ("JPEG", {}) and len(kept) <= 300 * 1024
    assert image.size == size or size is None
    assert not any(trace in kept for trace in (b"Exif", b"GPS", b"SomebodysPhone"))
    assert image.getpixel((0, 0)) > (200, 200, 200) or type != "image/png"


def test_what_is_no_picture_is_told_at_once_and_nothing_is_kept(page):
    assert keep(page, b"a text that somebody called photo.jpg") == "Unreadable"
    assert keep(page, b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/jpeg") == "Unreadable"


def test_a_photo_goes_after_its_record_and_stays_until_both_were_answered(page, site):
    asked = []
    page.on("request", lambda request: request.method in ("PUT", "POST") and asked.append(request.method))

    def lose_the_first_answer(route):
        answer = route.fetch()
        answers.append(answer.status)
        if len(answers) == 1:
            route.abort("connectionreset")
        else:
            route.fulfill(response=answer)

    answers = []
    page.route(PHOTOS, lose_the_first_answer)
    page.context.set_offline(True)
    sha256 = keep(page, from_a_camera(7, (2000, 1500)))
    page.get_by_test_id("to-records").click()
    photos = page.get_by_test_id("record-photos")
    expect(photos).to_have_text("照片 1 张，还有 1 张没送到")
    page.context.set_offline(False)
    expect(page.get_by_test_id("record")).to_have_attribute("data-state", "sent")
    # The server has both, but this phone does not know: it keeps the photo and says so.
    expect(photos).to_have_attribute("data-left", "1")
    expect(page.get_by_label("1 条还没送到")).to_be_visible()
    assert picture(page, sha256) is not None
    page.get_by_test_id("send-now").click()
    expect(photos).to_have_text("照片都已送到")
    assert (asked, answers) == (["POST", "PUT", "PUT"], [201, 200])
    page.reload()
    expect(page.get_by_label("1 条还没送到")).to_have_count(0)


def test_a_refused_photo_is_shown_and_the_record_can_go_without(page):
    page.route(PHOTOS, lambda route: route.fulfill(status=422, json={
        "code": 422, "status": "Unprocessable Entity", "reason": "photo_broken", "message": "照片坏了。", "errors": {}}))
    keep(page, from_a_camera(8))
    page.evaluate("dispatchEvent(new Event('focus'))")
    page.get_by_test_id("to-records").click()
    record = page.get_by_test_id("record")
    expect(record).to_contain_text("照片坏了。")
    record.get_by_role("button", name="不要这些照片").click()
    expect(page.get_by_test_id("record-photos")).to_have_count(0)
    expect(record).to_have_attribute("data-state", "sent")


@pytest.mark.parametrize("size", [0, 1, 55, 56, 63, 64, 65, 1000, 300_000])
def test_the_hash_made_by_hand_is_the_browsers(page, size):
    """Over plain http a browser offers none of its own."""
    found = page.evaluate("""async (size) => {
      const { sha256 } = await import('/static/shared/sha256.js');
      const bytes = Uint8Array.from({ length: size }, (_, index) => index * 7 + 3);
      const own = await sha256(bytes.buffer);
      Object.defineProperty(crypto, 'subtle', { value: undefined });
      return [own, await sha256(bytes.buffer)];
    }""", size)
    assert found[0] == found[1] == hashlib.sha256(bytes((index * 7 + 3) % 256 for index in range(size))).hexdigest()


def test_a_picture_that_came_again_is_looked_at_and_closed_on_the_dashboard(site, open_desk):
    data, record = from_a_camera(9), str(uuid4())
    sha256 = hashlib.sha256(data).hexdigest()
    for person, id in ((site.cadre(name="先发的"), str(uuid4())), (site.cadre(name="后发的"), record)):
        site.ask(person, "/special-reports", {
            "id": id, "kind": "good_practice", "title": "做法", "text": "院坝会", "is_submitted": True,
            "captured_at": datetime.now(UTC).isoformat(), "photos": [sha256]})
    desk = open_desk(site.user("supervisor"), "?view=pictures")
    picture = desk.get_by_test_id("picture").filter(has_text="后发的")
    expect(picture).to_contain_text("先发的")
    picture.get_by_label("看过之后写一句").fill("合影，各人都发了")
    picture.get_by_role("button", name="看过了").click()
    expect(picture).to_have_count(0)
    desk.get_by_role("button", name="看过的").click()
    expect(picture).to_contain_text("合影，各人都发了")
