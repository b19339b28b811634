from pathlib import Path

from django.core.management.utils import get_random_secret_key


def read_or_create(path: Path) -> str:
    """The key kept at `path`; made there, readable by its owner alone, on the first start.

    Two processes may start at once: the file appears complete or not at all, and who comes second
    reads the first one's.
    """
    if path.exists():
        return path.read_text().strip()
    draft = path.with_name(f"{path.name}.{get_random_secret_key()[:8].encode().hex()}")
    draft.touch(mode=0o600)
    draft.write_text(get_random_secret_key())
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text().strip()
