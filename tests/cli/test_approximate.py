"""``actviz approximate``."""

from __future__ import annotations

import csv
import ctypes
import io
import json
import math
import re
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from flint import arb
from PIL import Image

import actviz as library
from cli.running import Run

SIGMOID = """\
Sigmoid by 4 straight pieces, for 0 ≤ x ≤ 8
quantity                          value  at x
largest error in the range  0.005673931  2.199
largest error beyond it       0.5056739  −256
RMS error, x ~ N(0, 1)        0.1506821

  from x      to x        slope  intercept
       0  1.191034    0.2241128  0.5056739
1.191034  2.199042     0.132179  0.6151702
2.199042  3.618261   0.05193577  0.7916284
3.618261         8  0.005886459  0.9582469

How many pieces?
pieces  largest error  (∫√|f″|)²/16N²
     1      0.1342517      0.08432018
     2     0.02530122      0.02108004
     4    0.005673931     0.005270011
     8     0.00135805     0.001317503

Both largest errors are proved by ball arithmetic, not sampled. Beyond the range this holds for |x|
up to 1e+12.
"""


def test_pieces_for_people(actviz: Run) -> None:
    done = actviz("approximate", "sigmoid", "--pieces", "4", "--range", "0", "8")
    assert (done.code, done.err) == (0, "")
    told, spec = done.out.rsplit("\n\n", 1)
    assert told + "\n" == SIGMOID
    assert library.get(spec.strip())(2.0) == pytest.approx(1 / (1 + math.exp(-2)), abs=0.0057)


def test_the_library_gives_what_the_command_line_gives(actviz: Run) -> None:
    done = actviz("approximate", "gelu", "--pieces", "5", "--range", "-4", "4", "--format", "json")
    data = json.loads(done.out)
    found = library.approximate("gelu", pieces=5, span=(-4, 4))
    for name in ("spec", "max_error", "max_error_at", "rms_gauss"):
        assert data[name] == getattr(found, name)
    assert data["knots"] == list(found.knots)
    assert np.ravel(data["coefficients"]).tolist() == np.ravel(np.array(found.coefficients)).tolist()


@pytest.mark.parametrize(
    ("words", "key"),
    [
        (["--table", "9"], "entries"),
        (["--polynomial", "4"], "coefficients"),
        (["--rational", "2,2"], "denominator"),
        (["--fit", "a*x/(1+abs(b*x))"], "parameters"),
        (["--int8", "0.03,0", "--int8", "1/128,0"], "entries"),
    ],
)
def test_json_has_the_names_that_scripts_rely_on(actviz: Run, words: list[str], key: str) -> None:
    data = json.loads(actviz("approximate", "tanh", *words, "--as", "json").out)
    assert {"spec", "max_error", "max_error_at", "max_error_beyond", "rms_gauss", "knots", key} <= set(data)
    assert library.get(data["spec"]).spec == data["spec"]


@pytest.mark.parametrize("words", [["--pieces", "16"], ["--polynomial", "7"], ["--table", "24", "--lookup", "nearest"]])
def test_every_command_takes_the_spec(actviz: Run, words: list[str]) -> None:
    spec = actviz("approximate", "silu", "--range", "-8", "8", *words, "--as", "spec").out.strip()
    for command in (
        ["info", spec],
        ["derive", spec],
        ["table", spec, "--at", "0,1"],
        ["plot", spec, "-o", "a.svg"],
        ["compare", "silu", spec, "-o", "b.svg"],
        ["approximate", spec, "--pieces", "3", "--range", "-2", "2"],
    ):
        assert actviz(*command).code == 0, command[0]


