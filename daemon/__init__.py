"""Wiring: reads the configuration, starts every worker, answers the command line. Only this room may know all."""
