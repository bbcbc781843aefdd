"""The C compiler: zig, which pip installs and which compiles for every target; what it built is kept."""

import errno
import hashlib
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from studio.compiler.sources import Optimize, SourceFile
from studio.core import places
from studio.core.errors import StudioError
from studio.core.products import is_whole, keep_product

# The product is what was written: no traps for undefined behaviour (tests build with sanitizers instead).
PRODUCT_FLAGS = (
    "-std=c99", "-fno-sanitize=all", "-fno-stack-protector", "-fomit-frame-pointer", "-fno-ident", "-g0", "-DNDEBUG",
)  # fmt: skip
OPTIMIZE_FLAGS = {Optimize.SIZE: "-Oz", Optimize.BALANCED: "-Os", Optimize.SPEED: "-O2"}
BLOB = "blob.bin"
LONGEST_SECONDS = 300
_LOOK_SECONDS = 0.03  # between two looks at whether the compiler is still wanted

Watch = Callable[[], None]  # called while the compiler works; what it raises stops the compiler


def patient() -> None:
    """A watch that waits to the end."""


def zig() -> list[str]:
    """The command that starts zig."""
    found = importlib.util.find_spec("ziglang")
    if found is not None and found.origin is not None:
        program = Path(found.origin).with_name("zig.exe" if os.name == "nt" else "zig")
        if program.is_file():
            return [str(program)]  # saves the start of another Python
    return [sys.executable, "-m", "ziglang"]


def compile(  # noqa: A001 - the word for it
    files: Iterable[SourceFile],
    flags: Iterable[str],
    product: str,
    *,
    objects: Iterable[Path] = (),
    blob: bytes = b"",
    watch: Watch = patient,
) -> Path:
    """Compile and link the .c files among `files` with `objects` into a file named `product`, and return its path.

    Folders in the names of `files` are kept; `objects` are results of this function, `blob` lies beside the files as
    BLOB. The same is compiled once; the result lies below places.cache() and is compiled anew where it was damaged.
    `watch` is called some thirty times a second: what it raises ends the compiler and is passed on. Raises StudioError
    with the compiler's first error line, or if the result cannot be stored.
    """
    sources = sorted(files, key=lambda f: f.name)
    arguments, linked = list(flags), list(objects)
    names = [part for path in linked for part in (path.parent.name, path.name)]
    target = places.cache() / "built" / _key(sources, [*arguments, *names], product, blob) / product
    if is_whole(target):
        return target
    try:
        target.parent.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent.parent, ignore_cleanup_errors=True) as folder:
            work = Path(folder)
            for file in sources:
                path = work / file.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(file.text, encoding="utf-8")
            if blob:
                (work / BLOB).write_bytes(blob)
            units = [f.name for f in sources if f.name.endswith(".c")]
            _run(work, [*arguments, "-o", product, *units, *map(str, linked)], watch)
            target.parent.mkdir(exist_ok=True)
            keep_product(work / product, target)
    except OSError as error:
        raise _unwritable(error, target) from error
    return target


def builder() -> str:
    """What builds machine code here, in words: the same builder makes the same bytes."""
    return f"zig {_version()}, {sys.platform}"


def _key(sources: list[SourceFile], arguments: list[str], product: str, blob: bytes) -> str:
    digest = hashlib.sha256()
    texts = (_version(), product, *arguments, *(text for f in sources for text in (f.name, f.text)))
    for data in (*(text.encode() for text in texts), blob):
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return digest.hexdigest()[:32]


@cache
def _version() -> str:
    try:
        return version("ziglang")
    except PackageNotFoundError:
        return "unknown"


def _run(work: Path, arguments: list[str], watch: Watch) -> None:
    environment = {
        **os.environ,
        "ZIG_GLOBAL_CACHE_DIR": str(places.cache() / "zig"),
        "ZIG_LOCAL_CACHE_DIR": str(work / "zig"),
    }
    end = time.monotonic() + LONGEST_SECONDS
    with (work / "complaints.txt").open("w+b") as complaints:
        child = subprocess.Popen(
            [*zig(), "cc", *arguments],
            cwd=work,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=complaints,
        )
        try:
            while not _has_ended(child):
                watch()
                if time.monotonic() > end:
                    raise StudioError(
                        f"The C compiler did not finish within {LONGEST_SECONDS} s and was stopped. "
                        "Try a smaller model."
                    )
        finally:
            if child.returncode is None:
                child.kill()
                child.wait()
        complaints.seek(0)
        if child.returncode:
            raise StudioError(_complaint(complaints.read().decode("utf-8", "replace"), child.returncode))


def _has_ended(child: "subprocess.Popen[bytes]") -> bool:
    try:
        child.wait(_LOOK_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return True


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
