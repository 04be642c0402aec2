"""``actviz table``."""

from __future__ import annotations

import io
import json
import math
import os
import re
import sys
from pathlib import Path

import numpy as np
import pytest

from cli.running import Run, process, shell, terminal

WORKED = "0.11,-2.2,0,50.2,33.5,-0.6"
WORKED_CSV = """\
x,elu,elu'
0.11,0.11,1.0
-2.2,-0.8891968416376661,0.11080315836233387
0.0,0.0,1.0
50.2,50.2,1.0
33.5,33.5,1.0
-0.6,-0.45118836390597356,0.5488116360940264
"""
TEXT = "Numbers stand between line breaks, blanks or commas."
SAVED = "Write one with numpy.save."

DIGITS_HINT = "Give 1 to 1,000; a float64 has 17, and more are computed."


def test_elu_at_the_worked_values_in_csv(actviz: Run) -> None:
    done = actviz("table", "elu", "--at", WORKED, "--format", "csv")
    assert (done.code, done.out, done.err) == (0, WORKED_CSV, "")


def test_the_same_in_a_process_of_its_own(tmp_path: Path) -> None:
    done = process("table", "elu", "--at", WORKED, "--format", "csv", folder=tmp_path)
    assert (done.returncode, done.stdout.decode(), done.stderr) == (0, WORKED_CSV, b"")


def test_a_pipe_gets_plain_columns_to_seven_digits(actviz: Run) -> None:
    assert actviz("table", "elu", "--at", "-2.2,0").out == (
        "   x         elu       elu'\n-2.2  -0.8891968  0.1108032\n   0           0          1\n"
    )


def test_json(actviz: Run) -> None:
    done = actviz("table", "relu", "prelu:alpha=0.05", "--at", "-1,inf,nan", "--format", "json")
    assert json.loads(done.out, parse_constant=pytest.fail) == [
        {"x": -1.0, "relu": 0.0, "relu'": 0.0, "prelu:alpha=0.05": -0.05, "prelu:alpha=0.05'": 0.05},
        {"x": math.inf, "relu": math.inf, "relu'": 1.0, "prelu:alpha=0.05": math.inf, "prelu:alpha=0.05'": 1.0},
        {"x": None, "relu": None, "relu'": None, "prelu:alpha=0.05": None, "prelu:alpha=0.05'": None},
    ]


def test_markdown(actviz: Run) -> None:
    done = actviz("table", "relu", "--at", "-1,2", "--format", "markdown")
    assert (
        done.out == "|   x | relu | relu' |\n| --: | ---: | ----: |\n|  -1 |    0 |     0 |\n|   2 |    2 |     1 |\n"
    )


def test_latex(actviz: Run) -> None:
    done = actviz("table", "leaky_relu", "--at", "-1", "--format", "latex")
    assert done.out == (
        "\\begin{tabular}{rrr}\n\\toprule\nx & leaky\\_relu & leaky\\_relu$'$ \\\\\n\\midrule\n"
        "$-1$ & $-0.01$ & $0.01$ \\\\\n\\bottomrule\n\\end{tabular}\n"
    )


def test_a_range_with_negative_ends_has_points_evenly_spaced(actviz: Run) -> None:
    done = actviz("table", "identity", "--range", "-5", "5", "--points", "11", "--format", "csv")
    assert [line.split(",")[0] for line in done.out.splitlines()[1:]] == [f"{x}.0" for x in range(-5, 6)]


def test_without_places_the_range_is_minus_five_to_five(actviz: Run) -> None:
    assert actviz("table", "selu").out == actviz("table", "selu", "--range", "-5", "5", "--points", "11").out


def test_an_expression_at_its_breakpoint(actviz: Run) -> None:
    done = actviz("table", "max(x,0)**2", "--at", "-1,0,2", "--format", "csv", "--order", "0", "--order", "2")
    assert done.out == 'x,"max(x,0)**2","max(x,0)**2\'\'"\n-1.0,0.0,0.0\n0.0,0.0,0.0\n2.0,4.0,2.0\n'


def test_a_derivative_in_a_parameter(actviz: Run) -> None:
    done = actviz("table", "prelu", "--at", "-2,2", "--wrt", "alpha", "--format", "csv")
    assert done.out == "x,prelu,∂prelu/∂alpha\n-2.0,-0.5,-2.0\n2.0,2.0,0.0\n"


