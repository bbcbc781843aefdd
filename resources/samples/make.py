"""Makes the sample projects' data and models again: python resources/samples/make.py [digits|gestures|sine]."""

import argparse
from pathlib import Path
from typing import Any

from making import digits, gestures, sine
from making.answers import say_again
from making.files import write_labels, write_model, write_splits

FOLDER = Path(__file__).resolve().parent
SAMPLES: dict[str, Any] = {"digits": digits, "gestures": gestures, "sine": sine}


def main() -> None:
    """Make the samples that the command line names, or all three."""
    parser = argparse.ArgumentParser(description="Makes the samples' data sets and models again.")
    parser.add_argument(
        "samples", nargs="*", metavar="|".join(SAMPLES), help="which to make; all if none is named"
    )
    parser.add_argument("--data-only", action="store_true", help="leave the models as they are")
    parser.add_argument("--answers", action="store_true", help="only say again what the answers are made for")
    parser.add_argument("--into", type=Path, default=FOLDER, help="write here instead, to compare")
    choice = parser.parse_args()
    for name in choice.samples or SAMPLES:
        if name not in SAMPLES:
            parser.error(f"There is no sample called {name}; choose from {', '.join(SAMPLES)}.")
        if choice.answers:
            print(say_again(choice.into / name))
        else:
            make(SAMPLES[name], choice.into / name, with_model=not choice.data_only)


def make(sample: Any, folder: Path, *, with_model: bool) -> None:
    """Write one sample's data sets, labels and, if wanted, its trained model into `folder`."""
    splits = sample.make_splits()
    write_splits(folder, splits)
    if hasattr(sample, "LABELS"):
        write_labels(folder, sample.LABELS)
    if with_model:
        write_model(folder, sample.make_model(splits))


if __name__ == "__main__":
    main()
