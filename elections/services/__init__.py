"""What one may do with an election: one module per use case, each taking the session, who acts and when; none commits."""
