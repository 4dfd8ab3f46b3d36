"""What a policy really says, proved before anybody is decided by it: gaps, contradictions, differences, each shown by a case."""
