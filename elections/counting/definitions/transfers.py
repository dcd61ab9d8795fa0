"""What the two transferable votes that count in stages have in common: ties, the affiliation cap, who is elected."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from elections.counting.definitions.election import Election, Tier, Tiers
from elections.counting.definitions.scores import by_score


class StoppedByTie(Exception):
    """A tie decides something and there is no lot; the count ends."""


@dataclass
class Stages:
    """A count as far as it has come; `barred` are those whom the affiliation cap no longer leaves a seat.

    `seated` are the elected again, `gone` and `shut` the excluded and the barred: those together whom nothing put in
    an order.
    """

    election: Election
    hopeful: set[int] = field(default_factory=set)
    elected: list[int] = field(default_factory=list)
    barred: list[int] = field(default_factory=list)
    seated: list[Tier] = field(default_factory=list)
    gone: list[Tier] = field(default_factory=list)
    shut: list[Tier] = field(default_factory=list)
    earlier: list[dict[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with everybody whom the cap leaves a seat."""
        self.hopeful = set(self.election.everybody)
        self.bar()

    @property
    def vacancies(self) -> int:
        """The seats that are left."""
        return self.election.seats - len(self.elected)

    def bar(self) -> None:
        """Take out whoever has no seat left under the cap."""
        full = [one for one in sorted(self.hopeful) if not self.election.fits(one, self.elected)]
        self.barred += full
        self.shut += [tuple(full)] if full else []
        self.hopeful -= set(full)

    def elect(self, reached: Collection[int], votes: Mapping[int, int]) -> None:
        """Elect these, the most votes first, as long as there are seats and the cap allows it."""
        while self.vacancies and (waiting := [one for one in sorted(reached) if one in self.hopeful]):
            most = [one for one in waiting if votes[one] == max(votes[each] for each in waiting)]
            if len(most) > self.vacancies or not self.election.fit_together([*self.elected, *most]):
                most = [self.highest(most)]
            self.seated.append(tuple(most))
            for one in most:
                self.hopeful.remove(one)
                self.elected.append(one)
                self.bar()

    def highest(self, tied: Collection[int]) -> int:
        """Return who of the tied had more votes when they last differed, else whom the lot names first."""
        left = list(tied)
        for votes in reversed(self.earlier):
            left = [one for one in left if votes[one] == max(votes[each] for each in left)]
        return self.drawn(left)[0]

    def lowest(self, tied: Collection[int]) -> int:
        """Return who of the tied had fewer votes when they last differed, else whom the lot names last."""
        left = list(tied)
        for votes in reversed(self.earlier):
            left = [one for one in left if votes[one] == min(votes[each] for each in left)]
        return self.drawn(left)[-1]

    def drawn(self, tied: Collection[int]) -> list[int]:
        """Return the tied as the lot has them; raises StoppedByTie without a lot."""
        if len(tied) > 1 and self.election.drawn is None:
            raise StoppedByTie
        return sorted(tied, key=self.election.drawn.index) if self.election.drawn else list(tied)

    def out_together(self, votes: Mapping[int, int], surplus: int) -> list[int]:
        """Return the hopefuls with the fewest votes if all these, with any surplus, stay below the next one's votes."""
        fewest = min(votes[one] for one in self.hopeful)
        last = [one for one in sorted(self.hopeful) if votes[one] == fewest]
        others = [votes[one] for one in self.hopeful if votes[one] > fewest]
        if len(others) < max(1, self.vacancies) or fewest * len(last) + surplus >= min(others):
            return []
        return last

    def exclude(self, out: Collection[int]) -> None:
        """Take these out of the count."""
        self.hopeful.difference_update(out)
        self.gone.append(tuple(sorted(out)))

    def order(self, votes: Mapping[int, int], *, stopped: bool) -> Tiers:
        """Return the elected, the rest by votes (all tied if a tie stopped the count), then the excluded."""
        left: Tiers = (tuple(sorted(self.hopeful)),) if self.hopeful else ()
        if not stopped:
            left = by_score({one: votes[one] for one in self.hopeful})
        return (*self.seated, *left, *reversed((*self.shut, *self.gone)))
