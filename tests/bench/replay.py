"""How exact: the public year replayed and scored by the scorer beside the project. The database plays no part."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from django.core.management import call_command
from django.db import connection

SHARED = Path(__file__).resolve().parents[3] / "shared"
LINES = SHARED / "data" / "online_retail_lines_public.csv.gz"
SCORER = SHARED / "bench" / "eval_next_order.py"


def run():
    if connection.vendor != "sqlite":
        print("the same on every database; see SQLite")
        return
    if not LINES.exists():
        print(f"skipped: {LINES.name} is not beside the project")
        return
    with tempfile.TemporaryDirectory() as folder:
        origins, out = Path(folder) / "origins.csv", Path(folder) / "predictions.jsonl"
        score = [sys.executable, str(SCORER), "--data", str(LINES)]
        subprocess.run([*score, "--list-origins", str(origins)], check=True)
        started = time.perf_counter()
        call_command("replay", str(LINES), origins=str(origins), out=str(out))
        print(f"replayed in {time.perf_counter() - started:.1f} s", flush=True)
        subprocess.run([*score, "--pred", str(out), "--split", "PUBLIC"], check=True)
