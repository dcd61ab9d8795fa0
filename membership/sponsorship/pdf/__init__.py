"""Contracts and invoices as PDF, from plain text and numbers alone: nothing is fetched."""
