"""The C compiler: zig, which pip installs and which compiles for every target; what it built is kept."""

import errno
import hashlib
import importlib.util
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from studio.compiler.sources import Optimize, SourceFile
from studio.core import places
from studio.core.errors import StudioError

# The product is what was written: no traps for undefined behaviour (tests build with sanitizers instead).
PRODUCT_FLAGS = (
    "-std=c99", "-fno-sanitize=all", "-fno-stack-protector", "-fomit-frame-pointer", "-fno-ident", "-g0", "-DNDEBUG",
)  # fmt: skip
OPTIMIZE_FLAGS = {Optimize.SIZE: "-Oz", Optimize.BALANCED: "-Os", Optimize.SPEED: "-O2"}
LONGEST_SECONDS = 300


def zig() -> list[str]:
    """The command that starts zig."""
    found = importlib.util.find_spec("ziglang")
    if found is not None and found.origin is not None:
        program = Path(found.origin).with_name("zig.exe" if os.name == "nt" else "zig")
        if program.is_file():
            return [str(program)]  # saves the start of another Python
    return [sys.executable, "-m", "ziglang"]


def compile(  # noqa: A001 - the word for it
    files: Iterable[SourceFile], flags: Iterable[str], product: str
) -> Path:
    """Compile and link the .c files among `files` into a file named `product`, and return its path.

    Folders in the names of `files` are kept. The same files and flags are compiled once; the result lies below
    places.cache(). Raises StudioError with the compiler's first error line, or if the result cannot be stored.
    """
    sources = sorted(files, key=lambda f: f.name)
    arguments = list(flags)
    target = places.cache() / "built" / _key(sources, arguments, product) / product
    if target.is_file():
        return target
    try:
        target.parent.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent.parent, ignore_cleanup_errors=True) as folder:
            work = Path(folder)
            for file in sources:
                path = work / file.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(file.text, encoding="utf-8")
            _run(work, [*arguments, "-o", product, *(f.name for f in sources if f.name.endswith(".c"))])
            target.parent.mkdir(exist_ok=True)
            os.replace(work / product, target)
    except OSError as error:
        raise _unwritable(error, target) from error
    return target


def _key(sources: list[SourceFile], arguments: list[str], product: str) -> str:
    digest = hashlib.sha256()
    for part in (_version(), product, *arguments, *(text for f in sources for text in (f.name, f.text))):
        data = part.encode()
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return digest.hexdigest()[:32]


def _version() -> str:
    try:
        return version("ziglang")
    except PackageNotFoundError:
        return "unknown"


def _run(work: Path, arguments: list[str]) -> None:
    environment = {
        **os.environ,
        "ZIG_GLOBAL_CACHE_DIR": str(places.cache() / "zig"),
        "ZIG_LOCAL_CACHE_DIR": str(work / "zig"),
    }
    try:
        done = subprocess.run(
            [*zig(), "cc", *arguments],
            cwd=work,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=LONGEST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise StudioError(
            f"The C compiler did not finish within {LONGEST_SECONDS} s and was stopped. Try a smaller model."
        ) from error
    if done.returncode:
        raise StudioError(_complaint(done.stderr, done.returncode))


def _complaint(output: str, code: int) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    if any("NoSpaceLeft" in line or "No space left" in line for line in lines):
        return f"The disk with {places.cache()} is full: the C code was not compiled. Free some space and try again."
    if any("No module named ziglang" in line for line in lines):
        return "The C compiler is missing: install it with 'pip install ziglang'."
    first = next((line for line in lines if "error:" in line), lines[0] if lines else f"exit code {code}")
    return f"The C compiler refused the generated code: {first}"


def _unwritable(error: OSError, target: Path) -> StudioError:
    if error.errno == errno.ENOSPC:
        return StudioError(
            f"The disk with {places.cache()} is full: the C code was not compiled. Free some space and try again."
        )
    return StudioError(
        f"The compiled code cannot be stored in {target.parent.parent} ({error.strerror or error}). Allow writing "
        "there, or set TINYML_STUDIO_CACHE to another folder."
    )
