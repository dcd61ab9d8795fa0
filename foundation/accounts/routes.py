"""The pages of accounts: joining, signing in and out, passwords, and what a person has to do."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import Field

from foundation.accounts import recognition
from foundation.accounts.browsers import browser_in_words
from foundation.accounts.forms import AddressForm, ChangePasswordForm, NewPasswordForm, NewPersonForm, SignInForm
from foundation.accounts.offices import OFFICE_IN_WORDS
from foundation.accounts.services import changing, joining, sessions
from foundation.accounts.services.changing import Change
from foundation.accounts.services.joining import NewPerson
from foundation.accounts.services.letters import DeadLink
from foundation.accounts.services.sessions import Attempt
from foundation.core import clock, jobs
from foundation.core.access import current_person, current_person_or_none, public, safe_next, signed_in
from foundation.core.context import footing, settings
from foundation.core.db import db
from foundation.core.errors import Refusal
from foundation.core.limits import limiter
from foundation.core.logs import get_logger

bp = Blueprint("accounts", __name__)
log = get_logger()

# By network address, beside each account's own delay. Many people may share one address, so these are wide.
SIGN_IN_RATE = "30 per minute; 600 per hour"
LETTERS_RATE = "10 per minute; 100 per hour"


@bp.route("/sign-up", methods=["GET", "POST"])
@public
@limiter.limit(LETTERS_RATE, methods=["POST"])
def sign_up() -> ResponseReturnValue:
    """Ask for an address and send a link to it; the answer is the same whether or not it has an account."""
    form = AddressForm()
    if not form.validate_on_submit():
        return page("accounts/sign_up.html", form)
    joining.sign_up(db.session, form.address.data, now=clock.now())
    return _letter_sent()


@bp.get("/check-your-mail")
@public
def check_your_mail() -> ResponseReturnValue:
    """Tell what happens next, the same to everybody."""
    return render_template("accounts/check_your_mail.html", outbox=settings().smtp is None)


@bp.route("/confirm/<token>", methods=["GET", "POST"])
@public
@limiter.limit(SIGN_IN_RATE, methods=["POST"])
def confirm(token: str) -> ResponseReturnValue:
    """Show the form that makes the account; only sending it uses the link up, and programs that follow links do not."""
    form, address = NewPersonForm(), joining.address_of(db.session, token, now=clock.now())
    if not form.validate_on_submit():
        return page("accounts/confirm.html", form, address=address)
    new = NewPerson(form.display_name.data, form.password.data, _user_agent())
    try:
        signed = joining.confirm_address(db.session, token, new, now=clock.now())
    except Refusal as refusal:
        return again("accounts/confirm.html", form, form.password, refusal, address=address)
    _end_present_session()
    db.session.commit()
    response = recognition.keep_signed_in(see(url_for("accounts.show")), signed)
    flash(_("Your address is confirmed and you are signed in."), "success")
    return response


@bp.route("/sign-in", methods=["GET", "POST"])
@public
@limiter.limit(SIGN_IN_RATE, methods=["POST"])
def sign_in() -> ResponseReturnValue:
    """Ask for address and password and begin a session, then go where the person was going."""
    form, onward = SignInForm(), safe_next(request.args.get("next")) or url_for("accounts.show")
    if not form.validate_on_submit():
        here = current_person_or_none() is not None and request.method == "GET"
        return see(onward) if here else page("accounts/sign_in.html", form)
    known = recognition.known_browser(form.address.data)
    attempt = Attempt(form.address.data, form.password.data, known, _user_agent())
    try:
        signed = sessions.sign_in(db.session, attempt, now=clock.now())
    except Refusal as refusal:
        db.session.commit()
        return again("accounts/sign_in.html", form, form.address, refusal)
    _end_present_session()
    db.session.commit()
    return recognition.keep_signed_in(see(onward), signed)


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End the session at hand; somebody whose session has ended already is signed out just as well."""
    if current_person_or_none() is not None:
        sessions.sign_out(db.session, recognition.present_session(), now=clock.now())
    db.session.commit()
    response = recognition.drop_session(see(url_for("accounts.sign_in")))
    flash(_("You are signed out."))
    return response


@bp.route("/reset", methods=["GET", "POST"])
@public
@limiter.limit(LETTERS_RATE, methods=["POST"])
def reset() -> ResponseReturnValue:
    """Ask for an address and send a link to it; the answer is the same whether or not it has an account."""
    form = AddressForm()
    if not form.validate_on_submit():
        return page("accounts/reset.html", form)
    changing.request_reset(db.session, form.address.data, now=clock.now())
    return _letter_sent()


