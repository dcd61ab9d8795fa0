"""A trustee's command line: makes the key, mixes, decrypts, on a machine of the trustee's own.

    python -m elections.trustee keygen --out FOLDER
    python -m elections.trustee shuffle SOURCE --key FILE
    python -m elections.trustee decrypt SOURCE --key FILE
    python -m elections.trustee vouch SOURCE --key FILE [--decryption FILE]

It needs only `elections.crypto`, `elections.counting` and `elections.verifier`, reads the board from a file or from the
election's address, and verifies it before it acts. Its files are those of belenios-tool, whose own commands do as well;
a decryption has one line more, the second proof (SPEC 9.2), which `vouch` adds to what belenios-tool made.
"""
