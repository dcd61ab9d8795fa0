"""What the transferable-vote methods that count in stages share: who is in, who is out, ties, and the affiliation
cap.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from elections.counting.methods.settings import Settings
from elections.counting.numerals import listed
from elections.counting.outcome import Drawn, Outcome, Round
from elections.counting.tiers import Tiers, by_score


class OpenTie(Exception):
    """A tie that decides something, and no lot to decide it."""

    def __init__(self, tied: Sequence[int], purpose: str) -> None:
        super().__init__(purpose)
        self.tied = tuple(sorted(tied))
        self.purpose = purpose


@dataclass
class Standing:
    """The state of a staged count. `unit` is the fraction of a vote in which a stage's votes are whole numbers."""

    names: tuple[str, ...]
    settings: Settings
    unit: Fraction
    hopeful: list[int]
    elected: list[int] = field(default_factory=list)
    seated: list[tuple[int, ...]] = field(default_factory=list)  # The elected again, who came in level together.
    excluded: list[tuple[int, ...]] = field(default_factory=list)
    barred: list[tuple[int, ...]] = field(default_factory=list)
    skipped: list[tuple[int, str]] = field(default_factory=list)
    drawn: list[Drawn] = field(default_factory=list)
    rounds: list[Round] = field(default_factory=list)
    history: list[Mapping[int, int]] = field(default_factory=list)

    @property
    def vacancies(self) -> int:
        """How many seats are still to be filled."""
        return self.settings.seats - len(self.elected)

    def bar(self) -> list[int]:
        """Bar the hopefuls whose control group is full; return them."""
        cap, seated = self.settings.cap, [self.names[index] for index in self.elected]
        if cap is None:
            return []
        full = [index for index in self.hopeful if cap.full(self.names[index], seated)]
        self.skipped += [(index, cap.reason(self.names[index], seated)) for index in full]
        self._take_out(full, self.barred)
        return full

    def exclude(self, out: Sequence[int]) -> None:
        """Take these out of the count, all at once."""
        self._take_out(out, self.excluded)

    def elect(self, votes: Mapping[int, int], reached: Sequence[int]) -> list[int]:
        """Elect these hopefuls, the most votes first, barring whoever the cap then excludes; return the elected."""
        elected = []
        waiting = sorted(reached, key=lambda index: -votes[index])
        while waiting and self.vacancies:
            level = [index for index in waiting if votes[index] == votes[waiting[0]]]
            chosen = level if self._fit(level) else [self.pick(level, "the order of election", highest=True)]
            for index in chosen:
                self.hopeful.remove(index)
                self.elected.append(index)
                self.bar()
            self.seated.append(tuple(chosen))
            elected += chosen
            waiting = [index for index in waiting if index in self.hopeful]
        return elected

    def pick(self, tied: Sequence[int], purpose: str, *, highest: bool) -> int:
        """Return the one of several with equal votes who had more (or fewer) at the last stage where they differed.

        Where they never differed the lot decides: the first drawn is the highest. Raises OpenTie without one.
        """
        left = list(tied)
        for votes in reversed(self.history):
            best = (max if highest else min)(votes.get(index, 0) for index in left)
            left = [index for index in left if votes.get(index, 0) == best]
            if len(left) == 1:
                return left[0]
        return self.by_lot(left, purpose, highest=highest)

    def by_lot(self, tied: Sequence[int], purpose: str, *, highest: bool) -> int:
        """Return the first drawn (or the last) of the tied; raises OpenTie without a lot."""
        if len(tied) == 1:
            return tied[0]
        if self.settings.lot is None:
            raise OpenTie(tied, purpose)
        order = sorted(tied, key=self._place)
        self.drawn.append(Drawn(tuple(sorted(tied)), tuple(order), purpose))
        return order[0] if highest else order[-1]

    def harmless(self, votes: Mapping[int, int], surplus: int) -> list[int]:
        """Return the lowest hopefuls who may be excluded together, because the next one stays above all of them anyway.

        They are those with the fewest votes, if their votes and all surplus together stay below the next candidate's,
        and if enough hopefuls remain. It is for methods in which it does not matter later who went first.
        """
        lowest = self.lowest(votes)
        fewest = votes[lowest[0]]
        above = [votes[index] for index in self.hopeful if votes[index] > fewest]
        enough = len(self.hopeful) - len(lowest) >= self.vacancies
        return lowest if enough and above and fewest * len(lowest) + surplus < min(above) else []

    def lowest(self, votes: Mapping[int, int]) -> list[int]:
        """Return the hopefuls with the fewest votes."""
        fewest = min(votes[index] for index in self.hopeful)
        return [index for index in self.hopeful if votes[index] == fewest]

    def outcome(self, votes: Mapping[int, int], tie: OpenTie | None = None) -> Outcome:
        """Return what was decided: the elected in order, whoever is left by votes, then the excluded from the last.

        Those share a tier who were elected in one stage with equal votes, or who were taken out together.
        """
        left = list(self.hopeful)
        tiers: Tiers = tuple(self.seated)
        if tie is not None:
            tiers += (tuple(left),) if left else ()
        elif left:
            tiers += tuple(tuple(left[i] for i in tier) for tier in by_score([votes[index] for index in left]))
        out = (*self.barred, *self.excluded)
        notes = () if tie is None else (self._open_note(tie),)
        return Outcome(
            order=tiers + tuple(reversed(out)),
            elected=tuple(self.elected),
            rounds=tuple(self.rounds),
            drawn=tuple(self.drawn),
            skipped=tuple(self.skipped),
            open_ties=() if tie is None else (tie.tied,),
            notes=notes,
        )

    def votes_shown(self, votes: Mapping[int, int]) -> tuple[tuple[int, Fraction], ...]:
        """Return a stage's votes as numbers of votes."""
        return tuple((index, number * self.unit) for index, number in sorted(votes.items()))

    def _fit(self, level: Sequence[int]) -> bool:
        """Tell whether these, with equal votes, can all be elected: then nothing depends on their order."""
        cap = self.settings.cap
        together = [self.names[index] for index in (*self.elected, *level)]
        return len(level) <= self.vacancies and (cap is None or cap.allows(together))

    def _take_out(self, out: Sequence[int], kept: list[tuple[int, ...]]) -> None:
        self.hopeful = [index for index in self.hopeful if index not in out]
        if out:
            kept.append(tuple(sorted(out)))

    def _place(self, index: int) -> int:
        lot = self.settings.lot
        return lot.order.index(self.names[index]) if lot else 0

    def _open_note(self, tie: OpenTie) -> str:
        names = listed([self.names[index] for index in tie.tied])
        return f"The count stops at a tie for {tie.purpose}: {names}. The seed of a lot decides it."
