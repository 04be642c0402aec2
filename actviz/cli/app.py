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

from actviz.cli import terminal
from actviz.cli.output import complain, discard_output, hush, remark
from actviz.errors import LISTENER, ActvizError, UsageError, did_you_mean
from actviz.version import __version__

# Each command is the function `command` of the module named here, loaded when it is called or listed.
COMMANDS = {
    "list": "actviz.cli.listing",
    "info": "actviz.cli.info",
    "plot": "actviz.cli.plot",
    "derive": "actviz.cli.derive",
    "table": "actviz.cli.table",
    "compare": "actviz.cli.compare",
    "check": "actviz.cli.check",
    "identify": "actviz.cli.identify",
    "model": "actviz.cli.model",
    "approximate": "actviz.cli.approximate",
    "distribution": "actviz.cli.distribution",
    "propagate": "actviz.cli.propagate",
    "train": "actviz.cli.train",
    "cite": "actviz.cli.cite",
    "gallery": "actviz.cli.gallery",
    "config": "actviz.cli.config",
}


class _Command(terminal.Command):
    """A command whose defaults the settings may change, and whose help is grouped and ends with examples."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        from actviz.cli import settings

        settings.in_force.cache_clear()  # read once for each command line
        problem = None
        try:
            ctx.default_map = settings.for_command(str(self.name))
            settings.use_registry()
        except ActvizError as error:  # told after help was given, and after the words were found to be right
            problem = error
        rest = super().parse_args(ctx, _two_words(args))
        if problem is not None and not ctx.resilient_parsing:
            raise problem
        return rest

    def invoke(self, ctx: Any) -> Any:
        if not ctx.params.get("window"):  # files need no window system, whatever MPLBACKEND names
            os.environ.pop("MPLBACKEND", None)
        return super().invoke(ctx)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """What may follow the command's name, without the braces that the parser sets around what must."""
        return [piece.strip("{}") for piece in super().collect_usage_pieces(ctx)]

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """The usage on one line as long as it fits."""
        line = " ".join(["Usage:", ctx.command_path, *self.collect_usage_pieces(ctx)])
        if len(line) <= formatter.width:
            formatter.write(f"{line}\n")
        else:
            super().format_usage(ctx, formatter)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """The options under a heading for each group."""
        from actviz.cli.options import LOOK, RESULT, WHAT

        ctx.default_map = None  # help shows what is built in
        groups: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                panel = getattr(parameter, "rich_help_panel", None) or "Options"
                groups.setdefault("Arguments" if parameter.param_type_name == "argument" else panel, []).append(record)
        general = groups.pop("Options")  # they close the list
        for heading in sorted(groups, key=("Arguments", WHAT, RESULT, LOOK).index):
            with formatter.section(heading):
                formatter.write_dl(groups[heading])
        with formatter.section("Options"):
            formatter.write_dl(general)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002  the parser's signature
        from actviz.cli.examples import EXAMPLES

        with formatter.section("Examples"):
            for example in EXAMPLES[str(self.name)]:
                formatter.write(f"  {example}\n")


def _two_words(words: Sequence[str]) -> list[str]:
    """The words with ``--range -5,5`` as ``--range -5 5``."""
    written: list[str] = []
    for before, word in zip(["", *words], words, strict=False):
        parts = word.split(",")
        written += parts if before in ("--range", "--size") and len(parts) == 2 and all(parts) else [word]
    return written


class _Commands(TyperGroup):
    """The commands, each built only when it is wanted: to build one takes longer than to run it."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  the parser's signature
        return list(COMMANDS)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Every command with the whole sentence that says what it does, wrapped rather than cut off."""
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, str(self.get_command(ctx, name).help).partition("\n\n")[0]) for name in self.list_commands(ctx)]
            )

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args[0] not in COMMANDS and not args[0].startswith("-") and not ctx.resilient_parsing:
            raise _no_command(args[0])
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002  the parser's signature
        if cmd_name not in COMMANDS:
            return None
        single = typer.Typer(add_completion=False, rich_markup_mode=None, context_settings=_SETTINGS)
        single.command(cmd_name, cls=_Command)(import_module(COMMANDS[cmd_name]).command)
        command = typer.main.get_command(single)
        command.params.extend(parameter for parameter in self.params if parameter.name == "quiet")
        return command


def _no_command(word: str) -> UsageError:
    """The error for a word that stands in a command's place: the command that is near, or what to do with a spec."""
    import shlex

    from actviz.curves.specs import resolve

    try:
        resolve(word)
    except ActvizError:
        near = did_you_mean(word, COMMANDS)
        hint = f"Did you mean 'actviz {near}'?" if near else "'actviz --help' lists every command."
        return UsageError(f"there is no command '{word}'", hint)
    spec = shlex.quote(word)
    mark = "'" if spec == word else '"'
    plot, info = (f"{mark}actviz {command} {spec}{mark}" for command in ("plot", "info"))
    return UsageError(f"'{word}' is a function, and a command must come first", f"Write {plot} or {info}.")


_SETTINGS = {"help_option_names": ["-h", "--help"]}

app = typer.Typer(
    name="actviz",
    cls=_Commands,
    help="Plot, derive, tabulate and compare neural-network activation functions.",
    epilog="A SPEC is a name (selu), a name with parameters (prelu:alpha=0.05, or several: prelu:alpha=0.01,0.25), "
    "or an expression in x ('x*sigmoid(1.702*x)', with parameters 'a*tanh(b*x):a=1.7:b=0.67').",
    invoke_without_command=True,
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


def _hush(wanted: bool) -> None:
    if wanted:
        hush()


@app.callback()
def _root(
    context: typer.Context,
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
    quiet: Annotated[  # noqa: ARG001  acted on by its callback
        bool,
        typer.Option("-q", "--quiet", help="Say nothing but errors.", callback=_hush, expose_value=False),
    ] = False,
) -> None:
    if registry is not None:
        os.environ["ACTVIZ_REGISTRY"] = str(registry)
    if context.invoked_subcommand is None:
        _welcome()


def _welcome() -> None:
    from actviz.cli.examples import WELCOME
    from actviz.cli.output import show

    tries = "".join(f"  {command}\n      {what}\n" for command, what in WELCOME)
    show(
        "actviz plots, derives, tabulates and compares\nneural-network activation functions. Try:\n\n"
        f"{tries}\n'actviz --help' lists every command.\n"
    )


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: the words after the program's name; those of the process by default.

    Returns:
        The exit code: 0 done, 1 it could not be done, 2 the words are wrong, 130 interrupted.
    """
    hush(False)
    before = {name: os.environ.get(name) for name in ("ACTVIZ_REGISTRY", "MPLBACKEND")}
    try:
        if os.environ.get("_ACTVIZ_COMPLETE") == "complete_bash":
            from actviz.cli.completion import answer_bash

            code, words = answer_bash(lambda: _run(arguments))
            typer.echo(words, nl=False)
            return code
        return _run(arguments)
    finally:  # what the command line says holds for this run only
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _run(arguments: Sequence[str] | None) -> int:
    said: set[str] = set()

    def once(text: str) -> None:
        if text not in said:
            said.add(text)
            remark(text)

    listening = LISTENER.set(once)
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
        from actviz.cli.parse_errors import reworded

        _report(str(reworded(error, sys.argv[1:] if arguments is None else arguments)))
        return 2
    finally:
        LISTENER.reset(listening)
    if code == _INTERRUPTED:
        _report("interrupted")
    return code if isinstance(code, int) else 0


def _report(text: str) -> None:
    complain(f"error: {text}")
