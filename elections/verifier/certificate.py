"""Checking a certificate: what it says, that it is about this archive, and who signed it (SPEC 10)."""

from collections.abc import Sequence
from dataclasses import dataclass

from . import signers
from .certificate_form import Certificate
from .errors import Broken
from .signers import Signer
from .sshsig import BadSignature, Signature

NAMESPACE = "election-certificate@"


@dataclass(frozen=True, slots=True)
class Signed:
    """A certificate that holds, and the principals who signed it, in the order of the signatures."""

    certificate: Certificate
    principals: tuple[str, ...]


def namespace_of(host: str) -> str:
    """Return the namespace in which the certifiers of the foundation at `host` sign."""
    return f"{NAMESPACE}{host}"


def verify_certificate(
    certificate: bytes,
    signatures: Sequence[str],
    allowed_signers: str,
    archive_sha256: str,
    *,
    namespace: str | None = None,
    manifest_sha256: str | None = None,
    result_sha256: str | None = None,
) -> Signed:
    """Return the certificate with its signers, or raise Broken with the first thing that is wrong.

    `signatures` are armored SSH signatures; without a `namespace`, the one that all of them share must be of
    certificates. What is given of manifest and raw result is compared too.
    """
    found = Certificate.from_bytes(certificate)
    about = {
        "archive": (archive_sha256, found.archive_sha256),
        "manifest": (manifest_sha256, found.manifest_sha256),
        "raw result": (result_sha256, found.result_sha256),
    }
    for what, (here, certified) in about.items():
        if here is not None and here != certified:
            raise Broken(f"The certificate is about another {what}: it names {certified}, and this one is {here}.")
    try:
        principals = _principals(certificate, signatures, signers.parse(allowed_signers), namespace)
    except BadSignature as error:
        raise Broken(str(error)) from error
    if len(principals) < found.rules.signatures:
        raise Broken(f"The rules ask for {found.rules.signatures} signatures; {len(principals)} were given.")
    return Signed(found, principals)


def _principals(
    certificate: bytes, signatures: Sequence[str], allowed: Sequence[Signer], namespace: str | None
) -> tuple[str, ...]:
    principals: list[str] = []
    keys: set[bytes] = set()
    for text in signatures:
        signature = Signature.parse(text)
        namespace = namespace or signature.namespace
        if not namespace.startswith(NAMESPACE):
            raise Broken(f"A signature for “{namespace[:100]}” certifies no election.")
        principal = _principal(signature, allowed, namespace)
        signature.verify(certificate, namespace)
        if principal in principals or signature.key.raw in keys:
            raise Broken(f"{principal} has signed twice; each certifier counts once.")
        principals.append(principal)
        keys.add(signature.key.raw)
    return tuple(principals)


def _principal(signature: Signature, allowed: Sequence[Signer], namespace: str) -> str:
    for signer in allowed:
        if signer.key == signature.key and signer.may_sign(namespace):
            return signer.principal
    raise Broken(f"No allowed signer has the key {signature.key.fingerprint} for {namespace}.")
