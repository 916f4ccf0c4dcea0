"""What a photo may be, and when two are the same picture."""

import pytest

from api.photos.rules import bands, difference_hash, fitted, is_same_picture, near, size_problem


@pytest.mark.parametrize(("grey", "expected"), [
    (bytes(72), 0),  # nothing is darker than its neighbour
    (bytes(range(72)), -1),  # everything is: all bits set
    (bytes([0, 1] + [0] * 70), -2**63),  # the first comparison is the highest bit
    (bytes([0] * 71 + [1]), 1),
    (bytes([0] * 9 + [5] * 63), 0),  # the end of a row is not compared with the start of the next
])
def test_a_hash_tells_where_a_picture_grows_lighter(grey, expected):
    assert difference_hash(grey) == expected


@pytest.mark.parametrize(("one", "other", "same"), [
    (0, 0, True), (0, 0b111111, True), (0, 0b1111111, False), (-1, 0, False), (-1, -1 ^ 0b111111, True),
    (-2**63, 0, True), (-2**63, 0b111111, False)])
def test_up_to_six_bits_make_no_other_picture(one, other, same):
    assert is_same_picture(one, other) is same
    assert is_same_picture(other, one) is same


@pytest.mark.parametrize("flipped", [(), (0,), (63,), (0, 1, 16, 17, 32, 48), (0, 1, 2, 3, 4, 5),
                                     (15, 31, 47, 63, 14, 30)])
@pytest.mark.parametrize("hash", [0, -1, 0x123456789ABCDEF, -2**63])
def test_the_same_picture_shares_a_quarter_of_its_hash_but_for_one_bit(hash, flipped):
    other = (hash & (2**64 - 1)) ^ sum(1 << bit for bit in flipped)
    other = other - 2**64 if other >= 2**63 else other
    assert is_same_picture(hash, other)
    assert any(mine in near(theirs) for mine, theirs in zip(bands(hash), bands(other), strict=True))


def test_the_quarters_of_a_hash_are_its_bits():
    assert bands(0x0004_0003_0002_0001) == (1, 2, 3, 4)
    assert bands(-1) == (0xFFFF,) * 4
    assert len(set(near(7))) == 17


@pytest.mark.parametrize(("width", "height", "expected"), [
    (8000, 6250, None), (8000, 6251, "photo_too_many_pixels"), (1, 50_000_001, "photo_too_many_pixels")])
def test_fifty_million_pixels_are_decoded_and_not_one_more(width, height, expected):
    assert size_problem(width, height) == expected


@pytest.mark.parametrize(("size", "expected"), [
    ((4000, 3000), (320, 240)), ((3000, 4000), (240, 320)), ((100, 50), (100, 50)), ((50_000, 10), (320, 1)),
    ((1, 1), (1, 1))])
def test_a_picture_is_fitted_into_a_square_and_never_enlarged(size, expected):
    assert fitted(*size, 320) == expected
