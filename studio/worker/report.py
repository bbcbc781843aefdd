"""How a job tells how far it is."""

from collections.abc import Callable

Report = Callable[[float, str], None]  # a share from 0 to 1, and a few words
