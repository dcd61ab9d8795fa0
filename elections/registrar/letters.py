"""Letters: one printed page a voter, with the credential and what to do with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from elections.registrar.issue import Issued

STYLE = """
body { font: 12pt/1.5 serif; margin: 0; }
section { page-break-after: always; break-after: page; padding: 25mm; }
.credential { font: bold 16pt/2 monospace; }
"""

HEAD = f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Letters</title>
<style>{STYLE}</style>
"""

PAGE = """<section>
<p>{name}<br>{address}</p>
<h1>{title}</h1>
<p>This is your voting credential. Whoever has it and your account can vote for you: show it to nobody.</p>
<p class="credential">{credential}</p>
<p>To vote, sign in{where}, open the election, and type the credential when the ballot asks for it.
You may vote again until voting closes; the last ballot counts. Keep this letter until then, then destroy it.</p>
<p>Election {uuid}</p>
</section>
"""


@dataclass(frozen=True, slots=True)
class Heading:
    """What every letter says about its election; title and address may be left out."""

    uuid: str
    title: str
    site: str


def letters(issued: Sequence[Issued], heading: Heading) -> bytes:
    """Return all the letters as one HTML file that prints a page a voter. It is secret."""
    pages = (page(one, heading) for one in issued)
    head = (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Letters</title>\n<style>{STYLE}</style>\n'
    )
    return (head + "".join(pages)).encode()


def page(one: Issued, heading: Heading) -> str:
    """Return the letter to one voter."""
    return PAGE.format(
        name=escape(one.voter.name),
        address=escape(one.voter.address),
        title=escape(heading.title or "Your voting credential"),
        credential=escape(one.private),
        where=f" at {escape(heading.site)}" if heading.site else "",
        uuid=escape(heading.uuid),
    )
