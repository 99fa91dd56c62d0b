"""Calls for help: who is asked, how they hear of it, and what follows where nobody answers."""
