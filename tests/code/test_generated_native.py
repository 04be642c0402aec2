"""Generated C and JavaScript, compiled and run, against the registry."""

from __future__ import annotations

import ctypes
import json
import math
import shutil
import subprocess
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
from generated import CASES, curve, curves, disagreement, points

from actviz.code import c, helpers, javascript, source
from actviz.code.program import unit
from actviz.curves.curve import Curve

needs_c = pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler: generated C is not compiled")
needs_node = pytest.mark.skipif(
    shutil.which("node") is None, reason="there is no node: generated JavaScript is not run"
)
ALL = [(parameters.id, *parameters.values) for parameters in CASES]


def wanted(case: tuple[Any, ...]) -> Curve:
    return curve(*case[1:])


def identifiers(of: Curve, reserved: Any, ascii_only: bool) -> list[str]:
    return [function.identifier for function in unit(of, reserved, ascii_only).functions]


# Each language is one test: pytest's workers would otherwise compile everything again, each for itself.
@needs_c
def test_c_computes_what_the_registry_does(tmp_path: Path) -> None:
    """Every case is a translation unit of its own, all are one library; a case's number goes before its names."""
    names = [f"case{number}.c" for number in range(len(ALL))]
    for number, (case, name) in enumerate(zip(ALL, names, strict=True)):
        of = wanted(case)
        renamed = [f"#define {word} case{number}_{word}\n" for word in identifiers(of, c.RESERVED, True)]
        (tmp_path / name).write_text("".join(renamed) + source(of, "c"), encoding="utf-8")
    flags = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-fPIC", "-shared", "-o", "all.so"]
    done = subprocess.run(["cc", *flags, *names, "-lm"], cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    library = ctypes.CDLL(str(tmp_path / "all.so"))
    failures = {}
    for number, case in enumerate(ALL):
        of = wanted(case)
        x = np.append(points(of), math.nan)
        for name, truth in zip(identifiers(of, c.RESERVED, True), curves(of), strict=True):
            function = getattr(library, f"case{number}_{name}")
            function.restype = ctypes.c_double
            given = [ctypes.c_double(value) for value in of.activation.values.values()]
            function.argtypes = [ctypes.c_double] * (1 + len(given))
            failures[case[0], name] = disagreement(np.array([function(at, *given) for at in x.tolist()]), truth, x)
    assert len(failures) == 2 * len(ALL)
    assert {case: text for case, text in failures.items() if text} == {}


@needs_node
def test_javascript_computes_what_the_registry_does(tmp_path: Path) -> None:
    """One process imports every module and prints the values of both functions at its points and at NaN."""
    work = []
    for number, case in enumerate(ALL):
        of = wanted(case)
        (tmp_path / f"case{number}.mjs").write_text(source(of, "javascript"), encoding="utf-8")
        work.append({"names": identifiers(of, javascript.RESERVED, False), "x": points(of).tolist()})
    (tmp_path / "work.json").write_text(json.dumps(work))
    (tmp_path / "main.mjs").write_text(
        'import { readFileSync } from "node:fs";\n'
        'const work = JSON.parse(readFileSync("work.json"));\n'
        "const results = [];\n"
        "for (const [number, { names, x }] of work.entries()) {\n"
        "    const module = await import(`./case${number}.mjs`);\n"
        "    results.push(names.map((name) => [...x, NaN].map((at) => String(module[name](at)))));\n"
        "}\n"
        "console.log(JSON.stringify(results));\n"
    )
    done = subprocess.run(["node", "main.mjs"], cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    failures = {}
    for case, both in zip(ALL, json.loads(done.stdout), strict=True):
        of = wanted(case)
        x = np.append(points(of), math.nan)
        for order, (texts, truth) in enumerate(zip(both, curves(of), strict=True)):
            found = np.array([float(text.replace("Infinity", "inf")) for text in texts])
            failures[case[0], order] = disagreement(found, truth, x)
    assert len(failures) == 2 * len(ALL)
    assert {case: text for case, text in failures.items() if text} == {}


@needs_node
def test_the_error_functions_of_javascript_are_right_to_fourteen_digits(tmp_path: Path) -> None:
    x = [*np.linspace(-6, 6, 401).tolist(), *np.linspace(6, 26.5, 200).tolist(), 1.5, -1.5, 1e-300, 1e-9]
    blocks = "\n".join(helpers.needed("javascript", {"erf", "erfc"}))
    script = (
        f"{blocks}\nconst x = {json.dumps(x)};\nconsole.log(JSON.stringify([x.map(careful_erf), x.map(careful_erfc)]))"
    )
    (tmp_path / "erf.mjs").write_text(script)
    done = subprocess.run(["node", "erf.mjs"], cwd=tmp_path, capture_output=True, text=True, timeout=100, check=True)
    for found, exact in zip(json.loads(done.stdout), (mpmath.erf, mpmath.erfc), strict=True):
        with mpmath.mp.workdps(40):
            pairs = [(value, exact(mpmath.mpf(at))) for at, value in zip(x, found, strict=True)]
            assert all(value == 0 for value, truth in pairs if truth == 0)
            error = max(abs(value / truth - 1) for value, truth in pairs if truth)
        assert error < 1e-14
