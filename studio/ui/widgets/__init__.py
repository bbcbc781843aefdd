"""Widgets that pages are made of; they know core and Qt, and nothing of the session."""
