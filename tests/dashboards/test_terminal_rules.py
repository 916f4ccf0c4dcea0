"""Tables of a terminal, where a Chinese character is two columns wide."""

import pytest

from api.dashboards.terminal_rules import change, columns, padded, percent, sparkline, table


@pytest.mark.parametrize(("text", "width"), [
    ("A1", 2), ("子营街道", 8), ("A1村", 4), ("（到）", 6), ("▁█·–", 4), ("", 0),
])
def test_a_chinese_character_is_two_columns_wide(text, width):
    assert columns(text) == width
    assert columns(padded(text, 12)) == columns(padded(text, 12, right=True)) == 12


def test_the_columns_of_a_table_begin_below_each_other():
    assert table([["区划", "率"], ["子营街道", "5.0%"], ["A", "100.0%"]], numbers=[1]) == [
        "区划          率", "子营街道    5.0%", "A         100.0%"]


@pytest.mark.parametrize(("rates", "bars"), [
    ([0, 0.5, 1], "▁▅█"),
    ([None, 0.2, None, 0.4], "·▁·█"),
    # All alike: neither high nor low.
    ([0.5, 0.5], "▅▅"),
    ([None], "·"), ([], ""),
])
def test_a_line_of_bars_runs_from_the_least_to_the_most(rates, bars):
    assert sparkline(rates) == bars


@pytest.mark.parametrize(("rate", "words"), [(None, "–"), (0, "0.0%"), (0.8749, "87.5%"), (1.25, "125.0%")])
def test_a_rate_is_told_in_per_cent(rate, words):
    assert percent(rate) == words


@pytest.mark.parametrize(("difference", "words"), [(None, "–"), (0.021, "+2.1"), (-0.5, "-50.0"), (0.0, "+0.0")])
def test_a_change_is_told_with_its_sign(difference, words):
    assert change(difference) == words