def test_a_mixed_derivative(actviz: Run) -> None:
    done = actviz("table", "swish", "--at", "0,1", "--wrt", "x,beta", "--format", "csv")
    header, at_zero, at_one = done.out.splitlines()
    assert (header, at_zero) == ("x,swish,∂²swish/∂x∂beta", "0.0,0.0,0.0")
    sigmoid = 1 / (1 + math.exp(-1))
    assert float(at_one.split(",")[2]) == pytest.approx(sigmoid * (1 - sigmoid) * (3 - 2 * sigmoid), rel=1e-14)


def test_digits(actviz: Run) -> None:
    done = actviz("table", "elu", "--at", "-1", "--format", "csv", "--digits", "3")
    assert done.out == "x,elu,elu'\n-1,-0.632,0.368\n"


def test_a_file_of_numbers_one_a_line(actviz: Run, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("-1\n\n  2.5e0 \r\ninf\n-0.0", encoding="utf-8")
    done = actviz("table", "relu", "--input", "x.txt", "--order", "0", "--format", "csv")
    assert done.out == "x,relu\n-1.0,0.0\n2.5,2.5\ninf,inf\n-0.0,0.0\n"


@pytest.mark.parametrize("kind", ["<f8", ">f4", "<i2", "<u1", "<f2"])
def test_an_array_file_of_any_real_kind(actviz: Run, tmp_path: Path, kind: str) -> None:
    np.save(tmp_path / "x.npy", np.array([[1, 2], [3, 4]], dtype=kind))
    done = actviz("table", "identity", "--input", "x.npy", "--order", "0", "--format", "csv")
    assert done.out == "x,identity\n1.0,1.0\n2.0,2.0\n3.0,3.0\n4.0,4.0\n"


def test_numbers_from_standard_input(actviz: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("1\n-2\n"))
    done = actviz("table", "relu", "--input", "-", "--order", "0", "--format", "csv")
    assert done.out == "x,relu\n1.0,1.0\n-2.0,0.0\n"


def test_bytes_on_standard_input_that_are_no_text(tmp_path: Path) -> None:
    done = process("table", "relu", "--input", "-", folder=tmp_path, data=b"1\n\xff\xfe\n")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode() == (
        "error: standard input is not a text file\nWrite numbers as text; arrays end in .npy.\n"
    )


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.txt", b"", f"'empty.txt' holds no numbers\n{TEXT}"),
        ("blank.txt", b"\n  \n", f"'blank.txt' holds no numbers\n{TEXT}"),
        ("bad.txt", b"1\ntwo\n3\n", f"'bad.txt', line 2: 'two' is not a number\n{TEXT}"),
        ("long.txt", b"9" * 39 + b"x" * 9, f"'long.txt', line 1: '{'9' * 39}…' is not a number\n{TEXT}"),
        (
            "binary.dat",
            b"\x80\x81\x00",
            "'binary.dat' is not a text file\nWrite numbers as text; arrays end in .npy.",
        ),
        ("zero.txt", b"1\n\x00\n", f"'zero.txt', line 2: '\\x00' is not a number\n{TEXT}"),
        ("empty.npy", b"", f"'empty.npy' is not a NumPy array file\n{SAVED}"),
        ("text.npy", b"1\n2\n", f"'text.npy' is not a NumPy array file\n{SAVED}"),
        ("cut.npy", b"\x93NUMPY\x01\x00v\x00{'descr'", f"'cut.npy' is not a NumPy array file\n{SAVED}"),
        ("zip.npy", b"PK\x03\x04broken", f"'zip.npy' is not a NumPy array file\n{SAVED}"),
    ],
)
def test_a_file_that_cannot_be_used_is_told(
    actviz: Run, tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    assert actviz("table", "selu", "--input", name).failure == (1, message)


@pytest.mark.parametrize(
    "text",
    [
        "1\n2\n3\n4.5\n",
        "# x\n1 2 3  # three\n\n 4.5\n",
        "1,2, 3,4.5",
        "1;2; 3 ;4.5;\n",
        "1.000000000000000000e+00\t2e0\n3\t45e-1\n",
        "# saved by numpy.savetxt\n1,2\n3,4.5",
    ],
)
def test_text_may_have_comments_and_several_numbers_a_line(actviz: Run, tmp_path: Path, text: str) -> None:
    (tmp_path / "x.txt").write_text(text, encoding="utf-8")
    words = ["--order", "0", "--format", "csv"]
    assert actviz("table", "x", *words, "--input", "x.txt").out == "x,x\n1.0,1.0\n2.0,2.0\n3.0,3.0\n4.5,4.5\n"


@pytest.mark.parametrize(
    ("text", "word"), [("0,5;1,5\n", "0,5"), ("x,y\n1,2\n", "x"), ("1 2 three\n", "three"), ("1 - 2", "-")]
)
def test_what_is_no_number_in_text_is_named(actviz: Run, tmp_path: Path, text: str, word: str) -> None:
    (tmp_path / "x.txt").write_text(text, encoding="utf-8")
    message = f"'x.txt', line 1: '{word}' is not a number\n{TEXT}"
    assert actviz("table", "selu", "--input", "x.txt").failure == (1, message)


def test_places_may_be_arithmetic(actviz: Run) -> None:
    out = actviz("table", "x", "--at", "pi,-pi/2,1/3,inf", "--order", "0", "--format", "csv").out
    places = [float(line.partition(",")[0]) for line in out.splitlines()[1:]]
    assert places == [math.pi, -math.pi / 2, 1 / 3, math.inf]
    out = actviz("table", "x", "--range", "-pi", "2*pi", "--points", "2", "--format", "csv").out
    assert [float(line.partition(",")[0]) for line in out.splitlines()[1:]] == [-math.pi, 2 * math.pi]


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.array(["a"]), f"'x.npy' does not hold real numbers\n{SAVED}"),
        (np.array([1j]), f"'x.npy' does not hold real numbers\n{SAVED}"),
        (np.array([True]), f"'x.npy' does not hold real numbers\n{SAVED}"),
        (np.array([]), f"'x.npy' holds no numbers\n{SAVED}"),
        (np.array([1.0, None], dtype=object), f"'x.npy' is not a NumPy array file\n{SAVED}"),
        (np.zeros(1, dtype=[("a", "f8")]), f"'x.npy' does not hold real numbers\n{SAVED}"),
    ],
)
def test_an_array_of_something_else_is_told(
    actviz: Run, tmp_path: Path, array: np.ndarray[tuple[int, ...], np.dtype[np.generic]], message: str
) -> None:
    np.save(tmp_path / "x.npy", array, allow_pickle=True)
    assert actviz("table", "selu", "--input", "x.npy").failure == (1, message)


