"""What must be asked outside before a mail is decided: each with a deadline, its answer handed on as a value."""
