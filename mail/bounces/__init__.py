"""What the reader of bounces knows of reports: their fields, their words, and who sends them."""
