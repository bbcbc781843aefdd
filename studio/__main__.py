"""The command `tinyml-studio`: the window, and the same journey headless."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from studio.command_line import COMMANDS, parser
from studio.core.errors import StudioError
from studio.core.places import SAMPLES, sample_project


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or (given[0] not in COMMANDS and not given[0].startswith("-")):
        if given and not Path(given[0]).exists() and given[0] not in SAMPLES:
            parser().error(f"'{given[0]}' is neither a command ({', '.join(COMMANDS)}) nor a file")
        given.insert(0, "open")
    options = parser().parse_args(given)
    try:
        if options.command == "run":
            return _run(options)
        if options.command == "search":
            return _search(options)
        if options.command == "infer":
            return _infer(options)
        if options.command == "validate":
            return _validate(options)
        if options.command == "review":
            return _review(options)
        if options.command == "strip":
            return _strip(options)
        return _open(options)
    except StudioError as error:
        print(f"tinyml-studio: {error}", file=sys.stderr)
        if getattr(options, "json", False):
            print(json.dumps({"problems": [str(error)]}))
        return 1
    except KeyboardInterrupt:
        return 130


def _open(options: argparse.Namespace) -> int:
    from studio.ui.app import run

    screen = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform == "linux" and not any(os.environ.get(name) for name in screen):
        raise StudioError("There is no screen for the window. Use 'tinyml-studio run' to go without one.")
    path = Path(options.file) if options.file else None
    if path is not None and not path.exists() and options.file in SAMPLES:
        path = sample_project(options.file)
    return run(sys.argv[:1], path)


def _run(options: argparse.Namespace) -> int:
    from studio.core.build import Optimize
    from studio.core.speech import Speech
    from studio.headless.run import RunOptions, run

    outcome = run(
        RunOptions(
            target=options.target,
            data=options.data,
            recipe=options.recipe,
            board=options.board,
            optimize=Optimize(options.optimize) if options.optimize else None,
            review=options.review,
            out=options.out,
            format_=options.format,
            engine=options.engine,
            sensor=options.sensor,
            watch_seconds=options.watch,
            port=options.port,
            baud=options.baud,
            speaks=Speech(options.speaks),
            bench=options.bench,
            key=options.key,
        ),
        print,
    )
    if options.pages:
        from studio.core.recipe import Recipe, Scheme
        from studio.ui.snapshots import save_page_pictures

        tries = (Recipe(pruning=0.2), Recipe(pruning=0.4), Recipe(Scheme.INT4), Recipe(palette=16))
        folder = Path(options.pages)
        for picture in save_page_pictures(outcome.project, folder, dark=options.dark, tries=tries):
            print(f"Picture: {picture}")
    if options.json:
        print(json.dumps(outcome.summary))
    return outcome.exit_code


def _search(options: argparse.Namespace) -> int:
    from studio.core.build import Optimize
    from studio.headless.search import SearchOptions, search

    outcome = search(
        SearchOptions(
            target=options.target,
            data=options.data,
            board=options.board,
            optimize=Optimize(options.optimize) if options.optimize else None,
            flash=options.flash,
            ram=options.ram,
            lowest_accuracy=options.lowest_accuracy,
            seconds=options.seconds,
            seed=options.seed,
            out=options.out,
        ),
        print,
    )
    if options.json:
        print(json.dumps(outcome.summary))
    return outcome.exit_code


def _infer(options: argparse.Namespace) -> int:
    from studio.core.build import Optimize
    from studio.headless.infer import infer

    figures = infer(
        Path(options.model),
        Path(options.inputs),
        Path(options.outputs),
        on_board=options.on == "virtual-cortex-m4",
        optimize=Optimize(options.optimize),
        say=print,
    )
    if options.json:
        print(json.dumps(figures))
    return 0


def _validate(options: argparse.Namespace) -> int:
    from studio.core.build import Optimize
    from studio.device.virtual_misbehaviour import parse
    from studio.headless.validate import ValidateOptions, validate

    outcome = validate(
        ValidateOptions(
            target=options.target,
            data=options.data,
            recipe=options.recipe,
            optimize=Optimize(options.optimize) if options.optimize else None,
            board=options.board,
            port=options.port,
            baud=options.baud,
            samples=options.samples,
            misbehaviour=parse(options.misbehave) if options.misbehave else None,
        ),
        print,
    )
    if options.json:
        print(json.dumps(outcome.summary))
    return outcome.exit_code


def _review(options: argparse.Namespace) -> int:
    from studio.headless import review

    if options.asked == "show":
        summary = review.show(Path(options.target), print)
    else:
        log = Path(options.log) if options.log else None
        summary = review.verify(Path(options.bundle), log, print, tuple(options.key))
    if options.json:
        print(json.dumps(summary))
    return 0 if summary.get("holds", True) else 4


def _strip(options: argparse.Namespace) -> int:
    from studio.headless.strip import strip

    outcome = strip(Path(options.data), Path(options.out), print)
    if options.json:
        print(json.dumps(outcome.summary))
    return outcome.exit_code


if __name__ == "__main__":
    sys.exit(main())
