"""Agents at work by mail: what they are told, what they say, and what becomes of it."""
