"""Where records of participation come from: a git history, a CSV file. Pure reading, no database."""
