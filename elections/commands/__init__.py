"""The operator's commands about elections: `flask --app wsgi election …`."""
