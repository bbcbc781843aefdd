"""SavedModel folders and zips, checked before TensorFlow opens them."""

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from studio.core.errors import StudioError
from studio.core.storage import write_error

_MAX_FILES = 10_000
_MAX_BYTES = 1 << 30


@contextmanager
def unpacked(source: Path) -> Iterator[Path]:
    """The SavedModel folder of `source`: itself, or a zip's content in a folder that is removed afterwards."""
    if source.is_dir():
        yield source
        return
    with tempfile.TemporaryDirectory(prefix="tinyml-studio-") as place:
        yield _unpack(source, Path(place))


def check_saved_model(folder: Path) -> None:
    """Raise StudioError where parts of the SavedModel are missing or it is empty."""
    graph = folder / "saved_model.pb"
    if not graph.is_file() or graph.stat().st_size == 0:
        raise StudioError(f"There is no saved_model.pb in {folder.name}. Choose the folder that holds it.")
    if not (folder / "variables" / "variables.index").is_file() and (folder / "variables").is_dir():
        raise StudioError(
            "The SavedModel's variables are missing. Copy the whole folder, with variables/ in it."
        )


def _unpack(source: Path, place: Path) -> Path:
    try:
        with zipfile.ZipFile(source) as archive:
            members = archive.infolist()
            if len(members) > _MAX_FILES or sum(member.file_size for member in members) > _MAX_BYTES:
                raise StudioError(f"{source.name} unpacks to more than 1 GB, which no board holds.")
            for member in members:
                _check_name(member.filename, source)
            archive.extractall(place)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise StudioError(f"{source.name} is damaged or cut short. Zip the SavedModel again.") from error
    except OSError as error:
        raise write_error(place, error) from error
    found = sorted(place.rglob("saved_model.pb"), key=lambda path: len(path.parts))
    if not found:
        raise StudioError(f"There is no saved_model.pb in {source.name}. Zip the whole SavedModel folder.")
    return found[0].parent


def _check_name(name: str, source: Path) -> None:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in name:
        raise StudioError(
            f"{source.name} would write outside of its folder ('{name}'), so it is not opened. "
            "Zip the SavedModel folder again."
        )
