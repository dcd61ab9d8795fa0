"""All forgeries: each module enters its own when it is imported, so whoever wants them all takes them from here."""

from tests.unit.verifier import (
    forged_archives,
    forged_ballots,
    forged_notes,
    forged_outcomes,
    forged_papers,
    forged_proofs,
    forged_tallies,
    forgeries,
)

BY_SUBJECT = (
    *(forged_archives, forged_ballots, forged_tallies, forged_proofs),
    *(forged_outcomes, forged_papers, forged_notes),
)
FORGERIES = tuple(forgeries.FORGERIES)
