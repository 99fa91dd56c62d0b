"""What leaves: its fields and body, agents' answers, and what of a notice may not go along."""
