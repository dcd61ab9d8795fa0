"""Companies as sponsors: packages, contracts, invoices and benefits; they change no right, deadline or standing."""
