"""Targets: Python functions of several kinds, C libraries, ONNX files and data, and what is said where they fail."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import actviz
from actviz.analysis.accuracy.naming import meant
from actviz.analysis.datatypes import TYPES, numpy_type
from actviz.analysis.targets import Target, is_target, load
from actviz.errors import ActvizError, InputError, UsageError

SOURCE = """
import math
import numpy as np


def silu(x):
    return x / (1 + np.exp(-x))


def plain(x):
    return x / (1 + math.exp(-x))


def scaled(x, factor=1.0):
    return factor * np.tanh(x)


class Shifted:
    def __init__(self, by=0.0):
        self.by = by

    def __call__(self, x):
        return x + self.by


def failing(x):
    return inner(x)


def inner(x):
    raise RuntimeError("no such luck")


def summed(x):
    return x.sum()


def softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()


def words(x):
    return np.array(["a"] * x.size)


def whole_numbers(x):
    return (x > 0).astype(np.int32)


number = 3
"""


@pytest.fixture
def acts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Target]:
    """Loads a function of the file above."""
    (tmp_path / "acts_here.py").write_text(SOURCE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def named(name: str, **keywords: Any) -> Target:
        found = load(f"acts_here.py:{name}", keywords)
        assert not isinstance(found, type)
        return found  # type: ignore[return-value]

    return named


X = np.array([-2.0, -0.5, 0.0, 1.0, 3.0])


def test_words_that_name_code_or_data_are_told_from_specs() -> None:
    for words in (
        "acts.py:f",
        "a/lib.so:f",
        "m:f",
        "pkg.mod:f",
        "torch.nn.functional:gelu",
        "x.npy",
        "x.csv",
        "f.onnx",
    ):
        assert is_target(words), words
    for words in ("gelu", "prelu:alpha=0.05", "x*sigmoid(b*x):b=1.7", "torch.nn.functional.gelu", "a if x > 0 else b"):
        assert not is_target(words), words


def test_numpy_functions_compute_in_the_data_type(acts: Callable[..., Target]) -> None:
    target = acts("silu")
    for name in ("float64", "float32", "float16"):
        want = (X.astype(name) / (1 + np.exp(-X.astype(name)))).astype(np.float64)
        assert np.array_equal(target.values(X, TYPES[name]), want)
    assert target.described.startswith("NumPy ")
    assert target.slopes(X, TYPES["float32"]) is None


def test_bfloat16_of_numpy_comes_from_ml_dtypes(acts: Callable[..., Target]) -> None:
    ml_dtypes = pytest.importorskip("ml_dtypes")
    short = X.astype(ml_dtypes.bfloat16)
    assert np.array_equal(acts("silu").values(X, TYPES["bfloat16"]), (short / (1 + np.exp(-short))).astype(np.float64))


def test_functions_of_one_float_are_called_for_each_number(acts: Callable[..., Target]) -> None:
    target = acts("plain")
    assert target.values(X, TYPES["float64"]) == pytest.approx(X / (1 + np.exp(-X)), rel=1e-15)
    assert target.described.startswith("Python ")
    assert target.values(np.array([-1000.0, 1.0]), TYPES["float64"])[0] == np.inf  # an OverflowError of math


def test_arguments_and_classes(acts: Callable[..., Target]) -> None:
    assert np.array_equal(acts("scaled", factor=2.0).values(X, TYPES["float64"]), 2 * np.tanh(X))
    assert np.array_equal(acts("Shifted", by=1.5).values(X, TYPES["float64"]), X + 1.5)
    assert np.array_equal(acts("whole_numbers").values(X, TYPES["float32"]), X > 0)


def test_modules_beside_are_found(acts: Callable[..., Target]) -> None:
    assert np.array_equal(load("acts_here:Shifted").values(X, TYPES["float64"]), X)  # type: ignore[union-attr]
    assert np.array_equal(load("numpy.tanh").values(X, TYPES["float64"]), np.tanh(X))  # type: ignore[union-attr]
    assert acts("silu").name == "acts_here.py:silu"


def test_an_error_in_the_users_code_is_shown_as_his(acts: Callable[..., Target]) -> None:
    with pytest.raises(InputError) as raised:
        acts("failing").values(X, TYPES["float32"])
    assert raised.value.exit_code == 1
    assert raised.value.message == (
        "'acts_here.py:failing' raised RuntimeError for an array of NumPy in float32:\n"
        "  acts_here.py, line 27, in failing\n"
        "    return inner(x)\n"
        "  acts_here.py, line 31, in inner\n"
        '    raise RuntimeError("no such luck")\n'
        "  RuntimeError: no such luck"
    )
    assert raised.value.hint == "The error is in that code, not in actviz."


def test_an_error_on_import_is_shown_as_his(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("broken_here.py").write_text("import sys\nsys.exit(3)\n")
    Path("wrong_here.py").write_text("def f(x:\n")
    for name, kind in (("broken_here", "SystemExit"), ("wrong_here", "SyntaxError")):
        for target in (f"{name}.py:f", f"{name}:f"):
            with pytest.raises(InputError, match=f"raised {kind} as it was imported"):
                load(target)


@pytest.mark.parametrize(
    ("target", "message", "hint"),
    [
        ("acts_here.py:sili", "'acts_here.py' has no 'sili', in 'acts_here.py:sili'", "Did you mean 'silu'?"),
        ("acts_here.py", "'acts_here.py' names a file and no function in it", "Write 'acts_here.py:NAME'."),
        ("no_file.py:f", "there is no file 'no_file.py', in 'no_file.py:f'", "Check its name."),
        (
            "no_module_here.f",
            "there is no module 'no_module_here' here, in 'no_module_here.f'",
            "Run actviz where it can be imported, or name the file: 'file.py:function'.",
        ),
        ("acts_here.py:number", "'acts_here.py:number' is no function: it is int", "Name a callable."),
        ("libnothing.so:f", "there is no library 'libnothing.so'", "Check its name."),
        ("nothing.onnx", "there is no file 'nothing.onnx'", "Check its name."),
        ("nothing.npy", "cannot read 'nothing.npy': No such file or directory", "Check the name of the file."),
    ],
)
def test_what_cannot_be_found_is_said(acts: Callable[..., Target], target: str, message: str, hint: str) -> None:
    assert acts is not None
    with pytest.raises(ActvizError) as raised:
        load(target)
    assert (raised.value.message, raised.value.hint) == (message, hint)


def test_words_that_name_nothing_are_refused() -> None:
    with pytest.raises(UsageError, match="'gelu' names no code and no file of points"):
        load("gelu")


def test_what_is_no_function_of_one_number_is_refused(acts: Callable[..., Target]) -> None:
    with pytest.raises(InputError, match=r"gives the shape \(\) for an array of 5 numbers"):
        acts("summed").values(X, TYPES["float32"])
    with pytest.raises(InputError, match="' is no function of one number: what it gives for one depends on the others"):
        acts("softmax").values(np.linspace(-3, 3, 999), TYPES["float32"])
    with pytest.raises(InputError, match="gives <U1 for numbers of float32"):
        acts("words").values(X, TYPES["float32"])


def test_a_name_says_which_function_it_is() -> None:
    assert meant("torch.nn.functional.gelu").entry.name == "gelu"
    assert meant("torch.nn.functional.gelu", {"approximate": "tanh"}).entry.name == "gelu_tanh"
    assert meant("torch.nn.LeakyReLU", {"negative_slope": 0.2}).values == {"negative_slope": 0.2}
    assert meant("mypackage.acts:mish").entry.name == "mish"
    assert meant("mine.py:hard_swish").entry.name == "hard_swish"
    with pytest.raises(UsageError, match=r"'mine\.py:my_gelu' does not say which function it should be"):
        meant("mine.py:my_gelu")


C = """
#include <math.h>
#include <stddef.h>
float tanh_f32(float x) { return tanhf(x); }
double tanh_f64(double x) { return tanh(x); }
void first(const float *x, float *y, size_t n) { for (size_t i = 0; i < n; i++) y[i] = tanhf(x[i]); }
void second(float *y, const float *x, int n) { for (int i = 0; i < n; i++) y[i] = tanhf(x[i]); }
void third(int n, const float *x, float *y) { for (int i = 0; i < n; i++) y[i] = tanhf(x[i]); }
void fourth(const float *x, int n, float *y) { for (int i = 0; i < n; i++) y[i] = tanhf(x[i]); }
unsigned short negated_bf16(unsigned short x) { return x ^ 0x8000; }
typedef unsigned short bits;
void negated(const bits *x, bits *y, size_t n) { for (size_t i = 0; i < n; i++) y[i] = x[i] ^ 0x8000; }
float crashing(float x) { if (x > 2) *(volatile int *)0 = 1; return x; }
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The C functions above, compiled."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no C compiler")
    folder = tmp_path_factory.mktemp("library")
    (folder / "acts.c").write_text(C, encoding="utf-8")
    subprocess.run([compiler, "-O1", "-shared", "-fPIC", "acts.c", "-o", "libacts.so", "-lm"], cwd=folder, check=True)
    return folder / "libacts.so"


