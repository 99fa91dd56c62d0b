"""The admin's rules as values: conditions on a mail, what follows where they hold, and lists of senders."""
