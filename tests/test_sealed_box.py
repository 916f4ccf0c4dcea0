"""A box that whoever seals into it cannot open again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import sealed_box
from api.sealing import CannotOpen

PRIVATE, PUBLIC = sealed_box.new_keys()


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=sealed_box.LONGEST))
def test_a_text_comes_back_as_it_was_and_all_take_the_same_room(text):
    sealed = sealed_box.seal(PUBLIC, text)
    assert sealed_box.open(PRIVATE, sealed) == text
    assert len(sealed) == len(sealed_box.seal(PUBLIC, ""))


def test_the_longest_text_fits_whatever_it_is_written_in():
    longest = "𠀀" * sealed_box.LONGEST
    assert sealed_box.open(PRIVATE, sealed_box.seal(PUBLIC, longest)) == longest
    with pytest.raises(ValueError):
        sealed_box.seal(PUBLIC, longest + "a")


def test_the_same_text_is_never_sealed_to_the_same_bytes():
    assert sealed_box.seal(PUBLIC, "很好") != sealed_box.seal(PUBLIC, "很好")


def _altered(sealed: bytes) -> bytes:
    return sealed[:-1] + bytes([sealed[-1] ^ 1])


@pytest.mark.parametrize("spoil", [
    _altered, lambda sealed: sealed[:-1], lambda sealed: b"", lambda sealed: sealed[:20],
], ids=["altered", "cut off", "nothing", "too short"])
def test_what_was_spoilt_does_not_open(spoil):
    with pytest.raises(CannotOpen):
        sealed_box.open(PRIVATE, spoil(sealed_box.seal(PUBLIC, "很好")))


def test_only_the_own_private_key_opens():
    sealed = sealed_box.seal(PUBLIC, "很好")
    for other in (sealed_box.new_keys()[0], PUBLIC, b"short"):
        with pytest.raises(CannotOpen):
            sealed_box.open(other, sealed)
