"""The pages of cycles."""

from __future__ import annotations

from flask import Blueprint

from foundation.core.access import public

bp = Blueprint("cycles", __name__)


@bp.get("/cycles/<int:cycle_id>")
@public
def show(cycle_id: int) -> str:
    """Show a cycle."""
    return str(cycle_id)