@pytest.mark.parametrize("function", ["tanh_f32", "first", "second", "third", "fourth"])
def test_c_functions_are_called_as_they_are_made(library: Path, function: str) -> None:
    target = load(f"{library}:{function}")
    assert not isinstance(target, type)
    assert target.values(X, TYPES["float32"]) == pytest.approx(np.tanh(X), rel=1e-6)  # type: ignore[union-attr]
    assert "f(" in target.described


def test_c_names_say_their_type(library: Path) -> None:
    assert load(f"{library}:tanh_f64").usual == "float64"
    assert load(f"{library}:negated_bf16").usual == "bfloat16"
    assert actviz.check(f"{library}:tanh_f64", "tanh", points=1000).max_ulp < 2
    assert actviz.check(f"{library}:negated_bf16", "-x").max_ulp == 0
    assert actviz.check(f"{library}:negated", "-x", dtype="float16").max_ulp == 0
    assert "tanh" in [match.name for match in actviz.identify(f"{library}:tanh_f32").matches]


def test_a_crash_in_c_is_no_crash_here(library: Path) -> None:
    with pytest.raises(InputError, match="' crashed with signal 11"):
        load(f"{library}:crashing").values(X, TYPES["float32"])  # type: ignore[union-attr]
    with pytest.raises(InputError, match=r"cannot call '.*:nothing'"):
        load(f"{library}:nothing").values(X, TYPES["float32"])  # type: ignore[union-attr]
    with pytest.raises(UsageError, match="C functions are called with 16, 32 or 64 bits, and float8_e5m2 has 8"):
        load(f"{library}:first").values(X, TYPES["float8_e5m2"])  # type: ignore[union-attr]


