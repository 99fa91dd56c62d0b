"""What the reader of replies knows of quotes, leads, signatures and forwarded mail, and the words of many languages."""
