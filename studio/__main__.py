"""The command `tinyml-studio`: the window, and the same journey headless."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from studio import __version__
from studio.core.errors import StudioError
from studio.core.places import SAMPLES, sample_project

_COMMANDS = ("open", "run", "search", "infer", "validate", "review")
_DESCRIPTION = (
    "Takes a trained model to a microcontroller: compress it, inspect it, review it, export it, watch it."
)
_EPILOG = """examples:
  tinyml-studio                                  open the window
  tinyml-studio open my_project.tinyml           open a project, a model or a sample in the window
  tinyml-studio run digits --watch 5             the digits sample, headless, 5 s on the virtual board
  tinyml-studio run model.keras --data data/ --recipe int8,pruning=0.3 --board raspberry_pi_pico
                --review answers.toml --out bundle/
  tinyml-studio search digits --flash 50% --seconds 180 --out best.json
  tinyml-studio validate digits --board virtual_cortex_m0plus --samples 200 --json
  tinyml-studio review verify bundle/            is this what was reviewed?
  tinyml-studio infer model.tflite --on virtual-cortex-m4 --inputs x.npy --outputs y.npy --json

exit codes: 0 done, 1 a problem (the sentence is on stderr), 2 wrong usage, 3 the review refused the export,
            4 a bundle that is not what was reviewed, or of which that cannot be said"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or (given[0] not in _COMMANDS and not given[0].startswith("-")):
        if given and not Path(given[0]).exists() and given[0] not in SAMPLES:
            _parser().error(f"'{given[0]}' is neither a command ({', '.join(_COMMANDS)}) nor a file")
        given.insert(0, "open")
    options = _parser().parse_args(given)
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
        return _open(options)
    except StudioError as error:
        print(f"tinyml-studio: {error}", file=sys.stderr)
        if getattr(options, "json", False):
            print(json.dumps({"problems": [str(error)]}))
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tinyml-studio",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"tinyml-studio {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    window = commands.add_parser("open", help="open the window (the default)")
    window.add_argument("file", nargs="?", help="a project (.tinyml), a model or a sample to open")

    run = commands.add_parser("run", help="walk the whole journey without a window")
    run.add_argument(
        "target", metavar="PROJECT|MODEL", help="a project, a model, or a sample: digits, gestures, sine"
    )
    run.add_argument("--data", metavar="DIR|NPZ", help="folder with train/validation/test.npz, or one .npz")
    run.add_argument("--recipe", metavar="RECIPE", help="a recipe .json, or words: int8 or int8,pruning=0.3")
    run.add_argument("--board", metavar="ID", help="a board from resources/boards, such as raspberry_pi_pico")
    run.add_argument("--optimize", choices=("size", "balanced", "speed"), help="what the C code is tuned for")
    run.add_argument(
        "--review", metavar="TOML", help="the review's answers; without them nothing is exported"
    )
    run.add_argument(
        "--format",
        choices=("c99", "arduino", "platformio", "esp-idf", "zephyr", "linux", "phone"),
        help="what --out writes (default: what the board usually takes)",
    )
    run.add_argument(
        "--engine", choices=("studio-c", "tflm"), help="what computes on the board (default: studio-c)"
    )
    run.add_argument(
        "--sensor",
        choices=("link", "analog", "imu"),
        help="where the example reads its input (default: link)",
    )
    run.add_argument("--out", metavar="DIR", help="export the bundle to this folder, if the review allows it")
    run.add_argument(
        "--bench", action="store_true", help="export a build marked UNREVIEWED, for trials at the desk only"
    )
    run.add_argument(
        "--key",
        metavar="PEM",
        help="sign the review and the bundle with this key (Ed25519); TINYML_STUDIO_KEY_PASSWORD is its password",
    )
    run.add_argument(
        "--watch",
        metavar="SECONDS",
        type=_seconds,
        default=0.0,
        help="watch live inference this long (default: not)",
    )
    run.add_argument("--port", metavar="PORT", help="watch the board on this port instead of the virtual one")
    run.add_argument("--baud", type=int, default=115_200, help="of that port (default: 115200)")
    run.add_argument(
        "--speaks",
        choices=("auto", "frames", "text", "arduino-plotter", "teleplot", "edge-impulse", "csv"),
        default="auto",
        help="what that board sends: the studio's frames, or text (default: found out by listening)",
    )
    run.add_argument(
        "--pages", metavar="DIR", help="also write a picture of every page of the window (offscreen)"
    )
    run.add_argument("--dark", action="store_true", help="draw those pictures in the dark palette")
    run.add_argument("--json", action="store_true", help="end with one JSON line")

    search = commands.add_parser("search", help="find the recipe that suits a board best")
    search.add_argument("target", metavar="PROJECT|MODEL", help="a project, a model, or a sample")
    search.add_argument(
        "--data", metavar="DIR|NPZ", help="folder with train/validation/test.npz, or one .npz"
    )
    search.add_argument("--board", metavar="ID", help="a board from resources/boards")
    search.add_argument(
        "--optimize", choices=("size", "balanced", "speed"), help="what the C code is tuned for"
    )
    size = "9000, '12 KB', or a share of int8 everywhere such as 50%% (default: what the board has)"
    search.add_argument("--flash", metavar="SIZE", help=f"the most storage: {size}")
    search.add_argument("--ram", metavar="SIZE", help=f"the most memory: {size}")
    search.add_argument(
        "--lowest-accuracy",
        metavar="SHARE",
        type=float,
        help="0 to 1, or R² (default: a point below the model as loaded)",
    )
    search.add_argument("--seconds", type=_seconds, default=120.0, help="the time it may take (default: 120)")
    search.add_argument("--seed", type=int, default=1)
    search.add_argument("--out", metavar="JSON", help="write the best recipe to this file")
    search.add_argument("--json", action="store_true", help="end with one JSON line")

    review = commands.add_parser("review", help="show a review, or verify that a bundle is what was reviewed")
    asked = review.add_subparsers(dest="asked", metavar="WHAT", required=True)
    verify = asked.add_parser(
        "verify", help="make a bundle's code and papers again; check hashes, log, gate and signatures"
    )
    verify.add_argument("bundle", metavar="BUNDLE", help="the exported folder")
    verify.add_argument("--log", metavar="JSONL", help="the maker's own log, to compare with")
    verify.add_argument(
        "--key",
        metavar="HEX|PEM",
        action="append",
        default=[],
        help="seal and signatures must be of this key: a public key in hex, or a file of a key, whose password is in "
        "TINYML_STUDIO_KEY_PASSWORD (may be repeated)",
    )
    verify.add_argument("--json", action="store_true", help="end with one JSON line")
    show = asked.add_parser("show", help="tier, answers, limits, overrides, signatures and log")
    show.add_argument("target", metavar="PROJECT|BUNDLE", help="a project (.tinyml) or an exported folder")
    show.add_argument("--json", action="store_true", help="end with one JSON line")

    infer = commands.add_parser("infer", help="run arrays through the compiled C of a .tflite")
    infer.add_argument("model", metavar="MODEL.tflite", help="a .tflite: int8, int16 or float32")
    infer.add_argument("--on", choices=("host", "virtual-cortex-m4"), default="host", help="where to run it")
    infer.add_argument(
        "--inputs",
        metavar="X.npy",
        required=True,
        help="[N, *input shape]; as the model stores them, or floats",
    )
    infer.add_argument("--outputs", metavar="Y.npy", required=True, help="where to write the answers")
    infer.add_argument("--optimize", choices=("size", "speed", "balanced"), default="balanced")
    infer.add_argument("--json", action="store_true", help="end with one JSON line")

    validate = commands.add_parser("validate", help="ask a board test samples and compare its answers")
    validate.add_argument("target", metavar="PROJECT|MODEL", help="a project, a model, or a sample")
    validate.add_argument(
        "--data", metavar="DIR|NPZ", help="folder with train/validation/test.npz, or one .npz"
    )
    validate.add_argument("--recipe", metavar="RECIPE", help="a recipe .json, or words: int8,pruning=0.3")
    validate.add_argument(
        "--optimize", choices=("size", "balanced", "speed"), help="what the C code is tuned for"
    )
    validate.add_argument("--port", metavar="PORT", help="the board with the exported firmware")
    validate.add_argument(
        "--board",
        metavar="ID",
        default="virtual_cortex_m4",
        help="without --port: virtual_cortex_m4 (default), virtual_cortex_m0plus, virtual_atmega2560, …328p",
    )
    validate.add_argument(
        "--samples", type=int, default=200, help="test samples, of all classes (default: 200)"
    )
    validate.add_argument("--baud", type=int, default=115_200, help="of the line (default: 115200)")
    validate.add_argument(
        "--misbehave",
        metavar="WORDS",
        default="",
        help="of a virtual board: drop=0.01,flip=0.001,reset=30,unplug=20",
    )
    validate.add_argument("--json", action="store_true", help="end with one JSON line")
    return parser


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"'{text}' is no number of seconds from 0 up")
    return value


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


if __name__ == "__main__":
    sys.exit(main())
