"""What the acts of elections are called where people read of them, such as in the feed."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

ACTS = {
    "appeal.dismissed": _l("An appeal was refused"),
    "appeal.made": _l("An appeal was made"),
    "appeal.upheld": _l("An appeal was granted"),
    "cap.breached": _l("More members of one control group sit than its cap allows"),
    "certificate.prepared": _l("The certificate is ready to be signed"),
    "certificate.signed": _l("A certifier has signed the certificate"),
    "certifier_key.added": _l("A certifier has registered a key"),
    "certifier_key.withdrawn": _l("A certifier has withdrawn a key"),
    "command.run": _l("An operator has run a command"),
    "complaint.disposed": _l("A complaint was decided"),
    "complaint.made": _l("A complaint was made"),
    "complaints.opened": _l("The result is provisional: complaints can be made"),
    "credential.reissued": _l("A voting credential was replaced"),
    "credentials.issued": _l("Voting credentials were issued"),
    "cycle.announced": _l("Elections are announced"),
    "cycle.redrafted": _l("The dates of a draft are changed"),
    "cycle.annulled": _l("Elections were annulled"),
    "decryption.accepted": _l("A trustee has decrypted"),
    "decryption.proved": _l("A trustee has proved the decryption as a whole"),
    "election.annulled": _l("The election was annulled"),
    "election.certified": _l("The result is certified"),
    "election.closed": _l("Voting has closed"),
    "election.extended": _l("A period was extended"),
    "election.keyed": _l("The keys are made"),
    "election.mixed": _l("The ballots are mixed"),
    "election.opened": _l("Voting is open"),
    "electorate.frozen": _l("The roll is frozen"),
    "eligibility.decided": _l("It is decided whether a nominee can be elected"),
    "lot.committed": _l("An official has committed to a secret for the lot"),
    "lot.revealed": _l("An official has revealed a secret for the lot"),
    "manifest.frozen": _l("The ballot and its rules are fixed"),
    "nomination.accepted": _l("A nomination was accepted"),
    "nomination.declined": _l("A nomination was declined"),
    "nomination.endorsed": _l("A nomination was endorsed"),
    "nomination.endorsement_taken_back": _l("An endorsement was taken back"),
    "nomination.proposed": _l("A nomination was made"),
    "nomination.withdrawn": _l("A candidate has withdrawn"),
    "question.hidden": _l("A question was hidden"),
    "result.counted": _l("The ballots are counted"),
    "result.held": _l("The result waits"),
    "result.published": _l("The result is published"),
    "result.recounted": _l("The ballots were counted a second time"),
    "roll.built": _l("The roll was built"),
    "roll.imported": _l("Voters were added to the roll"),
    "rules.adopted": _l("Election rules were adopted"),
    "shuffle.accepted": _l("A trustee has mixed the ballots"),
    "statement.written": _l("A candidate has published a statement"),
    "trustee.dismissed": _l("A trustee was dismissed"),
    "trustee.replaced": _l("A trustee was replaced"),
    "trustee_file.refused": _l("A trustee's file was refused"),
    "trustee_key.accepted": _l("A trustee's key has come"),
    "voters.merged": _l("Voters turned out to be one"),
}


def called(act: str) -> str:
    """Return what an act is called; one without words keeps its name in the register."""
    return str(ACTS.get(act, act))
