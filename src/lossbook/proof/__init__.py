"""The proofs, and what they rest on."""
