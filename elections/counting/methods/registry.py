"""Every method by the name that bylaws, the command line and the reports use."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from elections.counting.errors import BadInput
from elections.counting.methods.schulze import schulze
from elections.counting.methods.settings import Settings
from elections.counting.outcome import Outcome
from elections.counting.profile import Measure, Profile

Run = Callable[[Profile, Settings], Outcome]


@dataclass(frozen=True)
class Method:
    """A counting method: its name, its title for people, and the function that counts."""

    name: str
    title: str
    run: Run
    measure: Measure | None = None
    proportional: bool = False
    comparison_only: bool = False


def _order(count: Callable[[Profile], Outcome]) -> Run:
    """Make a method of a function that needs no settings."""
    return lambda profile, _settings: count(profile)


METHODS = (
    Method("schulze", "Schulze (winning votes)", _order(schulze), Measure.WINNING_VOTES),
    Method("schulze-margins", "Schulze (margins)", _order(partial(schulze, measure=Measure.MARGINS)), Measure.MARGINS),
)


def named(names: str) -> tuple[Method, ...]:
    """Return the methods of a list separated by commas, or with `all` every one; raises BadInput for an unknown
    name.
    """
    known = {method.name: method for method in METHODS}
    if names == "all":
        return tuple(known.values())
    chosen = []
    for name in (part.strip() for part in names.split(",")):
        if name not in known:
            raise BadInput(f"There is no method {name!r}; the methods are {', '.join(known)}.")
        chosen.append(known[name])
    return tuple(chosen)
