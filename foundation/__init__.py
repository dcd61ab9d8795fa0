"""The institution: what every feature stands on, accounts, governance."""
