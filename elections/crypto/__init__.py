"""The pure cryptography of the voting protocol: Belenios, cryptographic version 1, group Ed25519."""
