"""What decides that a mail is spam, and where it goes, one file a filter. So far: what is learned."""
