"""What a photo may be, and when two are the same picture."""

import pytest

from api.photos.rules import difference_hash, fitted, is_among, is_same_picture, size_problem


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


def test_a_picture_is_looked_for_among_others():
    assert is_among(7, [2**40 - 1, 3]) and not is_among(7, [2**40 - 1]) and not is_among(7, [])


@pytest.mark.parametrize(("width", "height", "expected"), [
    (8000, 6250, None), (8000, 6251, "photo_too_many_pixels"), (1, 50_000_001, "photo_too_many_pixels")])
def test_fifty_million_pixels_are_decoded_and_not_one_more(width, height, expected):
    assert size_problem(width, height) == expected


@pytest.mark.parametrize(("size", "expected"), [
    ((4000, 3000), (320, 240)), ((3000, 4000), (240, 320)), ((100, 50), (100, 50)), ((50_000, 10), (320, 1)),
    ((1, 1), (1, 1))])
def test_a_picture_is_fitted_into_a_square_and_never_enlarged(size, expected):
    assert fitted(*size, 320) == expected
