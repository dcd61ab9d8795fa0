"""The pages of an election, by who needs them: everyone, the voter, the official, the registrar, the trustee."""
