"""Who may what: handing in a ballot that was made elsewhere, in the open election of `matrix_elections`."""

from tests.web.matrix import Row, only

ROWS = (Row("elections.hand_in", "POST", "open", only(voter=400)),)
