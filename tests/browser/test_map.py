"""The map of villages: what it draws is what the API says, near and far, with a tile server and without."""

import http.server
import json
import random
import shutil
import struct
import threading
import zlib

import pytest
from playwright.sync_api import expect

from api.auth import COOKIE
from api.geo import Position, from_wgs84
from api.postings import roster_service
from tests.browser.conftest import DESK, PHONE, expect_no_sideways_scroll
from tests.browser.site import Site
from tests.columns import as_rows
from tests.county import OFFICE

SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
NUMBER = "GS（2024）0650号"
WHERE = "document.querySelector('[data-testid=map]')"
# Villages by name with how many kilometres they lie east of the office, and north.
SPREAD = {"A1": (0, 0), "A2": (3, 1), "B1": (20, 14), "B2": (22, 15)}


def make_site(folder, template, **settings) -> Site:
    shutil.copy(template, folder / "zhucun.sqlite3")
    site = Site(f"sqlite:///{folder / 'zhucun.sqlite3'}", folder, **settings)
    with site.making() as county:
        for name, (east, north) in SPREAD.items():
            roster_service.put_place(
                county.session, place=county.places[name], village=county.villages[name], name="村委会",
                latitude=OFFICE.latitude + north / 110.8, longitude=OFFICE.longitude + east / 99, datum="wgs84",
                radius_m=1000, by_id=None, now=county.now)
    return site


@pytest.fixture(scope="module")
def map_site(tmp_path_factory, sqlite_template):
    """A county whose villages lie apart, without a tile server."""
    site = make_site(tmp_path_factory.mktemp("map"), sqlite_template)
    yield site
    site.stop()


@pytest.fixture
def site(map_site):
    return map_site


def drawn(page) -> list[dict]:
    """What stands on the map: position, and how many villages where it is a cluster."""
    return page.evaluate(f"""{WHERE}.shown.getLayers().map((one) => ({{
        latitude: one.getLatLng().lat, longitude: one.getLatLng().lng,
        villages: one.getRadius ? 1 : Number(one.getElement().querySelector('b').textContent) }}))""")


def go_to(page, zoom: float, latitude: float = OFFICE.latitude, longitude: float = OFFICE.longitude) -> None:
    page.evaluate(f"{WHERE}.map.setView([{latitude}, {longitude}], {zoom}, {{ animate: false }})")


@SIZES
def test_what_is_drawn_is_what_the_api_says_near_and_far(site, open_desk, size):
    leader = site.user("supervisor")
    page = open_desk(leader, "?view=map", size)
    expect(page.get_by_test_id("map")).to_have_attribute("data-state", "ready")
    expect(page.get_by_test_id("map-sketch")).to_have_text("示意图")
    villages = {one["code"]: one for one in as_rows(site.ask(leader, "/map-villages")["villages"])}
    expect(page.get_by_test_id("map-row")).to_have_count(len(villages))
    # Near enough every village stands by itself, where the API has it.
    go_to(page, 12)
    near = {(round(one["latitude"], 6), round(one["longitude"], 6)) for one in drawn(page)}
    expected = {(round(one["latitude"], 6), round(one["longitude"], 6)) for one in villages.values()}
    assert near and near <= expected
    assert (round(OFFICE.latitude, 6), round(OFFICE.longitude, 6)) in near
    # Far out they gather, and none is lost.
    go_to(page, 6)
    [cluster] = drawn(page)
    assert cluster["villages"] == len(villages)
    expect_no_sideways_scroll(page)
    page.locator(".map-cluster").click()
    expect(page.get_by_test_id("map")).not_to_have_attribute("data-drawn", "1")


