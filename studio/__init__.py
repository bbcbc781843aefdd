"""TinyML Studio takes a trained model to a microcontroller."""

__version__ = "0.1.0"
