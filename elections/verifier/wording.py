"""Numbers with their nouns, as people write them."""


def counted(number: int, noun: str) -> str:
    """Return "1 ballot", "2 000 ballots": thousands apart, and the plural in s."""
    grouped = f"{number:,}".replace(",", " ")
    return f"{grouped} {noun}" if number == 1 else f"{grouped} {noun}s"
