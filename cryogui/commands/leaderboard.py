"""The leaderboards: what is published, and what was measured here; never mixed up.

  cryogui leaderboard --variant cryo_et --board blind --tier overall

  cryogui leaderboard --into README.md

Measured rows come from 'cryogui score', 'cryogui evaluate', the window's submissions, and from a batch of
every method after every calibration on every scene, which can be interrupted and started again:

  cryogui leaderboard --run all --calibration none,auto

  cryogui leaderboard --run wbp,sirt --variant cryo_et --scheduler tcp://host:8786
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryogui.commands.batch import add_run_options, carry_out, require_run, summary
from cryogui.commands.findings import aligned
from cryogui.commands.output import add_json_option
from cryogui.errors import UserError
from cryogui.files import write_bytes
from cryogui.resources import TIERS, VARIANTS

if TYPE_CHECKING:
    from cryogui.challenge.boards import Row
    from cryogui.challenge.ledger import Entry

BEGIN, END = "<!-- leaderboard -->", "<!-- end of leaderboard -->"
_MOST_BYTES = 4 << 20
_SORTS = "score", "psnr_db", "ssim", "consistency", "seconds", "method"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--variant", choices=(*VARIANTS, "all"), default="all")
    parser.add_argument("--board", choices=("standard", "blind", "all"), default="all")
    parser.add_argument("--tier", choices=(*TIERS, "overall", "all"), default="all")
    parser.add_argument("--sort", choices=_SORTS, default="score", help="by what (default: score)")
    parser.add_argument("--measured", action="store_true", help="without the published rows")
    parser.add_argument("--out", type=Path, metavar="FILE.csv|.md", help="write the tables here")
    parser.add_argument(
        "--into", type=Path, metavar="FILE.md", help=f"renew what stands between {BEGIN} and {END}"
    )
    add_run_options(parser)
    add_json_option(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    from cryogui.challenge.boards import to_csv, to_markdown
    from cryogui.challenge.ledger import Ledger
    from cryogui.jobs import History

    require_run(args)
    if args.out and args.out.suffix.lower() not in (".csv", ".md"):
        raise UserError(f"{args.out.name} is neither .csv nor .md; choose one of these.")
    if args.into:
        _renewed(args.into, "")
    with closing(History()) as history:
        done = {} if args.run is None else carry_out(args, history)
        rows = _rows(args, Ledger(history).entries())
    if args.out:
        table = to_csv if args.out.suffix.lower() == ".csv" else to_markdown
        write_bytes(args.out, table(rows).encode())
    if args.into:
        write_bytes(args.into, _renewed(args.into, to_markdown(rows)).encode())
    return {"rows": [asdict(row) for row in rows], **done}


def describe(result: Mapping[str, Any]) -> str:
    """A table for each board; what is published is marked with a dagger."""
    lines: list[str] = []
    boards: dict[str, list[list[str]]] = {}
    for row in result["rows"]:
        title = f"{row['variant']}, {row['board']} board, {row['tier']}"
        head = ["method", "calibration", "score", "PSNR dB", "SSIM", "consistency", "seconds", "data"]
        boards.setdefault(title, [head]).append(_cells(row))
    for title, cells in boards.items():
        lines += [title, *(f"  {line}" for line in aligned(cells)), ""]
    lines += ["† published, not reproducible from public data; all others were measured here"]
    if "cells_done" in result:
        lines += ["", *summary(result)]
    return "\n".join(lines)


def _rows(args: argparse.Namespace, entries: Sequence[Entry]) -> list[Row]:
    from cryogui.challenge.boards import every_board

    rows = [
        row
        for row in every_board(entries)
        if args.variant in (row.variant, "all")
        and args.board in (row.board, "all")
        and args.tier in (row.tier, "all")
        and not (args.measured and row.source == "published")
    ]
    return rows if args.sort == "score" else _sorted(rows, args.sort)


def _sorted(rows: list[Row], by: str) -> list[Row]:
    """Each board's rows by another column, the best first; what is not known comes last."""
    ascending = by in ("seconds", "method")

    def place(row: Row) -> tuple[Any, ...]:
        value = getattr(row, by)
        board = VARIANTS.index(row.variant), row.board != "standard", (*TIERS, "overall").index(row.tier)
        apart = (*board, row.source == "published")
        if value is None:
            return (*apart, True, 0.0)
        return (*apart, False, value if ascending else -value)

    return sorted(rows, key=place)


def _renewed(path: Path, tables: str) -> str:
    """The text of `path` with these tables in it. Raises UserError where they have no place."""
    try:
        text = path.read_text(encoding="utf-8") if path.stat().st_size <= _MOST_BYTES else ""
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path.name} cannot be read as text; name a Markdown file.", repr(error)) from error
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise UserError(f"{path.name} lacks the lines {BEGIN} and {END}; put them where the tables belong.")
    return f"{before}{BEGIN}\n{tables}{END}{after}"


def _cells(row: Mapping[str, Any]) -> list[str]:
    def figure(name: str, digits: int) -> str:
        return "–" if row[name] is None else f"{row[name]:.{digits}f}"

    mark = " †" if row["source"] == "published" else ""
    return [
        row["method"] + mark,
        row["calibration"] or "–",
        figure("score", 3),
        figure("psnr_db", 2),
        figure("ssim", 3),
        figure("consistency", 3),
        figure("seconds", 0),
        row["data"],
    ]
