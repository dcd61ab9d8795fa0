"""The two ways in which a count stops: input that cannot be read, and a question that a method refuses."""


class BadInput(ValueError):
    """Something in the input is wrong; says the file, the line (None where no line is to blame) and what was found."""

    def __init__(self, sentence: str, *, file: str | None = None, line: int | None = None) -> None:
        self.file = file
        self.line = line
        self.sentence = sentence
        place = ", ".join(part for part in (file, f"line {line}" if line else None) if part)
        super().__init__(f"{place}: {sentence}" if place else sentence)

    def at(self, file: str) -> "BadInput":
        """Return the same refusal with the file named."""
        return BadInput(self.sentence, file=self.file or file, line=self.line)


class TooLarge(ValueError):
    """A method whose work grows too fast refuses an election above its stated limit, before it starts."""


class NeedsBallots(ValueError):
    """A method that looks at whole rankings cannot count an election of which only the pairwise table is known."""
