"""The pages of cycles."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("cycles", __name__)