def test_csv_lists_the_entries(actviz: Run) -> None:
    done = actviz("approximate", "tanh", "--table", "5", "--range", "-2", "2", "--as", "csv")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [float(row["x"]) for row in rows] == [-2, -1, 0, 1, 2]
    assert [float(row["entry"]) for row in rows] == pytest.approx([math.tanh(x) for x in range(-2, 3)])


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler")
@pytest.mark.parametrize(
    "words",
    [
        ["--pieces", "6"],
        ["--rational", "3,2"],
        ["--table", "17", "--lookup", "nearest"],
        ["--table", "17"],
        ["--table", "17", "--lookup", "cubic"],
        ["--fit", "x*sigmoid(k*x)"],
    ],
)
def test_c_computes_what_the_spec_does(actviz: Run, tmp_path: Path, words: list[str]) -> None:
    done = actviz("approximate", "gelu", "--range", "-4", "4", *words, "-o", "f.c", "-o", "f.json")
    assert done.code == 0
    flags = ["-shared", "-fPIC", "-std=c99", "-Wall", "-Wextra", "-Werror", "-o", "f.so", "f.c", "-lm"]
    subprocess.run(["cc", *flags], cwd=tmp_path, check=True)
    function = ctypes.CDLL(str(tmp_path / "f.so")).f
    function.restype = ctypes.c_double
    spec = library.get(json.loads((tmp_path / "f.json").read_text())["spec"])
    x = np.concatenate([np.linspace(-7, 7, 700), [-4.0, 4.0]])
    arguments = [1.702] if words[0] == "--fit" else []
    if arguments:
        arguments = [spec.values["k"]]
    got = [function(ctypes.c_double(point), *map(ctypes.c_double, arguments)) for point in x.tolist()]
    assert got == pytest.approx(spec(x).tolist(), abs=1e-12)


@pytest.mark.parametrize(
    "words", [["--table", "17", "--lookup", "nearest"], ["--table", "17"], ["--table", "17", "--lookup", "cubic"]]
)
def test_numpy_computes_what_the_spec_does(actviz: Run, words: list[str]) -> None:
    code = actviz("approximate", "silu", "--range", "-4", "4", *words, "--as", "numpy").out
    spec = actviz("approximate", "silu", "--range", "-4", "4", *words, "--as", "spec").out.strip()
    names: dict[str, object] = {}
    exec(compile(code, "table", "exec"), names)
    x = np.linspace(-7, 7, 701)
    function = names["f"]
    assert callable(function)
    assert function(x) == pytest.approx(library.get(spec)(x), abs=1e-12)
    assert np.isnan(function(np.array([np.nan])))[0]


def test_a_byte_table_as_c_numpy_and_verilog(actviz: Run) -> None:
    words = ["approximate", "sigmoid", "--int8", "0.0478,3", "--int8", "1/256,-128"]
    entries = json.loads(actviz(*words, "--as", "json").out)["entries"]
    numbers = re.findall(r"-?\d+", actviz(*words, "--as", "c").out.partition("= {")[2].partition("}")[0])
    assert [int(number) for number in numbers] == entries
    names: dict[str, object] = {}
    exec(actviz(*words, "--as", "numpy").out, names)
    function = names["f"]
    assert callable(function)
    assert function(np.arange(-128, 128, dtype=np.int8)).tolist() == entries
    words_ = re.findall(r"8'd(\d+): begin value = 8'h(..); end", actviz(*words, "--as", "verilog-table").out)
    assert [int(place) for place, _ in words_] == list(range(256))
    assert [(int(word, 16) + 128) % 256 - 128 for _, word in words_] == entries


def test_pieces_as_verilog_are_in_the_format(actviz: Run) -> None:
    words = ["approximate", "tanh", "--pieces", "4", "--range", "0", "4", "--format", "q3.12"]
    data = json.loads(actviz(*words, "--as", "json").out)
    rows = re.findall(
        r"slope = 16'h(\w+); intercept = 16'h(\w+);", actviz(*words, "-o", "-", "--as", "verilog-table").out
    )
    assert [[int(word, 16) / 4096 for word in row] for row in rows[:-1]] == data["coefficients"]
    assert data["dtype"] == "q3.12"
    assert data["max_error_before_rounding"] < data["max_error"]


def test_a_fit_over_a_file(actviz: Run, tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.linspace(-2, 2, 101))
    done = actviz("approximate", "gelu", "--fit", "x*sigmoid(k*x)", "--input", "x.npy", "--format", "json")
    data = json.loads(done.out)
    assert data["inputs"] == 101
    assert data["norm"] == "rms"
    assert data["max_error_over_inputs"] <= data["max_error"]


def test_a_figure_and_a_table_at_once(actviz: Run, tmp_path: Path) -> None:
    done = actviz("approximate", "silu", "--pieces", "4", "-o", "a.png", "-o", "a.csv", "--theme", "dark")
    assert (done.code, done.out) == (0, "")
    assert sorted(done.err.split()) == sorted(["wrote", "a.png", "wrote", "a.csv"])
    with Image.open(tmp_path / "a.png") as image:
        text = image.info["Description"]
    assert text.startswith("SiLU by 4 straight pieces, for ")
    assert "proved; beyond the range at most " in text


