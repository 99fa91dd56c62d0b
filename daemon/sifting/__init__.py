"""Filters at work: mail judged, people's lessons learned, and what admins ask about both."""
