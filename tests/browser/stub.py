"""A stand-in for the server, so that the booth can be driven alone: real pages and policy, an election of one's own.

It serves the booth's template and built files, gives the booth's data, and takes ballots as the casting service does:
it checks each with `elections.crypto`, keeps it, and answers a repetition with the same receipt.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader

from elections.crypto import archive, ballot, credentials, trustees
from elections.crypto.election import Election, Question
from elections.crypto.errors import Refusal
from foundation.core.headers import FIXED

ROOT = Path(__file__).resolve().parents[2]
UUID = "BoothStubTest1"
TIMESTAMP = 1_795_360_519
STATEMENT = "<p>I <strong>care</strong> about <a href='https://example.org/'>releases</a>.</p>"


@dataclass
class Stub:
    """One election at one address. A test changes its attributes to make the server behave as it needs."""

    election: Election
    private_key: trustees.PrivateKey
    trustees: trustees.Trustees
    credential: str
    data: dict[str, Any]
    ballots: list[bytes] = field(default_factory=list)
    attempts: list[bytes] = field(default_factory=list)
    refusals: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    retry_after: list[str] = field(default_factory=list)
    signed_in: bool = True
    csrf: str = "first-token"
    url: str = ""

    @property
    def booth_url(self) -> str:
        """The address of the booth's page."""
        return f"{self.url}/elections/{UUID}/booth"

    def write_archive(self, folder: Path) -> None:
        """Write the election as belenios-tool reads it, before any ballot."""
        roll = credentials.PublicCredentials.of([credentials.public_credential(self.credential, UUID)]).to_json()
        setup = (self.election.to_json(), self.trustees.to_json(), roll)
        payload = archive.SetupData.of(*setup).to_json()
        chain = archive.Chain(TIMESTAMP)
        _, added = chain.append(archive.EventType.SETUP, *setup, payload)
        (folder / f"{UUID}.bel").write_bytes(chain.begin() + added)


def make_stub(names: list[list[str]]) -> Stub:
    """Return a stub with one contest for each list of candidates."""
    private_key, public_key = trustees.generate_key()
    trusted = trustees.Trustees((trustees.Single(public_key),))
    questions = tuple(Question(f"Seat {'ABCDE'[index]}", tuple(answers)) for index, answers in enumerate(names))
    election = Election("A stub", "Board election 2026", trustees.election_key(trusted), questions, UUID)
    stub = Stub(election, private_key, trusted, credentials.generate(), {})
    stub.data.update(_booth_data(election, names))
    return stub


def _booth_data(election: Election, names: list[list[str]]) -> dict[str, Any]:
    return {
        "uuid": UUID,
        "title": "Board election 2026",
        "foundation": "The Lantern Foundation",
        "election": election.to_json().decode(),
        "fingerprint": election.fingerprint,
        "closes_at": "2031-06-12T14:00:00Z",
        "time_zone": "UTC",
        "cast_url": f"/api/elections/{UUID}/ballots",
        "board_url": f"/elections/{UUID}/board",
        "credential_source": "registrar",
        "officials_email": "elections@lantern.example",
        "contests": [_contest(question, answers) for question, answers in zip(election.questions, names, strict=True)],
        "receipts": [],
        "credential": None,
    }


def _contest(question: Question, names: list[str]) -> dict[str, Any]:
    candidates = [
        {"name": name, "affiliations": _affiliations(i), "statement_html": STATEMENT} for i, name in enumerate(names)
    ]
    order = [*range(1, len(names)), 0]
    return {
        "title": question.text,
        "seats": 1,
        "method": "schulze",
        "method_title": "Schulze (winning votes)",
        "order": order,
        "candidates": candidates,
    }


def _affiliations(number: int) -> list[str]:
    return [["Example Corp"], [], ["University of Ruritania", "Footling Ltd"]][number % 3]


def bare_app() -> Flask:
    """Return an application with the real templates, files and security headers, and no pages."""
    app = Flask("foundation", root_path=str(ROOT / "foundation"))
    app.secret_key = "only for this stub"
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    app.jinja_loader = ChoiceLoader([FileSystemLoader(ROOT / "templates"), govuk])
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    app.after_request(_with_policy)
    return app


def stub_app(stub: Stub) -> Flask:
    """Return the application that plays the server for this election."""
    app = bare_app()
    app.add_url_rule(f"/elections/{UUID}/booth", "booth", lambda: _booth_page(stub))
    app.add_url_rule("/booth-data", "data", lambda: _data(stub))
    app.add_url_rule(stub.data["cast_url"], "cast", lambda: _cast(stub), methods=["POST"])
    app.add_url_rule("/", "home", lambda: "signed in")
    app.add_url_rule(stub.data["board_url"], "board", lambda: "the board")
    return app


def _with_policy(response: Response) -> Response:
    response.headers.update(FIXED)
    return response


def _booth_page(stub: Stub) -> str:
    navigation = [{"text": "Elections", "href": "/", "current": True}, {"text": "Register", "href": "/register"}]
    account = [{"text": "Grace Hopper"}, {"text": "Sign out", "href": "/sign-out", "method": "post"}]
    return render_template(
        "elections/booth.html",
        election=stub.data,
        booth_url="/booth-data",
        officials_email=stub.data["officials_email"],
        navigation=navigation,
        account_navigation=account,
    )


def _data(stub: Stub) -> Response | tuple[Response, int]:
    if not stub.signed_in:
        return Response(status=302, headers={"Location": "/sign-in"})
    return jsonify({**stub.data, "csrf": stub.csrf})


def _cast(stub: Stub) -> Response | tuple[Response, int]:
    body = request.get_data()
    stub.attempts.append(body)
    if stub.refusals:
        status, answer = stub.refusals.pop(0)
        response = jsonify(answer)
        if stub.retry_after:
            response.headers["Retry-After"] = stub.retry_after.pop(0)
        return response, status
    # As on the server the token is looked at first, and it fits no session but the one it was made for.
    if not stub.signed_in or request.headers.get("X-CSRFToken") != stub.csrf:
        return jsonify({"error": {"code": "form-expired", "message": "Go back, reload the page and try again."}}), 400
    return _accept(stub, body)


def _accept(stub: Stub, body: bytes) -> Response | tuple[Response, int]:
    try:
        ballot.check(ballot.Ballot.from_json(body), stub.election)
    except Refusal as refusal:
        return jsonify({"error": {"code": refusal.code, "message": str(refusal)}}), 422
    if body not in stub.ballots:
        stub.ballots.append(body)
    height = stub.ballots.index(body) + 1
    return jsonify(_receipt(stub, body, height)), 201


def _receipt(stub: Stub, body: bytes, height: int) -> dict[str, Any]:
    tracker = ballot.tracker(body)
    note = f"example.org/elections/{UUID}\n{height}\n{tracker}\n\n— example.org c2lnbmF0dXJl\n"
    earlier = [ballot.tracker(old) for old in stub.ballots[: height - 1]]
    earlier += [receipt["tracker"] for receipt in stub.data["receipts"]]
    return {
        "tracker": tracker,
        "height": height,
        "event": archive.sha256_hex(body),
        "time": "2031-06-01T12:00:00Z",
        "receipt": note,
        "replaces": earlier[-1] if earlier else None,
    }