def test_a_jump_at_an_inflection_is_told(actviz: Run) -> None:
    words = ["approximate", "tanh", "--pieces", "4", "--range", "-8", "8"]
    told = " ".join(actviz(*words).out.split())
    assert "Pieces on the two sides of an inflection or kink need not meet: the largest step" in told
    assert "need not meet" not in actviz(*words, "--continuous").out


def test_an_error_without_bound_and_a_quotient_of_zeros_are_told(actviz: Run) -> None:
    grown = " ".join(actviz("approximate", "exp(x)", "--pieces", "3", "--range", "-2", "0").out.split())
    assert "Beyond the range the error grows without bound, to the" in grown
    zeros = " ".join(actviz("approximate", "sinc", "--polynomial", "4", "--range", "-1", "1").out.split())
    assert "the formula is a quotient of zeros; within 1e-9 of it the error is sampled." in zeros


REFUSED = [
    ([], 2, "nothing says how to approximate\nGive one of --pieces, --table, --polynomial, --rational, --fit."),
    (["--pieces", "3", "--table", "4"], 2, "--pieces and --table exclude each other"),
    (["--pieces", "0"], 2, "0 pieces cannot be made\nFrom 1 to 256."),
    (["--pieces", "x"], 2, "'x' is not a whole number, in '--pieces x'\nWrite digits only."),
    (["--table", "70000"], 2, "70000 entries cannot be made\nFrom 1 to 65,536."),
    (["--table", "3", "--lookup", "cubic"], 2, "cubic look-up takes 4 entries or more, not 3"),
    (["--polynomial", "99"], 2, "99 as the degree of a polynomial cannot be made\nFrom 0 to 40."),
    (["--rational", "3"], 2, "'3' is not two numbers, in '--rational 3'\nWrite them with a comma between."),
    (["--rational", "3,1.5"], 2, "'3,1.5' is not two whole numbers, in '--rational 3,1.5'\nWrite '--rational 3,2'."),
    (["--pieces", "3", "--dtype", "flaot16"], 2, "there is no data type 'flaot16'\nDid you mean 'float16'?"),
    (["--pieces", "3", "--norm", "l1"], 2, "there is no norm 'l1'\nChoose one of max, gauss, rms."),
    (["--pieces", "3", "--knots", "odd"], 2, "there is no kind of knots 'odd'\nChoose one of free, uniform, powers."),
    (["--table", "3", "--knots", "uniform"], 2, "'--knots' does not go with '--table'\nIt goes with --pieces."),
    (["--pieces", "3", "--format", "q9"], 2, "'q9' is not a fixed-point format\nWrite q4.11: 4 bits before the point"),
    (["--pieces", "3", "--format", "q40.40"], 2, "a number in q40.40 takes 81 bits\nFrom 2 to 53 bits"),
    (["--pieces", "3", "--format", "xml"], 2, "there is no format 'xml'\nWrite a fixed-point format such as q4.11"),
    (
        ["--pieces", "3", "--range", "-9", "9", "--format", "q0.7"],
        2,
        " does not fit q0.7\nIt holds numbers from -1 to 1; take more",
    ),
    (
        ["--pieces", "3", "--format", "q4.11", "--dtype", "float16"],
        2,
        "'--format' and '--dtype' exclude each other\nBoth say what numbers are rounded to.",
    ),
    (["--pieces", "3", "--norm", "rms", "--continuous"], 2, "'--norm rms' moves the knots of pieces and joins them"),
    (["--int8", "0.1,0"], 2, "--int8 was given once\nGive it twice"),
    (["--int8", "-1,0", "--int8", "1,0"], 2, "the scale -1 of --int8 is not positive"),
    (["--int8", "1,0.5", "--int8", "1,0"], 2, "the zero point 0.5 of --int8 is not a signed byte"),
    (["--table", "9", "--int8", "1,0", "--int8", "1,0"], 2, "a table for bytes has 256 entries, not 9"),
    (
        ["--int8", "1,0", "--int8", "1,0", "--range", "0", "1"],
        2,
        "'--int8' says the range and the numbers of a table\nLeave out --range, --format and --dtype.",
    ),
    (
        ["--pieces", "9", "--knots", "powers", "--range", "1", "8"],
        2,
        "there are only 2 powers of two between 1 and 8, for 9",
    ),
    (["--pieces", "2", "--range", "3", "1"], 2, "nothing can be approximated from 3 to 1\nGive two numbers"),
    (["--fit", "x*sigmoid(1.7*x)"], 2, "'x*sigmoid(1.7*x)' has no parameter to fit\nName one and give it no value"),
    (
        ["--fit", "a+b+c+d+g+h+k+m+n*x"],
        2,
        "'a+b+c+d+g+h+k+m+n*x' has 9 parameters to fit\nAt most 8 are fitted together.",
    ),
    (
        ["--fit", "log(k-abs(k)-1)*x"],
        1,
        "the function to fit has no finite values in the range\nChoose another --range.",
    ),
    (["--pieces", "3", "--as", "verilog-table"], 2, "a Verilog table holds whole numbers of a fixed-point format"),
    (["--polynomial", "3", "--dtype", "float8_e5m2", "--range", "-1e9", "1e9"], 2, " is too large for float8_e5m2"),
    (
        ["--polynomial", "3", "--range", "-1", "2"],
        1,
        "Hard shrinkage jumps at x = −0.5, where no polynomial or quotient follows\nChoose a --range on one side",
    ),
    (["--pieces", "2", "-o", "a.bmp"], 2, "'.bmp' images are not written"),
]


