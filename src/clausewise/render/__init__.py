"""Determinations, proofs and problems as text for people."""
