"""Certification: complaints, a second count, the certificate, its signatures, and the seats they fill."""
