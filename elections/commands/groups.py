"""The groups that the commands belong to."""

from __future__ import annotations

from flask.cli import AppGroup

election = AppGroup("election", help="Run elections.")
rules = AppGroup("rules", help="The election rules in force.")
cycle = AppGroup("cycle", help="Cycles: elections that share rules, dates and officials.")
roll = AppGroup("roll", help="Who may vote.")
appeal = AppGroup("appeal", help="Appeals about the roll and about eligibility.")
credentials = AppGroup("credentials", help="Voters' credentials.")
ceremony = AppGroup("ceremony", help="The trustees' keys.")
lots = AppGroup("lots", help="Commitments to the lot that breaks ties.")
certificate = AppGroup("certificate", help="The certificate and its signatures.")

for group in (rules, cycle, roll, appeal, credentials, ceremony, lots, certificate):
    election.add_command(group)