def test_an_array_larger_than_its_file_is_told(actviz: Run, tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros(100))
    (tmp_path / "short.npy").write_bytes((tmp_path / "x.npy").read_bytes()[:-8])
    assert actviz("table", "selu", "--input", "short.npy").failure == (
        1,
        f"'short.npy' is not a NumPy array file\n{SAVED}",
    )


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("missing.txt", "No such file or directory"),
        ("missing.npy", "No such file or directory"),
        (".", "Is a directory"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(actviz: Run, source: str, reason: str) -> None:
    assert actviz("table", "selu", "--input", source).failure == (
        1,
        f"cannot read '{source}': {reason}\nName a file of numbers, one a line.",
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["selu", "--at", "1,two"], "'two' is not a number, in '--at 1,two'\nWrite '--at -1,0,2.5'."),
        (["selu", "--at", ""], "'' is not a number, in '--at '\nWrite '--at -1,0,2.5'."),
        (["selu", "--at", "1,,2"], "'' is not a number, in '--at 1,,2'\nWrite '--at -1,0,2.5'."),
        (["selu", "--range", "5", "-5"], "the range 5 to -5 is empty\nThe first number must be the smaller one."),
        (["selu", "--range", "1", "1"], "the range 1 to 1 is empty\nThe first number must be the smaller one."),
        (
            ["selu", "--range", "nan", "5"],
            "the range nan to 5 is not finite\nGive two numbers, as in '--range -5 5'.",
        ),
        (
            ["selu", "--range", "-inf", "5"],
            "the range -inf to 5 is not finite\nGive two numbers, as in '--range -5 5'.",
        ),
        (["selu", "--range", "a", "5"], "'a' is not a number, in '--range a 5'\nWrite two numbers after --range."),
        (["selu", "--points", "1"], "1 points cannot be spaced\nFrom 2 to 50,000,000."),
        (["selu", "--points", "99999999999"], "99999999999 points cannot be spaced\nFrom 2 to 50,000,000."),
        (["selu", "--points", "1.5"], "'1.5' is not a whole number, in '--points 1.5'\nWrite digits only."),
        (
            ["selu", "--digits", "0"],
            "0 significant digits cannot be printed\nGive 1 to 1,000; a float64 has 17, and more are computed.",
        ),
        (["selu", "--digits", "x"], "'x' is not a whole number, in '--digits x'\nWrite digits only."),
        (["selu", "--order", "x"], "'x' is not a whole number, in '--order x'\nWrite digits only."),
        (
            ["selu", "--order", "-1"],
            "a derivative of order -1 is not offered\nOrders run up to 12; 0 is the function itself.",
        ),
        (["selu", "--wrt", "beta"], "selu has no parameter 'beta'\nIts parameters: scale, alpha."),
        (["selu", "--at", "1", "--range", "0", "1"], "--at and --range both say where x is\nGive one of them."),
        (["selu", "--range", "0", "1", "--input", "x"], "--range and --input both say where x is\nGive one of them."),
    ],
)
def test_a_wrong_command_line_is_told(actviz: Run, words: list[str], message: str) -> None:
    assert actviz("table", *words).failure == (2, message)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["selu", "--format", "xml"], ["'xml'", "rich", "csv", "json", "markdown", "latex"]),
        ([], ["SPEC"]),
        (["selu", "--points"], ["--points"]),
    ],
)
def test_words_that_do_not_fit_are_told_with_those_that_do(actviz: Run, words: list[str], named: list[str]) -> None:
    assert actviz("table", *words).misfit("actviz table", *named)


