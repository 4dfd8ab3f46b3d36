"""The interview: which question next, so that as few as can be are asked."""