@bp.route("/reset/<token>", methods=["GET", "POST"])
@public
@limiter.limit(SIGN_IN_RATE, methods=["POST"])
def choose_password(token: str) -> ResponseReturnValue:
    """Show the form for a new password; only sending it uses the link up."""
    form, address = NewPasswordForm(), changing.address_of(db.session, token, now=clock.now())
    if not form.validate_on_submit():
        return page("accounts/choose_password.html", form, address=address)
    try:
        canonical = changing.reset_password(db.session, token, form.password.data, now=clock.now())
    except Refusal as refusal:
        return again("accounts/choose_password.html", form, form.password, refusal, address=address)
    commit_and_post()
    response = recognition.drop_session(see(url_for("accounts.sign_in")))
    flash(_("Your password is changed and you are signed out everywhere. Sign in with the new one."), "success")
    # Whoever had the letter is no stranger: guesses made elsewhere do not make this browser wait.
    return recognition.know_browser(response, canonical)


@bp.get("/")
@signed_in
def show() -> ResponseReturnValue:
    """Show the person what they have to do now, and the offices they hold."""
    person, now = current_person(), clock.now()
    tasks = [task for provider in footing().task_providers for task in provider(person, db.session, now)]
    held = [appointment for appointment in person.appointments if appointment.is_in_force(now)]
    return render_template("accounts/show.html", tasks=tasks, held=held, office_in_words=OFFICE_IN_WORDS)


@bp.get("/security")
@signed_in
def security() -> ResponseReturnValue:
    """Show the person their name and address, and where they are signed in."""
    person = current_person()
    living = sessions.living_sessions(db.session, person, now=clock.now())
    here = recognition.present_session().id
    return render_template("accounts/security.html", person=person, living=living, here=here, in_words=browser_in_words)


@bp.post("/sign-out-elsewhere")
@signed_in
def sign_out_elsewhere() -> ResponseReturnValue:
    """End every session of the person but this one."""
    sessions.sign_out_elsewhere(db.session, recognition.present_session(), now=clock.now())
    db.session.commit()
    flash(_("You are signed out everywhere else."), "success")
    return see(url_for("accounts.security"))


@bp.route("/password", methods=["GET", "POST"])
@signed_in
def change_password() -> ResponseReturnValue:
    """Change the password, which ends all sessions and begins one here with a new token."""
    form = ChangePasswordForm()
    if not form.validate_on_submit():
        return page("accounts/change_password.html", form)
    change = Change(form.old.data, form.new.data)
    try:
        signed = changing.change_password(db.session, recognition.present_session(), change, now=clock.now())
    except Refusal as refusal:
        db.session.commit()
        field = form.new if refusal.code == "weak-password" else form.old
        return again("accounts/change_password.html", form, field, refusal)
    commit_and_post()
    response = recognition.keep_signed_in(see(url_for("accounts.security")), signed)
    flash(_("Your password is changed and you are signed out everywhere else."), "success")
    return response


@bp.url_value_preprocessor
def keep_out_of_logs(_endpoint: str | None, values: dict[str, str] | None) -> None:
    """Take a link's token from the path that log lines show: whoever reads them must not be able to follow it."""
    if values and "token" in values:
        request.path = request.path.replace(values["token"], "…")


@bp.errorhandler(DeadLink)
def dead_link(refusal: DeadLink) -> ResponseReturnValue:
    """Say how to get a new link."""
    _log_refused(refusal.code, refusal.status)
    return render_template("accounts/dead_link.html", message=refusal.message), refusal.status


def page(template: str, form: FlaskForm, **more: object) -> ResponseReturnValue:
    """Show a form: empty, or as it was sent with what is wrong with it."""
    for field in form:
        # Sentences translated late are no strings to a template; here it is late enough.
        field.errors = [str(error) for error in field.errors]
    if not form.errors:
        return render_template(template, form=form, **more)
    _log_refused("bad-form", 400)
    return render_template(template, form=form, **more), 400


def again(template: str, form: FlaskForm, field: Field, refusal: Refusal, **more: object) -> ResponseReturnValue:
    """Show a form again with a service's refusal at the field it is about; a dead link has a page of its own."""
    if isinstance(refusal, DeadLink):
        raise refusal
    field.errors = [*field.errors, refusal.message]
    _log_refused(refusal.code, refusal.status)
    return render_template(template, form=form, **more), refusal.status


def _log_refused(code: str, status: int) -> None:
    log.info("refused", code=code, status=status, path=request.path)


def see(target: str) -> Response:
    """Answer a finished POST: see the page that shows what it did."""
    return redirect(target, code=303)


def _user_agent() -> str:
    return request.headers.get("User-Agent", "")


def _end_present_session() -> None:
    """End the session that this browser had, so that it never has two."""
    if current_person_or_none() is not None:
        sessions.replace(db.session, recognition.present_session(), now=clock.now())


def commit_and_post() -> None:
    """Commit, and have the letter sent now rather than at the next round."""
    db.session.commit()
    jobs.enqueue("mail.deliver")


def _letter_sent() -> ResponseReturnValue:
    commit_and_post()
    return see(url_for("accounts.check_your_mail"))