@pytest.mark.parametrize(("words", "code", "message"), REFUSED)
def test_what_cannot_be_is_refused_in_words(actviz: Run, words: list[str], code: int, message: str) -> None:
    spec = "100000*x**3" if "float8_e5m2" in words else "hard_shrink" if words[:2] == ["--polynomial", "3"] else "tanh"
    found = actviz("approximate", spec, *words).failure
    assert found[0] == code
    assert message in found[1]


def test_inputs_that_do_not_suit_a_fit_are_refused(actviz: Run, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("1\n")
    words = ["approximate", "gelu", "--fit", "a*x*sigmoid(k*x)", "--input", "x.txt"]
    assert actviz(*words).failure[1].startswith("1 inputs do not determine 2 parameters")
    assert actviz(*words, "--norm", "gauss").failure[1].startswith("'--norm gauss' does not go with '--input'")


def test_degrees_for_which_nothing_is_found_are_refused(actviz: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actviz.analysis.approximation.remez._exchange", lambda *_: (None, arb(1)))
    code, message = actviz("approximate", "exp(x)", "--rational", "1,2", "--range", "-1", "2").failure
    assert code == 1
    assert message.startswith("no best quotient with 4 coefficients was found from -1 to 2\nIts degrees may be more")


def test_an_entry_without_a_value_is_refused(actviz: Run) -> None:
    code, message = actviz("approximate", "sin(x)/x", "--table", "3", "--range", "-1", "1").failure
    assert code == 1
    assert message == "the function has no value at an entry of the table\nChoose a --range where it has."


def test_a_quotient_with_a_pole_is_refused(actviz: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [Fraction(1)], [Fraction(1), Fraction(-2)]
    monkeypatch.setattr("actviz.analysis.approximation.smooth.coefficients", lambda *_: found)
    code, message = actviz("approximate", "tanh", "--rational", "0,1", "--range", "0", "2").failure
    assert code == 1
    assert message.startswith("the quotient that was found has a pole near x = 0.5")


def test_a_place_without_a_value_is_refused(actviz: Run) -> None:
    code, message = actviz("approximate", "1/x", "--table", "3", "--range", "-1", "1").failure
    assert code == 1
    assert message == "1/x has a pole or no value near x = 0, in -1 to 1\nChoose a --range without that place."


def test_the_library_says_what_is_wrong_with_its_words() -> None:
    with pytest.raises(library.ActvizError, match="a quotient has two degrees, not 1"):
        library.approximate("tanh", rational=(3,))
    with pytest.raises(
        library.ActvizError, match="int8 takes a scale and a zero point for the input and for the output"
    ):
        library.approximate("tanh", int8=(1, 2))
    with pytest.raises(TypeError, match="unexpected keyword argument 'peices'; did you mean 'pieces'"):
        library.approximate("tanh", peices=3)


def test_an_approximation_prints_itself() -> None:
    found = library.approximate("sigmoid", pieces=2, span=(0, 8))
    assert str(found).startswith("Sigmoid by 2 straight pieces, for 0 ≤ x ≤ 8\n")
    assert found.activation(1.0) == pytest.approx(1 / (1 + math.exp(-1)), abs=found.max_error)
