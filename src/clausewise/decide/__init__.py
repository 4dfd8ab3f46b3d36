"""One case, decided without side effects: facts to bits, bits to clauses, clauses to a determination with proof."""
