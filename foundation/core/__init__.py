"""What every feature stands on: database, access, register, clock, mail, jobs, signing, errors."""
