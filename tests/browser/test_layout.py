"""The frame of every page and the macros that pages are made of: axe-core, 320 pixels, no script, the reader's zone."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import wtforms
from flask import flash, render_template_string
from flask_wtf import FlaskForm
from playwright.sync_api import Browser, Page, expect
from wtforms.fields.choices import SelectChoice as Choice
from wtforms.validators import InputRequired

from tests.browser.conftest import NARROW, WIDE, Violations
from tests.browser.stub import bare_app
from tests.server import served

pytestmark = pytest.mark.browser

WIDEST = "document.documentElement.scrollWidth"
NAMES, COUNTS = ["Ada Lovelace", "Grace Hopper", "Hedy Lamarr"], [[0, 10, 20], [5, 0, 8], [3, 8, 0]]
NAVIGATION = [
    {"text": text, "href": f"/{text.lower()}", "current": text == "Elections"} for text in ("Elections", "Register")
]
PAGE = """{% extends "base.html" %}
{% from "macros/forms.html" import error_summary, field, form_close, form_open, post_button, submit %}
{% from "macros/page.html" import code, command, matrix, moment, pagination, summary_list, tag, task_list %}
{% block title %}{{ "Error: " if form.errors }}Everything – {{ foundation_name }}{% endblock %}
{% block content %}
<h1 class="govuk-heading-xl">Everything</h1>
<h2 class="govuk-heading-m">{{ "4bHzDrbm12DPe6jVWn94BJ" * 3 }}</h2>
{{ error_summary(form, [{"text": "Something else", "href": "#seats"}]) }}
<p class="govuk-body" id="closes">Closes {{ moment(now) }} {{ tag("Open", "green") }} {{ code("a" * 64) }}</p>
{{ form_open(form) }}{% for each in form %}{{ field(each) }}{% endfor %}{{ submit("Save") }}{{ form_close() }}
{{ task_list([{"text": "Vote", "href": "/x", "hint": "By 12 June", "status": "To do", "colour": "blue"},
              {"text": "Renew", "status": "Completed"}]) }}
{{ summary_list([("Key", "<value>"), ("Other", "v", [{"href": "/c", "text": "Change"}])]) }}
{{ pagination(5, 12, "everything") }}
{{ matrix(names, counts, "Pairwise matrix") }}
<div class="footing-scroll"><table class="govuk-table footing-stack"><caption>Roll</caption>
<thead><tr><th scope="col">Name</th><th scope="col">Votes as</th></tr></thead>
<tbody><tr>
<th scope="row">{{ "Wolfeschlegelsteinhausenbergerdorff" * 3 }}</th><td data-label="Votes as">member</td></tr>
</tbody></table></div>
{{ command("python -m elections.verifier https://example.org/api/elections/abc/archive --receipt receipt.txt") }}
{{ post_button("/x", "Withdraw", "govuk-button--warning") }}
{% endblock %}"""


class Everything(FlaskForm):  # type: ignore[misc]
    """One field of each kind."""

    name = wtforms.StringField("Name", [InputRequired("Enter your name")], description="As you sign")
    email = wtforms.EmailField("Email")
    password = wtforms.PasswordField("Password", [InputRequired("Enter a password")])
    seats = wtforms.IntegerField("Seats", [InputRequired("Enter the number of seats")])
    statement = wtforms.TextAreaField("Statement")
    kind = wtforms.RadioField(
        "Kind", [InputRequired("Choose one")], choices=[Choice("p", "Person"), Choice("c", "Company")]
    )
    topics = wtforms.SelectMultipleField("Topics", choices=[Choice("a", "Archives"), Choice("b", "Ballots")])
    method = wtforms.SelectField("Method", choices=[Choice("s", "Schulze"), Choice("r", "Ranked pairs")])
    agree = wtforms.BooleanField("I agree", [InputRequired("Agree to the terms")])
    roll = wtforms.FileField("Roll")
    since = wtforms.DateField("Since")


@pytest.fixture
def address() -> Iterator[str]:
    app = bare_app()
    app.config["FOUNDATION_NAME"] = "The Lantern Foundation"

    @app.route("/<int:filled>")
    @app.route("/", defaults={"filled": 0}, endpoint="everything")
    def everything(filled: int) -> str:
        form = Everything(meta={"csrf": False})
        if filled:
            form.validate()
        for category in ("success", "error", "message"):
            flash(f"A {category}.", category)
        return render_template_string(
            PAGE,
            form=form,
            now=datetime(2031, 6, 12, 14, tzinfo=UTC),
            names=NAMES,
            counts=COUNTS,
            navigation=NAVIGATION,
            account_navigation=[{"text": "Ada"}, {"text": "Sign out", "href": "/out", "method": "post"}],
            footer_links=[{"text": "Privacy", "href": "/privacy"}],
            phase={"tag": "Demonstration", "text": "Nothing here is real."},
        )

    with served(app) as url:
        yield url


@pytest.mark.parametrize("path", ["/", "/1"], ids=["empty", "in error"])
@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["320 px", "1280 px"])
def test_every_macro_satisfies_axe_and_fits_the_window(
    page: Page, address: str, path: str, viewport: dict[str, int], violations: Violations
) -> None:
    page.goto(address + path)
    assert violations(page) == []
    assert page.evaluate(WIDEST) <= viewport["width"]


def test_errors_lead_to_their_fields(page: Page, address: str) -> None:
    page.goto(f"{address}/1")
    expect(page).to_have_title("Error: Everything – The Lantern Foundation")
    page.get_by_role("link", name="Enter your name").click()
    expect(page.get_by_label("Name")).to_be_focused()
    page.get_by_role("link", name="Choose one").click()
    expect(page.get_by_label("Person")).to_be_focused()


def test_a_time_stands_in_utc_and_in_the_readers_zone(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("#closes")).to_contain_text("12 June 2031, 14:00 UTC (12 June at 10:00 GMT-4)")


def test_a_success_is_announced_and_an_error_is_named_one(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_role("alert").filter(has_text="A success.")).to_contain_text("Success")
    expect(page.get_by_role("alert").filter(has_text="A error.")).to_contain_text("There is a problem")


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["320 px", "1280 px"])
def test_a_name_without_a_space_pushes_no_column_out_of_sight_and_the_table_stays_one(
    page: Page, address: str, viewport: dict[str, int]
) -> None:
    page.goto(address)
    table = page.get_by_role("table", name="Roll")
    cell = table.get_by_role("cell", name="member")
    box = cell.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= viewport["width"]
    expect(table.get_by_role("columnheader", name="Votes as")).to_have_count(1)
    expect(table.get_by_role("rowheader")).to_have_count(1)
    label = cell.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert ("Votes as" in label) == (viewport == NARROW)


@pytest.mark.parametrize("viewport", [NARROW], ids=["320 px"])
def test_the_menu_opens_with_the_keyboard(page: Page, address: str) -> None:
    page.goto(address)
    link = page.get_by_role("link", name="Register")
    expect(link).to_be_hidden()
    page.get_by_role("button", name="Menu").press("Enter")
    expect(link).to_be_visible()


def test_without_script_everything_is_there(chromium: Browser, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(f"{address}/1")
    expect(page.get_by_role("link", name="Register")).to_be_visible()
    expect(page.get_by_role("button", name="Save")).to_be_visible()
    expect(page.locator("#closes")).to_contain_text("12 June 2031, 14:00 UTC")
    context.close()


def test_the_matrix_says_in_words_who_wins_each_pair(page: Page, address: str) -> None:
    page.goto(address)
    rows = page.get_by_role("table", name="Pairwise matrix").get_by_role("row").all_inner_texts()
    assert [" ".join(row.split()) for row in rows[1:]] == [
        "Ada Lovelace – same candidate 10 win 20 win",
        "Grace Hopper 5 – same candidate 8 tie",
        "Hedy Lamarr 3 8 tie – same candidate",
    ]
