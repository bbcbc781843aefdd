"""What the samples' answers are made for: said again after a model, its data or the checklist changed."""

import subprocess
import sys
import tempfile
from pathlib import Path

_MARK = "[made_for]\n"


def say_again(sample: Path) -> str:
    """Bring the end of a sample's answers.toml up to date; returns what the run found, for somebody to read.

    The answers themselves are a person's: read them beside the checks, and mend what is no longer true.
    """
    file = sample / "answers.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.partition(_MARK)[0].rstrip() + "\n", encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "studio",
            "run",
            str(sample / "project.tinyml"),
            "--review",
            str(file),
        ]
        done = subprocess.run(
            [*command, "--out", f"{folder}/out"], capture_output=True, text=True, check=False
        )
    found, mark, lines = done.stdout.partition(_MARK)
    if not mark:
        file.write_text(text, encoding="utf-8")
        raise SystemExit(f"{sample.name}: {done.stderr.strip() or 'the run asked for nothing.'}")
    said = lines.partition("\n\n")[0].rstrip()
    file.write_text(f"{file.read_text(encoding='utf-8')}\n{_MARK}{said}\n", encoding="utf-8")
    return found