def graph(path: Path, shape: list[Any], kind: int = 1, operator: str = "Gelu") -> None:
    """An ONNX file of one operator."""
    onnx = pytest.importorskip("onnx")
    helper = onnx.helper
    node = helper.make_node(operator, ["x"], ["y"])
    ends = [helper.make_tensor_value_info(name, kind, shape) for name in "xy"]
    model = helper.make_model(
        helper.make_graph([node], "g", ends[:1], ends[1:]), opset_imports=[helper.make_opsetid("", 20)], ir_version=9
    )
    onnx.save(model, str(path))


@pytest.mark.parametrize("shape", [["n"], [1, "n"], ["n", 3, 4], [7], [2, 3], []])
def test_onnx_files_are_run_whatever_their_shape(tmp_path: Path, shape: list[Any]) -> None:
    pytest.importorskip("onnxruntime")
    graph(tmp_path / "gelu.onnx", shape)
    target = load(str(tmp_path / "gelu.onnx"))
    assert target.values(X, TYPES["float32"]) == pytest.approx(actviz.get("gelu")(X), abs=1e-6)  # type: ignore[union-attr]
    assert target.described.startswith("onnxruntime ")
    assert target.slopes(X, TYPES["float32"]) is None  # type: ignore[union-attr]


def test_onnx_files_that_are_no_function_are_refused(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    onnx = pytest.importorskip("onnx")
    graph(tmp_path / "gelu.onnx", ["n"])
    assert load(str(tmp_path / "gelu.onnx")).usual == "float32"
    with pytest.raises(UsageError, match="' computes in float32, not in float16"):
        actviz.check(str(tmp_path / "gelu.onnx"), "gelu", dtype="float16")
    (tmp_path / "wrong.onnx").write_bytes(b"no model")
    with pytest.raises(InputError, match="as onnxruntime loaded it"):
        load(str(tmp_path / "wrong.onnx"))
    helper = onnx.helper
    ends = [helper.make_tensor_value_info(name, 1, ["n"]) for name in "xyz"]
    two = helper.make_graph([helper.make_node("Add", ["x", "y"], ["z"])], "g", ends[:2], ends[2:])
    onnx.save(
        helper.make_model(two, opset_imports=[helper.make_opsetid("", 20)], ir_version=9), str(tmp_path / "two.onnx")
    )
    with pytest.raises(InputError, match="has 2 inputs and 1 outputs, and a function has one of each"):
        load(str(tmp_path / "two.onnx"))
    whole = [helper.make_tensor_value_info(name, 6, ["n"]) for name in "xy"]
    neg = helper.make_graph([helper.make_node("Neg", ["x"], ["y"])], "g", whole[:1], whole[1:])
    onnx.save(
        helper.make_model(neg, opset_imports=[helper.make_opsetid("", 20)], ir_version=9), str(tmp_path / "whole.onnx")
    )
    with pytest.raises(InputError, match=r"whole.onnx' takes tensor\(int32\)"):
        load(str(tmp_path / "whole.onnx"))


def test_packages_that_are_not_there_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ml_dtypes", None)
    with pytest.raises(UsageError, match="NumPy has no bfloat16 without the package ml_dtypes"):
        numpy_type(TYPES["bfloat16"])
    monkeypatch.setitem(sys.modules, "ml_dtypes", ModuleType("ml_dtypes"))
    with pytest.raises(UsageError, match="this version of ml_dtypes has no float4_e2m1fn"):
        numpy_type(TYPES["float4_e2m1fn"])
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    (tmp_path / "some.onnx").write_bytes(b"")
    with pytest.raises(UsageError, match="ONNX files are run with the package onnxruntime, which is not installed"):
        load(str(tmp_path / "some.onnx"))


def test_a_graph_that_changes_the_shape_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    helper = pytest.importorskip("onnx").helper
    ends = [helper.make_tensor_value_info("x", 1, ["n"]), helper.make_tensor_value_info("y", 1, [])]
    summed = helper.make_graph([helper.make_node("ReduceSum", ["x"], ["y"], keepdims=0)], "g", ends[:1], ends[1:])
    model = helper.make_model(summed, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    (tmp_path / "sum.onnx").write_bytes(model.SerializeToString())
    with pytest.raises(InputError, match=r"' gives the shape \(\) for \(5,\)"):
        load(str(tmp_path / "sum.onnx")).values(X, TYPES["float32"])  # type: ignore[union-attr]


def test_points_are_read_from_every_form_of_file(tmp_path: Path) -> None:
    y = np.tanh(X)
    np.save(tmp_path / "columns.npy", np.column_stack([X, y]))
    np.save(tmp_path / "rows.npy", np.stack([X, y]).astype(np.float32))
    np.savez(tmp_path / "named.npz", x=X.astype(np.float16), y=y.astype(np.float16))
    (tmp_path / "head.csv").write_text(
        "x,y\n" + "".join(f"{a!r},{b!r}\n" for a, b in zip(X.tolist(), y.tolist(), strict=True))
    )
    (tmp_path / "plain.csv").write_text(
        "# made by hand\n" + "".join(f"{a!r} {b!r}\n" for a, b in zip(X[::-1].tolist(), y[::-1].tolist(), strict=True))
    )
    usual = {
        "columns.npy": "float64",
        "rows.npy": "float32",
        "named.npz": "float16",
        "head.csv": "float64",
        "plain.csv": "float64",
    }
    for name, kind in usual.items():
        found = load(str(tmp_path / name))
        assert np.array_equal(found.x, X)  # type: ignore[union-attr]
        assert found.y == pytest.approx(y, rel=1e-3)  # type: ignore[union-attr]
        assert found.usual == kind


def test_files_that_hold_no_points_say_so(tmp_path: Path) -> None:
    np.save(tmp_path / "three.npy", np.zeros((3, 3)))
    np.savez(tmp_path / "names.npz", a=X, b=X)
    np.savez(tmp_path / "lengths.npz", x=X, y=X[:2])
    np.savez(tmp_path / "words.npz", x=np.array(["a"]), y=np.array(["b"]))
    (tmp_path / "one.csv").write_text("1\n2\n")
    (tmp_path / "empty.csv").write_text("x,y\n")
    for name, problem in {
        "three.npy": r"its array has the shape \(3, 3\) and the type float64",
        "names.npz": "its arrays are named a, b",
        "words.npz": "an array has the type <U1",
        "lengths.npz": r"x has the shape \(5,\) and y \(2,\)",  # ' does not hold points: x has the shape '
        "one.csv": "row 1 is '1'",
        "empty.csv": "there are no rows",
    }.items():
        with pytest.raises(InputError, match=f"' does not hold points: {problem}"):
            load(str(tmp_path / name))


def test_a_grid_that_was_written_and_computed_elsewhere_is_checked(tmp_path: Path) -> None:
    x = actviz.check_grid("bfloat16")
    assert x.size == 65279
    y = TYPES["bfloat16"].rounded(np.tanh(x))
    np.savez(tmp_path / "pairs.npz", x=x.astype(np.float32), y=y.astype(np.float32))
    found = actviz.check(str(tmp_path / "pairs.npz"), "tanh", dtype="bfloat16")
    assert found.max_ulp <= 0.5
    assert found.points == x.size
    with pytest.raises(UsageError, match="' holds values, and a file has no derivative"):
        actviz.check(str(tmp_path / "pairs.npz"), "tanh", dtype="bfloat16", derivative=True)
    with pytest.raises(InputError, match=r"' has no point between 5e\+38 and 6e\+38"):
        actviz.check(str(tmp_path / "pairs.npz"), "tanh", dtype="bfloat16", span=(5e38, 6e38))
    with pytest.raises(UsageError, match="' holds points and is no function"):
        actviz.check(str(tmp_path / "pairs.npz"), "tanh", dtype="float32", exhaustive=True)
    with pytest.raises(UsageError, match="is no function\nName a function with --backward"):
        actviz.check(np.tanh, "tanh", dtype="float16", backward=str(tmp_path / "pairs.npz"))


def test_what_cannot_be_checked_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"bfloat16 has no number between 1\.001 and 1\.002"):
        actviz.check(np.tanh, "tanh", dtype="bfloat16", span=(1.001, 1.002))
    with pytest.raises(UsageError, match="' brings no automatic differentiation: it is run by NumPy"):
        actviz.check(np.tanh, "tanh", dtype="float16", derivative=True)
    with pytest.raises(InputError, match="the function has a value at none of the points"):
        actviz.check(np.tanh, "log(x)", dtype="float16", span=(-3, -2))
    state = tmp_path / "state.json"
    state.write_text("{}")
    with pytest.raises(InputError, match="' does not say how far a check has come: "):
        actviz.check(np.tanh, "tanh", dtype="float32", span=(1, 1.001), exhaustive=True, state=state)
