"""V8 to V15: the election, its trustees and its roll."""

from collections import Counter
from collections.abc import Iterable

from elections.crypto.archive import SetupData
from elections.crypto.errors import BadElement
from elections.crypto.group import GROUP, IDENTITY, Element, is_member
from elections.crypto.proofs import key_challenge, verify
from elections.crypto.trustees import election_key
from elections.verifier.case import Case
from elections.verifier.errors import Broken, NotReached
from elections.verifier.manifest import Roll
from elections.verifier.wording import counted

NO_THRESHOLD = "not applicable: no threshold trustees"


def hashes_version_group_uuid(case: Case) -> str:
    """V8: the setup names the election in exact form; version 1, group Ed25519, a uuid (specification 4.10)."""
    SetupData.from_json(case.setup_payload)
    election = case.election
    return f"version 1, group {GROUP}, uuid {election.uuid}, fingerprint {election.fingerprint}"


def trustees_proofs(case: Case) -> str:
    """V9: each trustee knows the private key to the public one (specification 4.5)."""
    for number, owner in enumerate(case.trustees.owners, start=1):
        key = owner.public_key
        if key != IDENTITY and not is_member(key):
            # A key outside the group has no private key to know; V13 is where it is refused.
            continue
        verify(owner.pok, key, lambda a, key=key: key_challenge(key, a), what=f"proof of trustee {number}'s key")  # type: ignore[misc]
    return counted(len(case.trustees.owners), "trustee")


def certificates(case: Case) -> str:  # noqa: ARG001 - checks are called alike
    """V10: threshold trustees' certificates and signatures; trustees of that kind do not get past reading yet."""
    raise NotReached(NO_THRESHOLD)


def verification_keys(case: Case) -> str:  # noqa: ARG001 - checks are called alike
    """V11: threshold trustees' verification keys, recomputed."""
    raise NotReached(NO_THRESHOLD)


def election_key_is_product(case: Case) -> str:
    """V12: the election's key is the product of the trustees' (specification 3.1.1)."""
    if election_key(case.trustees) != case.election.public_key:
        raise Broken("The election's public key is not the product of the trustees' keys.")
    return f"{case.election.public_key}"


def keys_are_members(case: Case) -> str:
    """V13: all keys are in the group, none is the identity, none occurs twice."""
    keys = [owner.public_key for owner in case.trustees.owners]
    if not keys:
        raise Broken("There are no trustees.")
    for number, key in enumerate(keys, start=1):
        _check_key(key, f"Trustee {number}'s key")
    _check_key(case.election.public_key, "The election's key")
    for key in _repeated(keys):
        raise Broken(f"Two trustees have the same key, {key}.")
    return counted(len(keys), "key")


def contexts(case: Case) -> str:  # noqa: ARG001 - checks are called alike
    """V14: threshold trustees' certificate contexts and signed keys."""
    raise NotReached(NO_THRESHOLD)


def credentials(case: Case) -> str:
    """V15: credentials are in the group, different, sorted, none is the identity; and they are the certified roll."""
    listed = case.credentials
    if IDENTITY in listed.credentials:
        raise Broken("The identity is listed as a credential.")
    for credential in _repeated(listed.credentials):
        raise Broken(f"The credential {credential} is listed twice.")
    listed.check()
    if not case.credentials_are_members():
        raise Broken(f"A credential is not an element of the group {GROUP}.")
    if case.manifest is None:
        return f"{counted(len(listed.credentials), 'credential')}; no manifest to compare the roll with"
    roll = Roll.of(credential.text for credential in listed.credentials)
    if roll != case.manifest.roll:
        certified = case.manifest.roll
        raise Broken(
            f"The roll has {roll.count} credentials with hash {roll.sha256}, not those certified: {certified}."
        )
    return f"{counted(roll.count, 'credential')}, as the certified roll says"


def _check_key(key: Element, whose: str) -> None:
    if key == IDENTITY:
        raise Broken(f"{whose} is the identity.")
    if not is_member(key):
        raise BadElement(f"{whose} is not an element of the group {GROUP}.")


def _repeated(elements: Iterable[Element]) -> list[Element]:
    return [element for element, times in Counter(elements).items() if times > 1]
