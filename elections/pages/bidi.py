"""Names that run from right to left, inside sentences that run from left to right.

Without a boundary, the numbers after such a name are drawn before it and in reverse: "beat 5–4" would read "4–5". Each
is put between FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE (Unicode Standard Annex 9, section 2.4.2).
"""

from __future__ import annotations

import re

FIRST_STRONG_ISOLATE, POP_DIRECTIONAL_ISOLATE = "\u2068", "\u2069"
# Hebrew, Arabic, Syriac, Thaana, N'Ko and the like, with the older scripts of the supplementary plane.
RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
NAME = re.compile(f"[{RIGHT_TO_LEFT}]+(?:[ '’.\u200c\u200d-]+[{RIGHT_TO_LEFT}]+)*")


def isolated(sentence: str) -> str:
    """Return the sentence with each run of right-to-left words isolated; any other comes back as it is."""
    return NAME.sub(f"{FIRST_STRONG_ISOLATE}\\g<0>{POP_DIRECTIONAL_ISOLATE}", sentence)
