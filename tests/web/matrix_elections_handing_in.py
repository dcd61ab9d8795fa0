"""Who may what in `matrix_elections`' open election: handing in a ballot made elsewhere, and reading second proofs."""

from tests.web.matrix import Row, everyone, only

ROWS = (
    Row("elections.hand_in", "POST", "open", only(voter=400)),
    Row("elections_api.second_proofs", "GET", "open", everyone(404)),
)
