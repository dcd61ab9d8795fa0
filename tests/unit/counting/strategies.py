"""Random electorates: ties, truncation, weights, cycles."""

from hypothesis import strategies as st

from elections.counting.rankings import Rankings, rankings_of

NAMES = "ABCDEFGHIJ"


@st.composite
def electorates(draw: st.DrawFn, smallest: int = 2, largest: int = 6, *, linear: bool = False) -> Rankings:
    count = draw(st.integers(smallest, largest))
    row = (
        st.permutations(range(1, count + 1))
        if linear
        else st.lists(st.integers(0, count), min_size=count, max_size=count)
    )
    rows = draw(st.lists(row, min_size=1, max_size=9))
    weights = draw(st.lists(st.integers(1, 5), min_size=len(rows), max_size=len(rows)))
    return rankings_of(NAMES[:count], rows, weights)
