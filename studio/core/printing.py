"""The way to the printer: its own process, because pages become PDF with Qt, which this one does not load."""

import subprocess
import sys

_PATIENCE_SECONDS = 60.0


def print_pdf(html: bytes) -> bytes | None:
    """The page as PDF, or None where it cannot be printed on this computer."""
    command = [sys.executable, "-m", "studio.printer"]
    try:
        done = subprocess.run(command, input=html, capture_output=True, timeout=_PATIENCE_SECONDS)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout if done.returncode == 0 and done.stdout.startswith(b"%PDF") else None
