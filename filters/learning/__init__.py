"""What is learned of spam and genuine mail, and how well."""
