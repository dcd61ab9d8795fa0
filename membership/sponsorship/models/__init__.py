"""The tables of packages, sponsorships and what is owed for them."""
