"""The clinic: its estimate of a case, and its duties for the patient's privacy."""