@SIZES
def test_a_village_opens_from_the_map_and_from_the_list(site, open_desk, size):
    leader = site.user("supervisor")
    page = open_desk(leader, "?view=map&measure=posts_filled", size)
    expect(page.get_by_test_id("map")).to_have_attribute("data-state", "ready")
    villages = as_rows(site.ask(leader, "/map-villages?measure=posts_filled")["villages"])
    go_to(page, 13)
    spot = page.evaluate(f"""(() => {{
        const at = {WHERE}.map.latLngToContainerPoint([{OFFICE.latitude}, {OFFICE.longitude}]);
        return [at.x, at.y]; }})()""")
    page.get_by_test_id("map").click(position={"x": spot[0], "y": spot[1]})
    opened = page.get_by_test_id("map-village")
    expect(opened).to_contain_text("A1村")
    one = next(one for one in villages if one["name"] == "A1村")
    expect(opened).to_contain_text(f"{one['numerator']}")
    page.get_by_test_id("map-find").fill("B2村")
    expect(page.get_by_test_id("map-row")).to_have_count(1)
    page.get_by_test_id("map-row").focus()
    page.keyboard.press("Enter")
    expect(opened).to_have_attribute("data-code", site.county.villages["B2"].code)
    expect_no_sideways_scroll(page)
    page.get_by_test_id("map-to-table").click()
    expect(page).to_have_url(f"{site.origin}/dashboard/?view=table&division={site.county.villages['B2'].code}"
                             f"&month={site.today:%Y-%m}")


def test_another_measure_comes_without_moving_the_map(site, open_desk):
    page = open_desk(site.user("supervisor"), "?view=map")
    expect(page.get_by_test_id("map")).to_have_attribute("data-state", "ready")
    go_to(page, 12.5)
    with page.expect_response("**/api/v1/map-villages*measure=visited_year*"):
        page.get_by_test_id("map-measure").select_option("visited_year")
    expect(page.get_by_role("heading", level=1)).to_contain_text("余庆县")
    assert page.evaluate(f"{WHERE}.map.getZoom()") == 12.5


def test_a_village_without_a_place_is_said_and_stands_in_the_list(site, open_desk):
    with site.making() as county:
        name = county.new_village("B")
        roster_service.remove_place(county.session, place=county.places[name], village=county.villages[name],
                                    by_id=None, now=county.now)
    page = open_desk(site.user("supervisor"), "?view=map")
    expect(page.get_by_test_id("map-without")).to_contain_text("1 个村还没有村点")
    row = page.locator(f'[data-testid="map-row"][data-code="{site.county.villages[name].code}"]')
    expect(row).to_contain_text("没有村点")
    row.click()
    expect(page.get_by_test_id("map-village")).to_contain_text("没有村点")


@pytest.mark.parametrize("elsewhere", ["supervisor", None])
def test_a_committees_map_offers_what_the_committee_may_see_wherever_else_one_supervises(site, open_desk, elsewhere):
    with site.making() as county:
        village = county.new_village("B")
        person = county.person("village", county.villages[village])
        if elsewhere:
            county.grant(person, elsewhere, county.townships["A"])
    # The address names a measure that is not for a committee; the map shows the first that is.
    page = open_desk(person, f"?view=map&division={site.county.villages[village].code}&measure=concerns_overdue")
    expect(page.get_by_test_id("map")).to_have_attribute("data-state", "ready")
    expect(page.get_by_test_id("map-measure")).to_have_value("on_post_rate")
    for measure in ("concerns_overdue", "participation"):
        expect(page.get_by_test_id("map-measure").locator(f'option[value="{measure}"]')).to_have_count(0)
    if elsewhere:
        page.goto(f"/dashboard/?view=map&division={site.county.townships['A'].code}&measure=concerns_overdue")
        expect(page.get_by_test_id("map-measure")).to_have_value("concerns_overdue")


def made_up(count: int) -> dict:
    rng = random.Random(7)
    villages = {
        "code": [f"5203290{number:05}" for number in range(count)], "name": [f"第{number}村" for number in range(count)],
        "latitude": [27.2 + rng.uniform(-0.4, 0.4) for _ in range(count)],
        "longitude": [107.9 + rng.uniform(-0.4, 0.4) for _ in range(count)],
        "households": [rng.randint(30, 900) for _ in range(count)],
        "numerator": [rng.randint(0, 20) for _ in range(count)], "denominator": [20] * count}
    return {"measure": "on_post_rate", "topic": "presence", "month": "2026-11", "counted_on": "2026-11-20",
            "target": 1.0, "more_is_better": True, "villages": villages, "drawn": None,
            "without_place": 0, "tiles": None}


