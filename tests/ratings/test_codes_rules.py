import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.ratings.codes_rules import ALPHABET, BITS, CARD, RECEIPT, code_from, code_hash, code_of, groups

SCENE = set("!#$&'()*+,/:;=?@-._~") | set("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


def new_code(length=CARD):
    return code_from(secrets.randbits(BITS[length]), length)


def test_a_code_fits_the_scene_of_a_mini_program():
    code = new_code()
    assert len(code) == 28 and set(code) <= SCENE and [len(one) for one in groups(code)] == [4] * 7


def test_codes_hold_128_random_bits():
    codes = [new_code() for _ in range(2000)]
    assert len(set(codes)) == 2000
    # The first character carries the three bits that are left over from 25 times five.
    assert {code[0] for code in codes} == set("01234567")
    assert all({code[place] for code in codes} == set(ALPHABET) for place in range(1, CARD))


@pytest.mark.parametrize("length", (CARD, RECEIPT))
def test_what_is_typed_loosely_is_the_same_code(length):
    code = new_code(length)
    wide = "".join(chr(ord(character) + 0xFEE0) for character in code)
    for typed in (code, code.lower(), "-".join(groups(code)), " ".join(groups(code)), f" {code}\n", wide,
                  code.replace("0", "O").replace("1", "l")):
        assert code_of(typed, length) == code


@given(st.integers(0, CARD + 1), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_found(place, other):
    code = new_code()
    changed = code[:place] + other + code[place + 1:]
    assert code_of(changed) == (code if changed == code else None)


@given(st.integers(0, CARD - 2))
def test_two_swapped_characters_are_found(place):
    code = new_code()
    changed = code[:place] + code[place + 1] + code[place] + code[place + 2:]
    assert code_of(changed) == (code if changed == code else None)


@pytest.mark.parametrize("typed", ("", "A", "0" * 27, "0" * 29, "U" * 28, "评" * 28, "\x00" * 28, "0" * 10_000))
def test_what_cannot_be_a_code_is_none(typed):
    assert code_of(typed) is None


def test_only_the_same_code_has_the_same_hash():
    assert code_hash(new_code()) != code_hash(new_code()) and len(code_hash(new_code())) == 32
