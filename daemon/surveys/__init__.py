"""Customers are asked how it went, by mail and on a page, and what they answer is written down."""
