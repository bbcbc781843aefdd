"""Ports, the link to a board and the virtual board; no Qt."""
