"""What can go wrong in a verification: the input is unusable, or a check fails."""


class Unusable(Exception):
    """The input is not something that can be verified at all; the command line ends with status 2."""


class Broken(Exception):
    """A check failed; `str()` says what was found."""


class NotReached(Exception):
    """A check has nothing to look at, and `str()` says why: it neither passes nor fails."""


class NotGiven(NotReached):
    """A check that matters was not made, because what it compares with was withheld: the verdict says so."""


class Remark(str):
    """What a check that passed found, where a reader of the verdict must not overlook it."""

    __slots__ = ()
