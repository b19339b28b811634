"""What was fitted on a whole order book, as bytes: for whoever predicts with it later.

It is made of frozen dataclasses of the engine, numpy arrays, numbers, texts, None, tuples, lists and dicts, nested at will.
"""

import hashlib
import importlib
import io
import json
from dataclasses import fields, is_dataclass

import numpy as np

PACKAGE = "analytics.engine."
SCHEMA = "schema"
DIGEST_BYTES = hashlib.sha256().digest_size


class Unreadable(Exception):
    """Damaged, or written by code that has changed since."""


def dump(value) -> bytes:
    """The SHA-256 of an npz archive, and the archive: an array a leaf, and as JSON what hangs where. Never a pickle.

    Raises TypeError for what cannot be stored.
    """
    arrays = []
    schema = json.dumps(_described(value, arrays)).encode()
    named = {str(number): array for number, array in enumerate(arrays)}
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **{SCHEMA: np.frombuffer(schema, np.uint8)}, **named)
    archive = file.getvalue()
    return hashlib.sha256(archive).digest() + archive


def load(data: bytes):
    """What `dump` was given. Raises Unreadable."""
    digest, archive = data[:DIGEST_BYTES], data[DIGEST_BYTES:]
    if hashlib.sha256(archive).digest() != digest:
        raise Unreadable("damaged")
    try:
        with np.load(io.BytesIO(archive), allow_pickle=False) as arrays:
            return _restored(json.loads(arrays[SCHEMA].tobytes()), arrays)
    except (ImportError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise Unreadable(str(error)) from error


def _described(value, arrays):
    """[kind, content]; appends the arrays that it meets."""
    if is_dataclass(value) and type(value).__module__.startswith(PACKAGE):
        content = {one.name: _described(getattr(value, one.name), arrays) for one in fields(value)}
        return [f"{type(value).__module__}:{type(value).__qualname__}", content]
    if isinstance(value, np.ndarray | np.generic):
        array = np.asarray(value)
        if array.dtype.hasobject:
            raise TypeError("An array of objects cannot be stored.")
        arrays.append(array)
        return ["array" if isinstance(value, np.ndarray) else "scalar", len(arrays) - 1]
    if isinstance(value, tuple | list):
        return [type(value).__name__, [_described(part, arrays) for part in value]]
    if isinstance(value, dict):
        pairs = value.items()
        return ["dict", [[_described(key, arrays), _described(part, arrays)] for key, part in pairs]]
    if value is None or isinstance(value, bool | int | float | str):
        return ["value", value]
    raise TypeError(f"A {type(value).__name__} cannot be stored.")


def _restored(node, arrays):
    kind, content = node
    match kind:
        case "value":
            return content
        case "array":
            return arrays[str(content)]
        case "scalar":
            return arrays[str(content)][()]
        case "tuple" | "list":
            parts = [_restored(part, arrays) for part in content]
            return tuple(parts) if kind == "tuple" else parts
        case "dict":
            return {_restored(key, arrays): _restored(part, arrays) for key, part in content}
    made = _dataclass(kind)
    if {one.name for one in fields(made)} != set(content):
        raise ValueError(f"{kind} has other fields now.")
    return made(**{name: _restored(part, arrays) for name, part in content.items()})


def _dataclass(path):
    """Of the engine's own alone: what is stored can name nothing else."""
    module, _, name = path.partition(":")
    if not module.startswith(PACKAGE):
        raise ValueError(f"{path} is not the engine's.")
    found = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    if not (isinstance(found, type) and is_dataclass(found)):
        raise ValueError(f"{path} is no dataclass.")
    return found
