"""A contest as the manifest publishes it: seats, method, candidates with their control groups, and the cap (SPEC 3)."""

from collections.abc import Iterable
from dataclasses import dataclass

from elections.crypto.errors import Malformed, Unsupported
from elections.crypto.exact_json import Json, array, fields, natural, string, strings

UNRANKED = "last"


@dataclass(frozen=True, slots=True)
class ManifestCandidate:
    """A candidate as on the ballot; `groups` are the control groups that a cap on affiliations counts."""

    name: str
    affiliations: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if list(self.groups) != sorted(set(self.groups)):
            raise Malformed(f"The control groups of {self.name[:60]!r} are not sorted, or one stands twice.")

    def to_value(self) -> Json:
        """Return the JSON value."""
        return {"name": self.name, "affiliations": list(self.affiliations), "groups": list(self.groups)}

    @classmethod
    def from_value(cls, value: Json) -> "ManifestCandidate":
        """Read the JSON value."""
        entry = fields(value, "name", "affiliations", "groups")
        return cls(string(entry["name"]), strings(entry["affiliations"]), strings(entry["groups"]))


@dataclass(frozen=True, slots=True)
class Sitting:
    """How many seats of the body a control group holds already and keeps."""

    group: str
    seats: int

    def to_value(self) -> Json:
        """Return the JSON value."""
        return {"group": self.group, "seats": self.seats}

    @classmethod
    def from_value(cls, value: Json) -> "Sitting":
        """Read the JSON value."""
        entry = fields(value, "group", "seats")
        return cls(string(entry["group"]), natural(entry["seats"]))

    @classmethod
    def of(cls, seats: Iterable[tuple[str, int]]) -> tuple["Sitting", ...]:
        """Return these numbers of seats as the manifest lists them: sorted by group, without those that hold none."""
        return tuple(cls(group, number) for group, number in sorted(seats) if number)


@dataclass(frozen=True, slots=True)
class ManifestContest:
    """One contest: how many seats, by which method, and the order in which the lot places the candidates.

    `cap` is the most seats that one control group may hold, those of `sitting` counted; None where there is no cap.
    """

    title: str
    seats: int
    method: str
    candidates: tuple[ManifestCandidate, ...]
    order: tuple[int, ...]
    cap: int | None = None
    sitting: tuple[Sitting, ...] = ()

    def __post_init__(self) -> None:
        if sorted(self.order) != list(range(len(self.candidates))):
            raise Malformed(f"The order of contest {self.title[:60]!r} does not place each candidate once.")
        if not 1 <= self.seats <= len(self.candidates):
            raise Malformed(
                f"Contest {self.title[:60]!r} has {self.seats} seats for {len(self.candidates)} candidates."
            )
        if self.cap is not None and self.cap < 1:
            raise Malformed(f"The cap of contest {self.title[:60]!r} leaves nobody a seat.")
        groups = [entry.group for entry in self.sitting]
        if groups != sorted(set(groups)) or not all(entry.seats for entry in self.sitting):
            raise Malformed(f"The sitting members of contest {self.title[:60]!r} are not listed by group, in order.")
        if self.sitting and self.cap is None:
            raise Malformed(f"Contest {self.title[:60]!r} counts sitting members for a cap that it does not have.")

    @property
    def names(self) -> tuple[str, ...]:
        """The candidates' names, in the order of the ballot's plaintext."""
        return tuple(candidate.name for candidate in self.candidates)

    def to_value(self) -> Json:
        """Return the JSON value."""
        return {
            "title": self.title,
            "seats": self.seats,
            "method": self.method,
            "unranked": UNRANKED,
            "cap": self.cap,
            "sitting": [entry.to_value() for entry in self.sitting],
            "candidates": [candidate.to_value() for candidate in self.candidates],
            "order": list(self.order),
        }

    @classmethod
    def from_value(cls, value: Json) -> "ManifestContest":
        """Read the JSON value."""
        entry = fields(value, "title", "seats", "method", "unranked", "cap", "sitting", "candidates", "order")
        if entry["unranked"] != UNRANKED:
            raise Unsupported("Candidates who are not ranked count as tied last, and in no other way.")
        return cls(
            string(entry["title"]),
            natural(entry["seats"]),
            string(entry["method"]),
            tuple(ManifestCandidate.from_value(candidate) for candidate in array(entry["candidates"])),
            tuple(natural(index) for index in array(entry["order"])),
            None if entry["cap"] is None else natural(entry["cap"]),
            tuple(Sitting.from_value(sitting) for sitting in array(entry["sitting"])),
        )
