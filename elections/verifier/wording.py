"""Numbers with their nouns, and texts that a terminal can be trusted with."""


def counted(number: int, noun: str) -> str:
    """Return "1 ballot", "2 000 ballots": thousands apart, and the plural in s."""
    grouped = f"{number:,}".replace(",", " ")
    return f"{grouped} {noun}" if number == 1 else f"{grouped} {noun}s"


def printable(text: str) -> str:
    """Return the text with everything that could steer a terminal replaced: archives hold what anybody put there."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)
