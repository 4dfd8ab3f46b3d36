"""Documents become compiled policies: checked for meaning, then lowered to one program with a fingerprint."""
