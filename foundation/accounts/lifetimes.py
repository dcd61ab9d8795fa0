"""How long sessions and mailed links live."""

from __future__ import annotations

from datetime import timedelta

IDLE = timedelta(hours=8)
ABSOLUTE = timedelta(days=7)
# A session's last use is written at most this often, so that reading a page is not a write.
SEEN_EVERY = timedelta(minutes=5)
CONFIRM = timedelta(hours=24)
RESET = timedelta(hours=1)
INVITATION = timedelta(days=7)
# Letters to one address within an hour: enough for somebody impatient, too few to bury somebody in mail.
LETTERS_AN_HOUR = 3
# What is over is kept this long, so that "was that me?" can be answered, and then removed.
KEPT_AFTER_END = timedelta(days=30)
