"""The nouns of the field as frozen records: no input, no output, no clock."""
