"""What the command `tinyml-studio` understands: its commands, their options and the words that explain them."""

import argparse

from studio import __version__

COMMANDS = ("open", "run", "search", "infer", "validate", "review", "strip")
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
  tinyml-studio strip data/ --out data-plain/    copies without GPS, names and other notes in pictures and sounds
  tinyml-studio infer model.tflite --on virtual-cortex-m4 --inputs x.npy --outputs y.npy --json

exit codes: 0 done, 1 a problem (the sentence is on stderr), 2 wrong usage, 3 the review refused the export,
            4 a bundle that is not what was reviewed, or of which that cannot be said"""


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    whole = argparse.ArgumentParser(
        prog="tinyml-studio",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    whole.add_argument("--version", action="version", version=f"tinyml-studio {__version__}")
    commands = whole.add_subparsers(dest="command", metavar="COMMAND", required=True)

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

    strip = commands.add_parser(
        "strip", help="copy data without what pictures and sounds tell of people (GPS, names, notes)"
    )
    strip.add_argument("data", metavar="DATA", help="a folder with data, or a single file of it")
    strip.add_argument(
        "--out",
        metavar="DIR",
        required=True,
        help="a new or empty folder for the copies; exit code 1 where something that must go is still in them",
    )
    strip.add_argument("--json", action="store_true", help="end with one JSON line")
    return whole


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"'{text}' is no number of seconds from 0 up")
    return value
