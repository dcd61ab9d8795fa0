"""Tables of membership: parties, applications, memberships, agreements, affiliations, mandates, participation."""
