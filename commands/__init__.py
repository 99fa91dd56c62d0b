"""What agents write in subjects to work a ticket, one file a command. No command is here yet."""
