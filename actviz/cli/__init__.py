"""The command line: one file per command, each parsing its options and showing what one library call returns."""

from __future__ import annotations


def main() -> None:
    """Run the command line and exit."""
    import gc

    gc.set_threshold(50_000, 20, 20)  # imports make many objects and little garbage; collecting it costs start-up time
    from actviz.cli.app import run

    raise SystemExit(run())
