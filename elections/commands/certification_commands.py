"""Commands about complaints, the second count, and the certificate."""

from __future__ import annotations

from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_ssh_private_key

from elections.certification.models import Certificate, Disposition
from elections.certification.services import certificate as certifying
from elections.certification.services import complaints, keys, second
from elections.commands.acting import acting, as_person, because, official
from elections.commands.groups import certificate, election
from elections.services import catalogue
from elections.verifier import sshsig
from foundation.core.access import Permission
from foundation.core.commands import Unusable, plainly
from foundation.core.db import db

uuid_argument = click.argument("uuid")
existing = click.Path(path_type=Path, exists=True, dir_okay=False)


@election.command("complain")
@uuid_argument
@click.argument("text")
@as_person
def complain(uuid: str, *, text: str, address: str) -> None:
    """Enter a member's complaint about election UUID."""
    with acting(address) as act:
        made = complaints.complain(act.session, uuid, text, by=act.by, now=act.now)
        number = complaints.number_of(act.session, made)
    click.echo(f"Complaint {number} is entered.")


@election.command("complaints")
@uuid_argument
def list_complaints(uuid: str) -> None:
    """List the complaints about election UUID."""
    with plainly():
        for number, one in enumerate(complaints.listed(db.session, catalogue.find(db.session, uuid)), 1):
            state = f"{one.disposition}: {one.reason}" if one.disposition else "waits"
            click.echo(f"{number}  {one.person.display_name}  {' '.join(one.text.split())}  {state}")


@election.command("dispose")
@uuid_argument
@click.argument("number", type=int)
@click.argument("disposition", type=click.Choice([one.value for one in Disposition]))
@because
@as_person
def dispose(uuid: str, *, number: int, disposition: str, reason: str, address: str) -> None:
    """Record what became of complaint NUMBER about election UUID."""
    with official(address) as act:
        found = complaints.numbered(act.session, catalogue.find(act.session, uuid), number)
        complaints.dispose(act.session, found.id, Disposition(disposition), reason, by=act.by, now=act.now)
    click.echo(f"Complaint {number} is {disposition}.")


@election.command("recount")
@uuid_argument
@as_person
def recount(uuid: str, address: str) -> None:
    """Have every contest of election UUID counted again by other programs."""
    with official(address) as act:
        for one in second.recount(act.session, act.official(uuid), now=act.now):
            click.echo(f"{one.contest.title}  {one.program}  {'agrees' if one.agrees else one.difference}")


@election.command("certifier-key")
@click.argument("file", type=existing)
@click.option("--key", "key_file", type=existing, help="The private key, without passphrase, to sign with here.")
@click.option("--proof", "proof_file", type=existing, help="What ssh-keygen -Y sign made of the challenge.")
@as_person
def certifier_key(file: Path, *, key_file: Path | None, proof_file: Path | None, address: str) -> None:
    """Register a certifier's public key, FILE as ssh-keygen writes it (ssh-ed25519), and show that they hold it.

    Without --key and --proof, say what the key has to sign.
    """
    with acting(address, Permission.ELECTIONS_CERTIFY) as act:
        text, space = keys.challenge(act.by), keys.challenge_namespace()
        if (key_file is None) == (proof_file is None):
            lines = text.replace("\n", "\\n")
            raise Unusable(
                "Give --key, or --proof with what this prints: "
                f"printf '{lines}' | ssh-keygen -Y sign -n {space} -f {file.with_suffix('')}"
            )
        signed = sshsig.sign(text.encode(), space, _seed(key_file)) if key_file else _text(proof_file)
        made = keys.add_key(act.session, file.read_text(errors="replace"), proof=signed, by=act.by, now=act.now)
        fingerprint = made.fingerprint
    click.echo(f"The key {fingerprint} is registered.")


@certificate.command("prepare")
@uuid_argument
@as_person
def prepare(uuid: str, address: str) -> None:
    """Make the bytes that certifiers sign, when nothing is left open."""
    with official(address) as act:
        digest = certifying.prepare(act.session, uuid, by=act.by, now=act.now).sha256
    click.echo(f"The certificate {digest} waits for signatures.")


@certificate.command("show")
@uuid_argument
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write its exact bytes to a file.")
def show(uuid: str, out: Path | None) -> None:
    """Print the certificate of election UUID and who has signed it."""
    with plainly():
        found = _standing(uuid)
        if out is not None:
            out.write_bytes(found.body)
            click.echo(f"Sign it with: ssh-keygen -Y sign -n {certifying.namespace()} -f KEY {out}")
        else:
            click.echo(found.body.decode())
        for one in found.signatures:
            click.echo(f"signed by {one.person.display_name} with {one.key.fingerprint}")


def _standing(uuid: str) -> Certificate:
    return certifying.require_standing(db.session, catalogue.find(db.session, uuid))


@certificate.command("sign")
@uuid_argument
@click.option("--key", "key_file", type=existing, help="A private Ed25519 key, without passphrase, to sign with here.")
@click.option("--signature", "signature_file", type=existing, help="What ssh-keygen -Y sign made.")
@as_person
def sign(uuid: str, *, key_file: Path | None, signature_file: Path | None, address: str) -> None:
    """Sign the certificate of election UUID, as a certifier; the last signature needed certifies the election."""
    if (key_file is None) == (signature_file is None):
        raise Unusable("Give either --key or --signature.")
    with acting(address, Permission.ELECTIONS_CERTIFY) as act:
        found = _standing(uuid)
        text = signature_file.read_text(errors="replace") if signature_file else _signed(found, key_file)
        signed = certifying.sign(act.session, found.id, text, by=act.by, now=act.now)
        phase = signed.election.phase
    click.echo(f"Signed. The election is {phase}.")


def _text(file: Path | None) -> str:
    return file.read_text(errors="replace") if file else ""


def _signed(found: Certificate, key_file: Path | None) -> str:
    return sshsig.sign(found.body, certifying.namespace(), _seed(key_file))


def _seed(key_file: Path | None) -> bytes:
    data = key_file.read_bytes() if key_file else b""
    try:
        key = load_ssh_private_key(data, password=None)
    except (ValueError, TypeError) as error:
        raise Unusable(f"{key_file} is no private key that can be used here: {error}") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise Unusable(f"{key_file} is not an Ed25519 key.")
    return key.private_bytes_raw()
