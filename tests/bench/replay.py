"""How exact: the public year replayed and scored by the scorer beside the project. The database plays no part."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from django.core.management import call_command

from tests.bench.skipping import DATA, SHARED, is_beside, runs_once

LINES = DATA / "online_retail_lines_public.csv.gz"
SCORER = SHARED / "bench" / "eval_next_order.py"


def run():
    if not (runs_once() and is_beside(LINES)):
        return
    with tempfile.TemporaryDirectory() as folder:
        origins, out = Path(folder) / "origins.csv", Path(folder) / "predictions.jsonl"
        score = [sys.executable, str(SCORER), "--data", str(LINES)]
        subprocess.run([*score, "--list-origins", str(origins)], check=True)
        started = time.perf_counter()
        call_command("replay", str(LINES), origins=str(origins), out=str(out))
        print(f"replayed in {time.perf_counter() - started:.1f} s", flush=True)
        subprocess.run([*score, "--pred", str(out), "--split", "PUBLIC"], check=True)