FRAMES = """async () => {
  const { map } = document.querySelector('[data-testid=map]');
  const frames = [];
  const walk = (zoom) => new Promise((done) => {
    map.setView([27.2, 107.9], zoom, { animate: false });
    let turn = 0;
    let before = performance.now();
    const step = (now) => {
      frames.push(now - before);
      before = now;
      turn += 1;
      if (turn > 60) return done();
      map.panBy([turn % 30 < 15 ? 12 : -12, 4], { animate: false });
      return requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
  for (const zoom of [9, 11, 12]) await walk(zoom);
  frames.sort((one, other) => one - other);
  const at = (share) => frames[Math.floor(frames.length * share)];
  return { frames: frames.length, median: at(0.5), p95: at(0.95) };
}"""


def test_a_thousand_villages_move(site, open_desk, record_property):
    page = open_desk(site.user("supervisor"))
    page.route("**/api/v1/map-villages*", lambda route: route.fulfill(json=made_up(1000)))
    page.goto("/dashboard/?view=map")
    expect(page.get_by_test_id("map")).to_have_attribute("data-state", "ready")
    expect(page.get_by_test_id("map-row")).to_have_count(1000)
    told = page.evaluate(FRAMES)
    # The figure is told, not asserted: no test fails by the clock.
    record_property("frame_ms", json.dumps(told))
    print(f"1,000 villages, {told['frames']} frames: median {told['median']:.1f} ms, p95 {told['p95']:.1f} ms")
    assert sum(one["villages"] for one in drawn(page)) <= 1000


def png() -> bytes:
    """One grey pixel."""
    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(b"\x00\xcc")) + chunk(b"IEND", b""))


@pytest.fixture(scope="module")
def tile_server():
    """A tile server on this machine: its origin, and what it was asked for."""
    asked = []

    class Tiles(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            content = png()
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Tiles)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def tile_site(tmp_path_factory, sqlite_template, tile_server):
    site = make_site(tmp_path_factory.mktemp("tiles"), sqlite_template, ZHUCUN_TILES_DATUM="gcj02",
                     ZHUCUN_TILES_URL=f"{tile_server[0]}/{{z}}/{{x}}/{{y}}.png", ZHUCUN_TILES_APPROVAL=NUMBER,
                     ZHUCUN_TILES_ATTRIBUTION="<b>某图</b>")
    yield site
    site.stop()


def test_with_a_tile_server_the_map_shows_its_number_and_villages_are_shifted_to_it(browser, tile_site, tile_server):
    leader, faults = tile_site.user("supervisor"), []
    context = browser.new_context(base_url=tile_site.origin, viewport={"width": 1280, "height": 800}, locale="zh-CN")
    context.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    context.add_cookies([{"name": COOKIE, "value": tile_site.token(leader), "url": tile_site.origin}])
    page = context.new_page()
    page.goto("/dashboard/?view=map")
    expect(page.get_by_test_id("map-approval")).to_have_text(f"审图号：{NUMBER} <b>某图</b>")
    expect(page.get_by_test_id("map-sketch")).to_have_count(0)
    expect(page.locator(".leaflet-tile-loaded").nth(3)).to_be_attached()
    assert all(path.endswith(".png") and path.count("/") == 3 for path in tile_server[1]) and tile_server[1]
    go_to(page, 13)
    shifted = from_wgs84(Position(OFFICE.latitude, OFFICE.longitude), "gcj02")
    nearest = min(drawn(page), key=lambda one: abs(one["latitude"] - shifted[0]) + abs(one["longitude"] - shifted[1]))
    assert (nearest["latitude"], nearest["longitude"]) == pytest.approx(shifted, abs=1e-7)
    assert abs(nearest["longitude"] - OFFICE.longitude) > 0.002
    assert faults == []
    context.close()
