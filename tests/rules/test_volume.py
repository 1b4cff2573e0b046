"""The volume fuse: relative with a history, absolute without."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.volume import ENOUGH_DAYS, SMALL_DAY, fuse_limit

COUNTS = st.lists(st.integers(1, 10_000), max_size=20)


@given(COUNTS, st.integers(0, 10), st.integers(0, 10_000))
def test_without_history_the_maximum_counts_alone(usual, factor, maximum):
    limit = fuse_limit(usual, factor, maximum)
    if len(usual) < ENOUGH_DAYS:
        assert limit == (maximum or None)
    elif not factor:
        assert limit is None
    else:
        assert limit >= SMALL_DAY
        assert limit == SMALL_DAY or min(usual) <= limit <= factor * max(usual)


@given(st.lists(st.integers(51, 10_000), min_size=5), st.integers(1, 10))
def test_the_order_of_days_does_not_matter(usual, factor):
    assert fuse_limit(usual, factor, 0) == fuse_limit(sorted(usual), factor, 0)


def test_negative_is_an_error():
    with pytest.raises(ValueError, match="negative"):
        fuse_limit([], -1, 0)


@pytest.mark.parametrize(
    ("usual", "factor", "maximum", "expected"),
    [
        pytest.param([40] * 4, 5, 1000, 1000, id="four days are no history"),
        pytest.param([40] * 4, 5, 0, None, id="neither history nor maximum"),
        pytest.param([40, 60, 50, 50, 45], 5, 100, 250, id="five times the median"),
        pytest.param([40, 60, 50, 50, 45], 0, 100, None, id="no factor, no limit"),
        pytest.param([2, 3, 3, 3, 4], 5, 0, 50, id="a small day is no accident"),
        pytest.param([40, 60, 50, 50], 5, 0, None, id="even with a factor"),
    ],
)
def test_limit_of_a_day(usual, factor, maximum, expected):
    assert fuse_limit(usual, factor, maximum) == expected


def test_a_negative_maximum_is_an_error():
    with pytest.raises(ValueError, match="negative"):
        fuse_limit([], 1, -1)
