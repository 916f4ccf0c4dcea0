import pytest

from api.visits.linkage_rules import CadreLinks, LinkFigures, ratio


@pytest.mark.parametrize(("part", "whole", "expected"), [(0, 0, None), (0, 4, 0.0), (3, 4, 0.75), (4, 4, 1.0)])
def test_a_ratio_of_nothing_is_none(part, whole, expected):
    assert ratio(part, whole) == expected


def test_a_division_is_the_ratio_of_sums():
    figures = LinkFigures(households=8, households_linked=6)
    for one in (CadreLinks(3, 3, 0, 0), CadreLinks(15, 1, 10, 10), CadreLinks(9, 1, 9, 10), CadreLinks(1, 2, 0, 0),
                CadreLinks(0, 0, 0, 0)):
        figures.add_cadres(one)
    assert (figures.cadres, figures.cadres_meeting, figures.cadre_rate) == (5, 4, 0.8)
    # Who is no instructor has no key households to miss.
    assert (figures.instructors, figures.instructors_meeting, figures.key_rate) == (2, 1, 0.5)
    assert figures.household_rate == 0.75
