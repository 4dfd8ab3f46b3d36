"""The plan: requests taken in, and what the plan owes the member about them."""
