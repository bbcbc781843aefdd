"""The parts of the Live page that follow one board; each is made with its BoardSession alone."""
