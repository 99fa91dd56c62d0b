"""What filters look at: letters, words and colours as a person sees them, hosts, the markup of a page."""
