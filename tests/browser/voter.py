"""A voter at the booth, in the words of the pages."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.browser.stub import Stub


@dataclass(frozen=True)
class Voter:
    """Somebody who clicks through the booth's pages."""

    page: Page
    stub: Stub

    def enter(self) -> None:
        """Open the booth and start."""
        self.open()
        self.press("Start voting")
        expect(self.button("Continue", exact=True)).to_be_visible()

    def open(self) -> None:
        """Open the booth's first page."""
        self.page.goto(self.stub.booth_url)
        expect(self.button("Start voting")).to_be_visible()

    def button(self, name: str, *, exact: bool = False) -> Locator:
        """Return the button of that name."""
        return self.page.get_by_role("button", name=name, exact=exact)

    def press(self, name: str) -> None:
        """Press the button of that name."""
        self.button(name).click()

    def number(self, name: str, rank: int) -> None:
        """Give a candidate a number, or 0 for none."""
        self.page.get_by_label(f"Rank of {name}", exact=True).select_option(str(rank))

    def next(self) -> None:
        """Press the exact button Continue."""
        self.button("Continue", exact=True).click()

    def says(self, text: str) -> None:
        """Expect the status line to say this."""
        expect(self.page.locator(".booth-bar [role=status]")).to_have_text(text)

    def counts(self, text: str) -> None:
        """Expect the line that is always visible to say this."""
        expect(self.page.locator(".booth-bar__count")).to_have_text(text)

    def ranking(self) -> list[str]:
        """Return the lines of "Your ranking"."""
        return [" ".join(line.split()) for line in self.page.locator(".booth-ranked__name").all_inner_texts()]

    def heading(self, text: str) -> None:
        """Expect the step with this heading, which has the focus."""
        title = self.page.get_by_role("heading", level=1)
        expect(title).to_have_text(text)
        expect(title).to_be_focused()

    def go_to_sealing(self, credential: str | None = None) -> None:
        """From a full ballot's last ranking page to the sealed ballot."""
        self.next()
        self.press("Continue to sealing")
        self.page.get_by_label("Credential", exact=True).fill(credential or self.stub.credential)
        self.press("Seal my ballot")
        expect(self.button("Cast this ballot")).to_be_visible()

    def tracker(self) -> str:
        """Return the tracker as somebody would copy it."""
        return self.page.locator(".booth-tracker").first.inner_text().replace("\n", "")

    def cast(self) -> None:
        """Cast and wait for the receipt."""
        self.press("Cast this ballot")
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Your ballot is on the board")
