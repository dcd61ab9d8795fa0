"""The registrar's check: the archive lists exactly the credentials that were issued (specification 3.1, step 11)."""

from pathlib import Path

from elections.crypto.archive import Event, EventType, SetupData, records
from elections.crypto.credentials import PublicCredentials
from elections.registrar.folder import PUBLIC_CREDENTIALS


class Differs(ValueError):
    """The archive lists other credentials than those issued; the text says how many."""


def check_archive(folder: Path, archive: Path) -> int:
    """Return how many credentials agree, or raise Differs; a Refusal says that the file is no archive."""
    issued = {credential.text for credential in read_list((folder / PUBLIC_CREDENTIALS).read_bytes()).credentials}
    listed = {credential.text for credential in listed_credentials(archive.read_bytes()).credentials}
    if issued != listed:
        raise Differs(
            f"The archive differs: {len(listed - issued)} of its credentials were not issued here, "
            f"and {len(issued - listed)} issued here are not in it."
        )
    return len(listed)


def read_list(data: bytes) -> PublicCredentials:
    """Read public credentials, sorted and different; membership in the group is the verifier's question."""
    credentials = PublicCredentials.from_json(data, member=False)
    credentials.check()
    return credentials


def listed_credentials(data: bytes) -> PublicCredentials:
    """Return the credentials that the archive's Setup event names, every file's hash being checked on the way."""
    contents: dict[str, bytes] = {}
    for record in records(data):
        record.check_name()
        if record.is_event:
            setup = Event.from_json(record.content)
            if setup.type is EventType.SETUP and setup.payload in contents:
                return read_list(contents[SetupData.from_json(contents[setup.payload]).credentials])
        contents[record.hash] = record.content
    raise Differs("The archive has no Setup event, so it lists no credentials yet.")
