import base64
import stat

import pytest

from api import sealing
from api.sealing import BadKeys, CannotOpen, Keyring

FIELD = {"table": "households", "column": "phone"}
OLD, NEW = ("old", bytes(range(32))), ("new", bytes(range(1, 33)))


def test_what_is_sealed_opens_in_its_own_place_only():
    ring = Keyring([OLD])
    key_id, sealed = ring.seal("13985201234", **FIELD, row=7)
    assert (key_id, ring.open(sealed, key_id, **FIELD, row=7)) == ("old", "13985201234")
    assert b"13985201234" not in sealed and len(sealed) <= 64
    assert ring.seal("13985201234", **FIELD, row=7)[1] != sealed  # the same number twice looks different
    for place in ({**FIELD, "row": 8}, {**FIELD, "column": "name", "row": 7}, {**FIELD, "table": "users", "row": 7}):
        with pytest.raises(CannotOpen):
            ring.open(sealed, key_id, **place)
    for altered in (sealed[:-1], b"", bytes([sealed[0] ^ 1]) + sealed[1:], sealed[:-1] + bytes([sealed[-1] ^ 1])):
        with pytest.raises(CannotOpen):
            ring.open(altered, key_id, **FIELD, row=7)


def test_after_a_rotation_both_keys_open_and_find_and_the_first_seals():
    before, after = Keyring([OLD]), Keyring([NEW, OLD])
    key_id, sealed = before.seal("13985201234", **FIELD, row=7)
    assert after.open(sealed, key_id, **FIELD, row=7) == "13985201234"
    assert before.index("13985201234", **FIELD) in after.indexes("13985201234", **FIELD)
    assert before.index("13985201234", **FIELD) != after.index("13985201234", **FIELD)
    assert after.current == after.seal("1", **FIELD, row=7)[0] == "new"
    with pytest.raises(CannotOpen):
        Keyring([NEW]).open(sealed, key_id, **FIELD, row=7)


def test_keys_are_made_once_for_their_owner_and_a_new_one_is_seen_by_whoever_runs(tmp_path):
    ring, other = Keyring.of({"VAR": str(tmp_path)}), Keyring.of({"VAR": str(tmp_path), "SEAL_KEYS": ""})
    key_id, sealed = ring.seal("13985201234", **FIELD, row=7)
    assert other.open(sealed, key_id, **FIELD, row=7) == "13985201234"
    assert [path.name for path in tmp_path.iterdir()] == [sealing.KEY_FILE]
    assert stat.S_IMODE(ring.path.stat().st_mode) == 0o600
    assert (sealing.add_key(ring.path), ring.current, other.current) == ("2", "2", "2")
    assert other.open(sealed, key_id, **FIELD, row=7) == "13985201234"
    assert stat.S_IMODE(ring.path.stat().st_mode) == 0o600


def test_keys_of_a_setting_need_no_file(tmp_path):
    coded = base64.b64encode(bytes(32)).decode()
    ring = Keyring.of({"VAR": str(tmp_path), "SEAL_KEYS": f"2026:{coded},2025:{base64.b64encode(NEW[1]).decode()}"})
    assert ([key.id for key in ring.keys], ring.path, list(tmp_path.iterdir())) == (["2026", "2025"], None, [])


@pytest.mark.parametrize("text", [
    "", "1", "1 AAAA", f"1 {'A' * 43}", f"a b c {base64.b64encode(bytes(32)).decode()}",
    f"{'x' * 17} {base64.b64encode(bytes(32)).decode()}",
    f"1 {base64.b64encode(bytes(32)).decode()}\n1 {base64.b64encode(bytes(32)).decode()}",
])
def test_bad_keys_are_refused_without_being_quoted(text):
    with pytest.raises(BadKeys) as caught:
        sealing.parse_keys(text)
    assert "AAAA" not in str(caught.value)
