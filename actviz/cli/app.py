"""The Typer application, and the one place where errors become messages and exit codes."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from actviz import __version__
from actviz.cli import terminal
from actviz.cli.output import discard_output, remark
from actviz.errors import ActvizError

# Each command is the function `command` of the module named here, loaded when it is called or listed.
COMMANDS = {
    "list": "actviz.cli.listing",
    "info": "actviz.cli.info",
    "plot": "actviz.cli.plot",
    "derive": "actviz.cli.derive",
    "table": "actviz.cli.table",
    "compare": "actviz.cli.compare",
    "gallery": "actviz.cli.gallery",
}


class _Commands(TyperGroup):
    """The commands, each built only when it is wanted: to build one takes longer than to run it."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  the parser's signature
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002  the parser's signature
        if cmd_name not in COMMANDS:
            return None
        single = typer.Typer(add_completion=False, rich_markup_mode=None, context_settings=_SETTINGS)
        single.command(cmd_name, cls=terminal.Command)(import_module(COMMANDS[cmd_name]).command)
        return typer.main.get_command(single)


_SETTINGS = {"help_option_names": ["-h", "--help"]}

app = typer.Typer(
    name="actviz",
    cls=_Commands,
    help="Plot, derive, tabulate and compare neural-network activation functions.",
    epilog="A SPEC is a name (selu), a name with parameters (prelu:alpha=0.05, or several: prelu:alpha=0.01,0.25), "
    "or an expression in x ('x*sigmoid(1.702*x)', with parameters 'a*tanh(b*x):a=1.7:b=0.67').",
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help: nothing eaten by markup, and rich stays unloaded
    pretty_exceptions_enable=False,
    context_settings=_SETTINGS,
)

_INTERRUPTED = 130

# Typer re-exports one of its parser's errors; all that it raises for wrong words derive from that one's ancestors.
_WRONG_WORDS: type[Exception] = typer.BadParameter.__mro__[2]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"actviz {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[  # noqa: ARG001  acted on by its callback
        bool, typer.Option("--version", help="Print the version and exit.", callback=_version, is_eager=True)
    ] = False,
    registry: Annotated[
        Path | None,
        typer.Option(
            "--registry",
            metavar="FILE",
            help="A registry file of your own, in the form of actviz/registry/activations.toml; "
            "the environment variable ACTVIZ_REGISTRY does the same.",
            show_default=False,
        ),
    ] = None,
) -> None:
    if registry is not None:
        os.environ["ACTVIZ_REGISTRY"] = str(registry)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: the words after the program's name; those of the process by default.

    Returns:
        The exit code: 0 done, 1 it could not be done, 2 the words are wrong, 130 interrupted.
    """
    try:
        code = typer.main.get_command(app).main(
            None if arguments is None else list(arguments),
            prog_name="actviz",
            standalone_mode=False,
            terminal_width=min(80, shutil.get_terminal_size().columns),  # the parser's own least is 50
        )
        if sys.stdout is not None:
            sys.stdout.flush()
    except ActvizError as error:
        _report(str(error))
        return error.exit_code
    except (BrokenPipeError, SystemExit):  # the parser exits where its help meets a closed pipe
        discard_output()  # whoever read us has enough; that is no error
        return 0
    except OSError as error:
        discard_output()
        _report(f"cannot write to standard output: {error.strerror}")
        return 1
    except (KeyboardInterrupt, typer.Abort):
        _report("interrupted")
        return _INTERRUPTED
    except _WRONG_WORDS as error:
        words = sys.argv[1:] if arguments is None else arguments
        path = " ".join(["actviz", *[word for word in words[:1] if word in COMMANDS]])
        text = getattr(error, "format_message", error.__str__)().replace("Value error, ", "")
        if text.startswith("Usage:"):  # no words at all
            remark(text)
        else:
            _report(f"{text}\n'{path} --help' shows what can be written.")
        return 2
    if code == _INTERRUPTED:
        _report("interrupted")
    return code if isinstance(code, int) else 0


def _report(text: str) -> None:
    remark(f"error: {text}")
