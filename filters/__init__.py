"""What decides that a mail is spam, and where it goes, one file a filter. No filter is here yet."""
