"""What tells mail that no person wrote: its fields, its parts, its words."""