def test_the_widest_range_is_spaced_without_overflow(actviz: Run) -> None:
    done = actviz("table", "identity", "--range", "-1.7e308", "1.7e308", "--points", "3", "--format", "csv")
    assert done.err == "" or done.code == 2
    assert "nan" not in done.out


def test_output_goes_to_a_file_whose_folder_is_made(actviz: Run, tmp_path: Path) -> None:
    done = actviz("table", "elu", "--at", WORKED, "--format", "csv", "-o", "new/elu.csv")
    assert (done.code, done.out, done.err) == (0, "", "wrote new/elu.csv\n")
    assert (tmp_path / "new" / "elu.csv").read_text(encoding="utf-8") == WORKED_CSV


def test_output_to_a_dash_is_standard_output(actviz: Run) -> None:
    done = actviz("table", "elu", "--at", WORKED, "--format", "csv", "-o", "-")
    assert (done.code, done.out, done.err) == (0, WORKED_CSV, "")


def test_output_to_a_folder_is_refused(actviz: Run) -> None:
    assert actviz("table", "elu", "-o", ".").failure == (1, "cannot write '.': it is a folder\nName a file in it.")


def test_output_that_cannot_be_written_is_told(actviz: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    code, message = actviz("table", "elu", "-o", "file/elu.csv").failure
    assert code == 1
    assert re.fullmatch(r"cannot write 'file/elu.csv': [\w ]+\nChoose another place with -o\.", message)


def test_a_reader_who_has_enough_is_no_error(tmp_path: Path) -> None:
    done = shell("actviz table selu --range -5 5 --points 100000 --format csv | head -1", tmp_path)
    assert (done.stdout, done.stderr) == ("x,selu,selu'\n", "")


def test_a_full_disk_is_one_message(tmp_path: Path) -> None:
    done = shell("actviz table selu --at 1 --format csv > /dev/full; echo $?", tmp_path)
    assert done.stdout == "1\n"
    assert done.stderr == "error: cannot write to standard output: No space left on device\n"


@pytest.mark.parametrize("format_name", ["rich", "csv", "latex"])
def test_an_ascii_locale_does_not_matter(tmp_path: Path, format_name: str) -> None:
    words = ("table", "prelu", "--wrt", "alpha", "--at", "1", "--format", format_name)
    done = process(*words, folder=tmp_path, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", PYTHONIOENCODING="")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.isascii()


def test_a_terminal_gets_a_ruled_table_that_fits(tmp_path: Path) -> None:
    code, text = terminal("table", "selu", "elu", "prelu:alpha=0.05,0.1", "--at", "-1,2", folder=tmp_path, columns=60)
    assert code == 0
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    assert "─" in text
    assert all(len(line) <= 60 for line in text.splitlines())
    assert {"selu'", "elu'", "prelu:alpha=0.05'", "prelu:alpha=0.1'", "-1.111331"} <= set(text.split())
    assert "…" not in text


def test_no_colour_reaches_a_terminal_that_wants_none(tmp_path: Path) -> None:
    _, text = terminal("table", "selu", "--at", "1", folder=tmp_path, NO_COLOR="1")
    assert not re.search(r"\x1b\[[0-9;]*3[0-9][;m]", text)


def test_nothing_is_boxed_or_coloured_in_a_pipe(tmp_path: Path) -> None:
    done = process("table", "selu", "--at", "1", folder=tmp_path, FORCE_COLOR="1", TERM="xterm-256color")
    assert b"\x1b" not in done.stdout
    assert done.stdout.decode() == "x      selu     selu'\n1  1.050701  1.050701\n"


def test_a_hundred_thousand_rows_come_out(actviz: Run) -> None:
    done = actviz("table", "selu", "--range", "-5", "5", "--points", "100000", "--format", "csv")
    assert done.out.count(os.linesep) == 100001
