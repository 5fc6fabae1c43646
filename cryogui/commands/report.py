"""Writes a one-page report (PDF) of a scene: metadata, spec, scores, pictures, residual of every image."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from cryogui.commands.output import add_json_option
from cryogui.commands.scenes import add_image_option, add_source_options, opened_source


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_source_options(parser)
    add_image_option(parser, "the middle one")
    parser.add_argument("--out", type=Path, required=True, metavar="OUT.pdf", help="the report to write")
    add_json_option(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    from cryogui.app.export.offscreen import ready_painter
    from cryogui.export import ending_of

    ending_of(args.out, (".pdf",))
    ready_painter()
    from cryogui.app.export.report import report_of
    from cryogui.app.export.report_page import write_report

    with opened_source(args, "object") as source:
        report = report_of(source)
        write_report(args.out, report)
    figures = {figure.name: figure.text for figure in report.figures}
    return {"report": str(args.out), "scene": source.model.scene.name, "figures": figures}


def describe(result: dict[str, Any]) -> str:
    """The file written, and its figures."""
    figures = ", ".join(f"{name} {text}" for name, text in result["figures"].items())
    return f"{result['report']}: {result['scene']}" + (f", {figures}" if figures else "")
