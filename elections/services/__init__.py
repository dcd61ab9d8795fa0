"""What one may do with an election: a module per use case, told the session, who acts and when; none commits."""
