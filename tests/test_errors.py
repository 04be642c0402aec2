"""Every error that the tool can give, word for word, and a check that none was forgotten."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from cli.running import shell

import actviz as library
from actviz import errors
from actviz.cli.app import run

HERE = "HERE"  # the folder in which a command runs
ALLOWED = "Allowed: x, numbers, pi, e, parameters, + - * / **, functions, and 'a if x > 0 else b'."
FUNCTIONS = (
    "Functions: exp expm1 log log1p sqrt abs sign min max clip sin cos tan atan asinh sinh cosh tanh sech erf erfc "
    "sigmoid softplus log_sigmoid normal_pdf normal_cdf, and every activation by name, as in mish(2*x)."
)
SETTINGS = "Settings: theme, range, size, dpi, digits, points, registry."

# The words, the files they find, the environment, the exit code and the message.
COMMANDS: list[tuple[list[str], dict[str, bytes], dict[str, str], int, str]] = [
    (["plot", "selux"], {}, {}, 2, ("unknown activation 'selux'\nDid you mean 'selu'?")),
    (["plot", "zzzzqqqq"], {}, {}, 2, ("unknown activation 'zzzzqqqq'\n'actviz list' shows every name.")),
    (
        ["plot", "torch.nn.Softmax"],
        {},
        {},
        2,
        (
            "'torch.nn.Softmax' is not an element-wise activation: it normalises along an axis, from a "
            "vector to a vector\n"
            "actviz shows functions of one number; 'actviz list' shows every one."
        ),
    ),
    (["plot", "selu:beta=1"], {}, {}, 2, ("selu has no parameter 'beta'\nIts parameters: scale, alpha.")),
    (
        ["plot", "selu:alhpa=1"],
        {},
        {},
        2,
        ("selu has no parameter 'alhpa'\nDid you mean 'alpha'? Its parameters: scale, alpha."),
    ),
    (["plot", "relu:beta=1"], {}, {}, 2, ("relu has no parameters, so 'beta' cannot be set\nWrite just 'relu'.")),
    (
        ["plot", "selu:alpha=abc"],
        {},
        {},
        2,
        ("'abc' is not a number, in 'alpha=abc'\nWrite a number such as 0.25 or 1/6."),
    ),
    (
        ["plot", "selu:alpha=1e999"],
        {},
        {},
        2,
        ("'1e999' is not a number, in 'alpha=1e999'\nWrite a number such as 0.25 or 1/6."),
    ),
    (["plot", "selu:alpha"], {}, {}, 2, ("'alpha' in 'selu:alpha' is not a parameter setting\nWrite ':name=value'.")),
    (
        ["plot", "selu:alpha=1:alpha=2"],
        {},
        {},
        2,
        ("'alpha' is given twice in 'selu:alpha=1:alpha=2'\nFor several values write 'name=v1,v2'."),
    ),
    (
        [
            "plot",
            "prelu:alpha=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50",
        ],
        {},
        {},
        2,
        (
            "'prelu:alpha=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30"
            ",31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50' stands for 51 curves\n"
            "At most 50 are drawn together."
        ),
    ),
    (
        ["info", "prelu:alpha=1,2"],
        {},
        {},
        2,
        ("'prelu:alpha=1,2' is a sweep of 2 curves\nOne is wanted here: give one value each."),
    ),
    (["plot", "shrink:lambd=-1"], {}, {}, 2, ("shrink: lambd=-1.0 is not greater than 0\nIts default is 0.5.")),
    (["plot", "softplus:beta=0"], {}, {}, 2, ("softplus: beta=0.0 is not greater than 0\nIts default is 1.0.")),
    (["table", "sin"], {}, {}, 2, ("'sin' is a function\n  sin\n  ^\nWrite 'sin(x)'.")),
    (["table", "x*relu"], {}, {}, 2, ("'relu' is a function\n  x*relu\n    ^\nWrite 'relu(x)'.")),
    (["table", "x*b"], {}, {}, 2, ("the parameter 'b' has no value\n  x*b\n    ^\nGive it one: 'x*b:b=1'.")),
    (
        ["table", "x*relux"],
        {},
        {},
        2,
        ("the parameter 'relux' has no value\n  x*relux\n    ^\nGive it one, or did you mean 'relu(x)'?"),
    ),
    (["derive", "selu", "--wrt", "beta"], {}, {}, 2, ("selu has no parameter 'beta'\nIts parameters: scale, alpha.")),
    (
        ["derive", "swish", "--wrt", "x,beta", "--order", "3"],
        {},
        {},
        2,
        (
            "a derivative of order 3 takes 3 variables, and 'x,beta' names 2\n"
            "Name one for each time, as in '--wrt x,beta,beta'."
        ),
    ),
    (["list", "--family", "gatd"], {}, {}, 2, ("there is no family 'gatd'\nDid you mean 'gated'?")),
    (
        ["list", "--family", "q"],
        {},
        {},
        2,
        (
            "there is no family 'q'\n"
            "Families: rectifier, exponential, sigmoidal, gated, shrinkage, periodic, polynomial, other."
        ),
    ),
    (["list", "--framework", "torhc"], {}, {}, 2, ("there is no framework 'torhc'\nDid you mean 'torch'?")),
    (
        ["list", "--framework", "q"],
        {},
        {},
        2,
        ("there is no framework 'q'\nFrameworks: torch, jax, keras, onnx, transformers, timm, tfa."),
    ),
    (["list", "--search", "zzzz"], {}, {}, 1, ("no activation fits text 'zzzz'\n'actviz list' shows every one.")),
    (
        ["list", "--family", "gated", "--search", "zzzz"],
        {},
        {},
        1,
        ("no activation fits family 'gated' and text 'zzzz'\n'actviz list' shows every one."),
    ),
    (
        ["plot", "selu", "--range", "nan", "1"],
        {},
        {},
        2,
        ("the range nan to 1 is not finite\nGive two numbers, as in '--range -5 5'."),
    ),
    (
        ["plot", "selu", "--range", "1", "0"],
        {},
        {},
        2,
        ("the range 1 to 0 is empty\nThe first number must be the smaller one."),
    ),
    (
        ["plot", "selu", "--range", "-1e300", "1e300"],
        {},
        {},
        2,
        ("the range -1e+300 to 1e+300 is too wide to draw\nChoose a narrower one."),
    ),
    (
        ["plot", "selu", "--range", "1e9", "1000000000.1"],
        {},
        {},
        2,
        ("the range 1e+09 to 1e+09 is too narrow to draw\nChoose one that is wider or nearer to 0."),
    ),
    (
        ["plot", "selu", "--range", "a", "1"],
        {},
        {},
        2,
        ("'a' is not a number, in '--range a 1'\nWrite two numbers after --range."),
    ),
    (["plot", "x*log(x-9)"], {}, {}, 2, ("there is no finite value to draw between -5 and 5\nChoose another --range.")),
    (
        ["plot", "selu", "--no-function", "--order", "0"],
        {},
        {},
        2,
        (
            "without the function there is nothing to draw\n"
            "Ask for a derivative: --derivative or --order N; in Python, derivative=True or orders=(2,)."
        ),
    ),
    (["plot", "selu", "--dpi", "5"], {}, {}, 2, ("5 dots per inch cannot be drawn\nFrom 20 to 1200.")),
    (
        ["plot", "selu", "--dpi", "high"],
        {},
        {},
        2,
        ("'high' is not a whole number, in '--dpi high'\nWrite digits only."),
    ),
    (
        ["plot", "selu", "--size", "0", "0"],
        {},
        {},
        2,
        ("a figure of 0 by 0 inches cannot be drawn\nFrom 2 by 1.5 to 40 by 40 inches."),
    ),
    (
        ["plot", "selu", "--size", "40", "40", "--dpi", "1200"],
        {},
        {},
        2,
        (
            "40 by 40 inches at 1200 dots per inch is too large an image\n"
            "At most 50,000,000 pixels are drawn; lower --dpi or --size, or write SVG or PDF."
        ),
    ),
    (
        ["plot", "selu", "--order", "13"],
        {},
        {},
        2,
        ("a derivative of order 13 is not offered\nOrders run up to 12; 0 is the function itself."),
    ),
    (["plot", "selu", "-o", "a.bmp"], {}, {}, 2, ("'.bmp' images are not written\nUse .png, .svg, .pdf or .pgf.")),
    (["plot", "selu", "-o", "figure"], {}, {}, 2, ("'figure' has no image suffix\nUse .png, .svg, .pdf or .pgf.")),
    (
        ["plot", "selu", "-o", "-", "--open"],
        {},
        {},
        2,
        ("--open opens a file, and none is written\nName a file after -o."),
    ),
    (
        ["plot", "selu", "-o", "."],
        {},
        {},
        1,
        ("cannot write '.': it is a folder\nName a file in it, as in 'selu.png'."),
    ),
    (
        ["plot", "selu", "-o", "file/a.png"],
        {"file": b""},
        {},
        1,
        ("cannot write 'file/a.png': File exists\nChoose another place with -o."),
    ),
    (
        ["table", "selu", "-o", "a.xlsx"],
        {},
        {},
        2,
        "'.xlsx' files are not written\nUse .csv, .json, .md, .tex or .txt, or name the form with --format.",
    ),
    (
        ["derive", "selu", "-o", "a.py"],
        {},
        {},
        2,
        "'a.py' could hold code for several libraries\nSay which with --as numpy, torch, jax or sympy.",
    ),
    (["table", "selu", "-o", "."], {}, {}, 1, ("cannot write '.': it is a folder\nName a file in it.")),
    (
        ["table", "selu", "-o", "a\x00b"],
        {},
        {},
        1,
        ("a file name cannot hold a NUL character\nChoose another place with -o."),
    ),
    (
        ["plot", "selu", "--show"],
        {},
        {"MPLBACKEND": "agg"},
        1,
        ("matplotlib has no display to open a window on, or no toolkit to draw it with\nWrite a file with -o."),
    ),
    (["table", "selu", "--at", "1,b"], {}, {}, 2, ("'b' is not a number, in '--at 1,b'\nWrite '--at -1,0,2.5'.")),
    (
        ["table", "selu", "--at", "1", "--range", "0", "1"],
        {},
        {},
        2,
        ("--at and --range both say where x is\nGive one of them."),
    ),
    (
        ["table", "selu", "--at", "1", "--points", "3"],
        {},
        {},
        2,
        ("--points cuts up a range, and --at names the points\nGive one of them."),
    ),
    (["table", "selu", "--points", "1"], {}, {}, 2, ("1 points cannot be spaced\nFrom 2 to 50,000,000.")),
    (
        ["table", "selu", "--range", "0", "inf"],
        {},
        {},
        2,
        ("the range 0 to inf is not finite\nGive two numbers, as in '--range -5 5'."),
    ),
    (
        ["table", "selu", "--range", "1", "0"],
        {},
        {},
        2,
        ("the range 1 to 0 is empty\nThe first number must be the smaller one."),
    ),
    (
        ["table", "selu", "--digits", "0"],
        {},
        {},
        2,
        ("0 significant digits cannot be printed\nGive 1 to 1,000; a float64 has 17, and more are computed."),
    ),
    (
        ["table", "selu", "--input", "missing.txt"],
        {},
        {},
        1,
        ("cannot read 'missing.txt': No such file or directory\nName a file of numbers, one a line."),
    ),
    (
        ["table", "selu", "--input", "a\x00b"],
        {},
        {},
        1,
        ("a file name cannot hold a NUL character\nName a file of numbers, one a line."),
    ),
    (
        ["table", "selu", "--input", "empty.txt"],
        {"empty.txt": b""},
        {},
        1,
        ("'empty.txt' holds no numbers\nNumbers stand between line breaks, blanks or commas."),
    ),
    (
        ["table", "selu", "--input", "bad.txt"],
        {"bad.txt": b"1\ntwo\n"},
        {},
        1,
        ("'bad.txt', line 2: 'two' is not a number\nNumbers stand between line breaks, blanks or commas."),
    ),
    (
        ["table", "selu", "--input", "bytes.txt"],
        {"bytes.txt": b"\xff"},
        {},
        1,
        ("'bytes.txt' is not a text file\nWrite numbers as text; arrays end in .npy."),
    ),
    (
        ["table", "selu", "--input", "text.npy"],
        {"text.npy": b"1"},
        {},
        1,
        ("'text.npy' is not a NumPy array file\nWrite one with numpy.save."),
    ),
    (["compare", "relu"], {}, {}, 2, ("a comparison takes two functions or more\nWrite 'actviz compare relu prelu'.")),
    (
        ["derive", "selu", "--order", "0"],
        {},
        {},
        2,
        ("a derivation of order 0 has nothing to derive\nOrders run from 1 to 12."),
    ),
    (
        ["derive", "log(-1-x**2)"],
        {},
        {},
        1,
        (
            "the derivative of ln(−1 − x²) could not be checked: it has no finite value at any point that was tried\n"
            "Derivatives are checked around breakpoints and within ±8, or ±8e+09 if need be."
        ),
    ),
    (
        ["derive", "sqrt(x-x-1)"],
        {},
        {},
        1,
        (
            "the derivative of √(x − x − 1) could not be checked: it has no finite value at any point that was tried\n"
            "Derivatives are checked around breakpoints and within ±8, or ±8e+09 if need be."
        ),
    ),
    (
        ["cite", "sigmoid"],
        {},
        {},
        1,
        (
            "'sigmoid' has no source to cite: it is folklore, older than any paper on it\n"
            "'actviz info sigmoid' shows what is known."
        ),
    ),
    (["cite", "x*x"], {}, {}, 1, "'x*x' is a formula of your own, so there is no source to cite"),
    (
        ["gallery", "--family", "q", "here"],
        {},
        {},
        2,
        (
            "there is no family 'q'\n"
            "Families: rectifier, exponential, sigmoidal, gated, shrinkage, periodic, polynomial, other."
        ),
    ),
    (
        ["plot", "1 if sin(1e5*x) > 0 else 0"],
        {},
        {},
        2,
        ("the expression has over 2,000 breakpoints between -inf and inf\nChoose a narrower range with --range."),
    ),
    (
        ["--registry", "missing.toml", "list"],
        {},
        {},
        1,
        "cannot read the registry 'missing.toml': No such file or directory",
    ),
    (
        ["--registry", "own.toml", "list"],
        {"own.toml": b"\xff"},
        {},
        1,
        ("'own.toml' is not a text file\nA registry is a TOML file."),
    ),
    (
        ["derive", "selu", "--order", "4", "--at", "x"],
        {},
        {},
        2,
        ("'x' is not a number, in '--at x'\nWrite '--at -1,0,2.5'."),
    ),
    (
        ["config"],
        {"pyproject.toml": b"[tool.actviz]\nthem = 1"},
        {},
        1,
        (f"{HERE}/pyproject.toml, [tool.actviz]: there is no setting 'them'\nDid you mean 'theme'? {SETTINGS}"),
    ),
    (
        ["config"],
        {"pyproject.toml": b"[tool.actviz]\ncolour = 1"},
        {},
        1,
        (f"{HERE}/pyproject.toml, [tool.actviz]: there is no setting 'colour'\n{SETTINGS}"),
    ),
    (
        ["config"],
        {"pyproject.toml": b"[tool.actviz]\ntheme = 'drak'"},
        {},
        1,
        (
            f"{HERE}/pyproject.toml, [tool.actviz], theme: 'drak' is not a theme\n"
            "Did you mean 'dark'? Themes: light, dark, print, paper."
        ),
    ),
    (
        ["config"],
        {"pyproject.toml": b"[tool.actviz]\nrange = 5"},
        {},
        1,
        (f"{HERE}/pyproject.toml, [tool.actviz], range: 5 is not a pair of numbers\nWrite two numbers, as in [-5, 5]."),
    ),
    (
        ["config"],
        {"pyproject.toml": b"[tool.actviz]\nrange = [5, -5]"},
        {},
        1,
        (
            f"{HERE}/pyproject.toml, [tool.actviz], range: the range 5 to -5 is empty\n"
            "The first number must be the smaller one."
        ),
    ),
    (
        ["config"],
        {"pyproject.toml": b"[tool.actviz]\ndpi = 1.5"},
        {},
        1,
        (f"{HERE}/pyproject.toml, [tool.actviz], dpi: 1.5 is not a whole number\nWrite digits only."),
    ),
    (
        ["config"],
        {"pyproject.toml": b"[tool.actviz]\nregistry = 1"},
        {},
        1,
        (
            f"{HERE}/pyproject.toml, [tool.actviz], registry: 1 is not the name of a file\n"
            "Write the path of a registry file in quotes."
        ),
    ),
    (
        ["config"],
        {"pyproject.toml": b"[tool.actviz]\ndpi = 1"},
        {},
        1,
        (f"{HERE}/pyproject.toml, [tool.actviz], dpi: 1 dots per inch cannot be drawn\nFrom 20 to 1200."),
    ),
    (
        ["config"],
        {"pyproject.toml": b"[tool]\nactviz = 3"},
        {},
        1,
        (f"{HERE}/pyproject.toml, [tool.actviz]: 3 is not a table\nWrite settings below [tool.actviz]."),
    ),
    (
        ["config"],
        {"pyproject.toml": b"[tool.actviz\n"},
        {},
        1,
        (
            f"'{HERE}/pyproject.toml' is not a TOML file: Expected ']' at the end of a table declaration (at "
            "line 1, column 13)"
        ),
    ),
    (
        ["config"],
        {"pyproject.toml": b"\xffactviz"},
        {},
        1,
        (f"'{HERE}/pyproject.toml' is not a text file\nSettings are a TOML file."),
    ),
    (
        ["config"],
        {},
        {"ACTVIZ_DPI": "high"},
        1,
        ("ACTVIZ_DPI in the environment: 'high' is not a whole number\nWrite digits only."),
    ),
]

# Expressions, each given to `actviz table`.
EXPRESSIONS = [
    ("", (f"the expression is empty\n{ALLOWED}")),
    ("x + * 2", (f"the expression cannot be read from here\n  x + * 2\n      ^\n{ALLOWED}")),
    ("(x", ("a parenthesis is not closed\n  (x\n  ^\nWrite ')' after what it holds.")),
    ("1 if x > 0", ("an 'if' needs its 'else'\n  1 if x > 0\n    ^\nWrite 'a if x > 0 else b'.")),
    ("x^^2", ("'^' has no meaning here\n  x^^2\n    ^\nA power is written '**', as in x**2.")),
    ("prelu:0.1", "'0.1' in 'prelu:0.1' is not a parameter setting\nWrite 'prelu:alpha=0.1'."),
    (
        "selu:-1",
        "'-1' in 'selu:-1' is not a parameter setting\nWrite 'selu:scale=-1', say; its parameters: scale, alpha.",
    ),
    ("x % 2", ("'%' is not an operator of the language\n  x % 2\n      ^\nThe operators are + - * / and **.")),
    ("x + 'a' + x", (f"''a'' is not a real number\n  x + 'a' + x\n      ^\n{ALLOWED}")),
    ("x*1e999", ("this number is too large\n  x*1e999\n    ^\nThe largest float64 is about 1.8e308.")),
    ("x*log(0)", ("this has no finite value\n  x*log(0)\n    ^\nThe largest float64 is about 1.8e308.")),
    ("x/0", ("this divides by zero\n  x/0\n    ^\nThe divisor must be a number other than 0.")),
    ("x**1001", ("this power is too high\n  x**1001\n     ^\nAt most 1,000 in magnitude.")),
    ("x.exp(2)", "the arguments of 'exp(x, 2)' do not fit\n  x.exp(2)\n  ^\n'torch.exp' takes x."),
    ("x.act(2)", (f"'x.act' cannot be called\n  x.act(2)\n  ^\n{FUNCTIONS}")),
    ("sigmod(x)", ("there is no function 'sigmod'\n  sigmod(x)\n  ^\nDid you mean 'sigmoid'?")),
    ("qqq(x)", (f"there is no function 'qqq'\n  qqq(x)\n  ^\n{FUNCTIONS}")),
    ("exp()", (f"'exp' takes 1 argument, not 0\n  exp()\n  ^\n{ALLOWED}")),
    ("max(x)", (f"'max' takes 2 to 8 arguments, not 1\n  max(x)\n  ^\n{ALLOWED}")),
    ("clip(x)", (f"'clip' takes 3 arguments, not 1\n  clip(x)\n  ^\n{ALLOWED}")),
    ("exp(u=x)", (f"'exp' takes no named parameters\n  exp(u=x)\n  ^\n{ALLOWED}")),
    (
        "selu(x, 1)",
        (
            "'selu' takes one argument and named parameters\n"
            "  selu(x, 1)\n"
            "  ^\n"
            "Write selu(x); its parameters: scale, alpha."
        ),
    ),
    (
        "leaky_relu(x, slope=1)",
        (
            "'leaky_relu' has no parameter 'slope'\n"
            "  leaky_relu(x, slope=1)\n"
            "                ^\n"
            "Its parameters: negative_slope."
        ),
    ),
    (
        "leaky_relu(x, negative_slope=1, negative_slope=2)",
        (
            "'leaky_relu' is given 'negative_slope' twice\n"
            "  leaky_relu(x, negative_slope=1, negative_slope=2)\n"
            "                                  ^\n"
            "Give it one value."
        ),
    ),
    ("1 if x else 2", ("'x' is not a condition\n  1 if x else 2\n       ^\nA condition compares, as in 'x > 0'.")),
    (
        "1 if x is 0 else 2",
        (
            "'is' is not a comparison of the language\n"
            "  1 if x is 0 else 2\n"
            "         ^\n"
            "Conditions compare with < <= > >= == !=."
        ),
    ),
    (
        "1 if x>0 else",
        ("something is missing after 'else'\n  1 if x>0 else\n           ^\nWrite 'a if x > 0 else b'."),
    ),
    ("1 if x=0 else 2", ("'=' has no meaning here\n  1 if x=0 else 2\n        ^\nEquality is written '=='.")),
    ("sqrt(-2)+x", ("this has no real value\n  sqrt(-2)+x\n  ^\nIt leaves the real numbers.")),
    ("x[0]", (f"'x[0]' is not part of the language\n  x[0]\n  ^\n{ALLOWED}")),
    ("sigmoid*x", ("'sigmoid' is a function\n  sigmoid*x\n  ^\nWrite 'sigmoid(x)'.")),
    (
        (
            "-----------------------------------------------------------------------------------------------"
            "-------------------------x"
        ),
        (
            "the expression is nested too deeply\n"
            "  ----------------------------------------------------------------------…\n"
            "  ^\n"
            "At most 100 levels are read."
        ),
    ),
    (
        "relu(relu(relu(relu(relu(relu(relu(relu(relu(relu(relu(x)))))))))))",
        (
            "the expression has over 2,000 terms when written out\n"
            "  relu(relu(relu(relu(relu(relu(relu(relu(relu(relu(relu(x)))))))))))\n"
            "  ^\n"
            "Nest fewer functions."
        ),
    ),
]

MINIMAL = """\
[f]
title = "F"
summary = "A function."
family = "other"
value = "a*x"
derivative = "a"
parameters.a = { default = 1.0 }
source = "folklore"
"""

# What is replaced in a registry file of one entry, by what, and the message.
REGISTRIES = [
    (
        "[f]",
        "[F]",
        ("own.toml, [F]: 'F' is not a usable name: lower-case letters, digits and '_', beginning with a letter"),
    ),
    ('title = "F"\n', "", "own.toml, [f]: 'title' is missing"),
    ('title = "F"', "title = 3", "own.toml, [f]: 'title' must be a text, not 3"),
    (
        'family = "other"',
        'family = "others"',
        (
            "own.toml, [f]: family 'others' is not one of rectifier, exponential, sigmoidal, gated, "
            "shrinkage, periodic, polynomial, other"
        ),
    ),
    (
        '"a*x"',
        '"a*x^2"',
        (
            "own.toml, [f]: 'value': '^' is not an operator of the language\n"
            "  a*x^2\n"
            "      ^\n"
            "A power is written '**', as in x**2."
        ),
    ),
    ('"a*x"', "3", "own.toml, [f]: 'value' must be a text, not 3"),
    ('"a*x"', '"b*x"', "own.toml, [f]: value names 'b', which is not a parameter"),
    ('"a*x"', '"x"', "own.toml, [f]: parameter 'a' does not occur in value"),
    ("default = 1.0", "default = true", "own.toml, [f]: 'parameters.a' must be a table with a number as default"),
    (
        "default = 1.0",
        'default = 1, learned = "no"',
        "own.toml, [f]: 'parameters.a.learned' must be true or false, not 'no'",
    ),
    ("default = 1.0", "default = 1, above = 2", "own.toml, [f]: 'parameters.a': its default 1.0 is not greater than 2"),
    (
        "default = 1.0",
        "default = 1, colour = 2",
        (
            "own.toml, [f]: 'parameters.a' has an unknown key 'colour'\n"
            "It may have name, default, symbol, about, learned, above, below."
        ),
    ),
    ("parameters.a", "parameters.pi", "own.toml, [f]: 'parameters.pi': 'pi' cannot be the name of a parameter"),
    ("parameters.a = { default = 1.0 }", "parameters = 3", "own.toml, [f]: 'parameters' must be a table, not 3"),
    ('"folklore"', '"me"', "own.toml, [f]: 'source' must be a table with authors, year and title, or \"folklore\""),
    ('"folklore"', '{ authors = "A", year = 1 }', "own.toml, [f]: 'source' lacks 'title'"),
    (
        '"folklore"',
        '{ authors = "A", year = "x", title = "T" }',
        "own.toml, [f]: 'source.year' must be a whole number, not 'x'",
    ),
    (
        '"folklore"',
        '{ authors = "A", year = 1, title = "T", kind = "book" }',
        ("own.toml, [f]: 'source': kind 'book' is not one of misc, article, inproceedings, incollection, techreport"),
    ),
    (
        '"folklore"',
        '{ authors = "A", year = 1, title = "T", kind = "article" }',
        "own.toml, [f]: 'source': kind 'article' needs a venue",
    ),
    (
        'derivative = "a"',
        'derivative = "1"',
        "own.toml, [f]: at x = 0.04, a = 1.375, 'derivative' is 1, and 'value' has slope 1.375\n"
        "Mend one of them; 'actviz derive' with the value as a formula shows its derivative.",
    ),
    ("source", ("override = 1\nsource"), "own.toml, [f]: 'override' must be true or false, not 1"),
    ("source", ("alias = []\nsource"), ("own.toml, [f]: unknown field 'alias'\nDid you mean 'aliases'?")),
    ("source", ('aliases = "g"\nsource'), "own.toml, [f]: 'aliases' must be a list of texts, not 'g'"),
    (
        "source",
        ('aliases = ["G"]\nsource'),
        ("own.toml, [f]: 'G' is not a usable name: lower-case letters, digits and '_', beginning with a letter"),
    ),
    ("source", ("spellings.jax = 3\nsource"), "own.toml, [f]: 'spellings.jax' must be a list of tables"),
    (
        "source",
        ('spellings.jaxx = [{ names = ["f"] }]\nsource'),
        ("own.toml, [f]: 'spellings.jaxx': 'jaxx' is not one of torch, jax, keras, onnx, transformers, timm, tfa"),
    ),
    (
        "source",
        ("spellings.jax = [{ names = [] }]\nsource"),
        "own.toml, [f]: 'spellings.jax': a spelling needs at least one name",
    ),
    (
        "source",
        ('spellings.jax = [{ names = ["f"], slopes = "0" }]\nsource'),
        "own.toml, [f]: 'spellings.jax.slopes' must be a table, not '0'",
    ),
    (
        "source",
        ('spellings.jax = [{ names = ["f"], slopes = { "0" = "b" } }]\nsource'),
        "own.toml, [f]: spellings.jax.slopes names 'b', which is not a parameter",
    ),
    (
        "source",
        ('spellings.jax = [{ names = ["f"], defaults = { b = 1 } }]\nsource'),
        "own.toml, [f]: spellings.jax names 'b', which is not a parameter",
    ),
    (
        "source",
        ('spellings.jax = [{ names = ["f"], defaults = { a = "1" } }]\nsource'),
        "own.toml, [f]: 'spellings.jax.defaults.a' must be a number, not '1'",
    ),
    ("[f]", ("g = 1\n[f]"), ("own.toml: 'g' stands outside an entry\nEvery entry is a table, as in [selu].")),
    ("[f]", ("[f]\n[f]"), ("own.toml: there are two entries [f]\nGive one of them another name.")),
    (
        "[f]",
        "[relu]",
        (
            "own.toml: the name 'relu' is taken by [relu] of activations.toml\n"
            "Choose another name, or write 'override = true' into the entry."
        ),
    ),
    (
        "source",
        ('aliases = ["relu"]\nsource'),
        ("own.toml: the name 'relu' of [f] is taken by [relu] of activations.toml\nChoose another name."),
    ),
    (
        "[f]",
        "[f",
        ("'own.toml' is not a TOML file: Expected ']' at the end of a table declaration (at line 1, column 3)"),
    ),
    (
        "source",
        ('spellings.jax = [{ names = ["f"], arguments = { a = 1 } }]\nsource'),
        "own.toml, [f]: 'spellings.jax.arguments' must be a list of texts, not [1]",
    ),
    (
        "source",
        ('spellings.jax = [{ names = ["f"], arguments = { q = "a" } }]\nsource'),
        "own.toml, [f]: spellings.jax names 'q', which is not a parameter",
    ),
    (
        "source",
        ('spellings.jax = [{ names = "f" }]\nsource'),
        "own.toml, [f]: 'spellings.jax.names' must be a list of texts, not 'f'",
    ),
    ("source", ("note = 1\nsource"), "own.toml, [f]: 'note' must be a text, not 1"),
]

COMMANDS += [
    (
        ["derive", "gelu", "--as", "numpy", "--steps"],
        {},
        {},
        2,
        "'--steps' does not go with '--as numpy'\nSteps are written as text, latex, mathml, json.",
    ),
    (
        ["derive", "+".join(f"abs(x-{place})" for place in range(40))],
        {},
        {},
        2,
        "the expression falls into over 64 cases\nNest fewer conditions.",
    ),
]
COMMANDS += [
    (["plott", "selu"], {}, {}, 2, "there is no command 'plott'\nDid you mean 'actviz plot'?"),
    (["zzzz"], {}, {}, 2, "there is no command 'zzzz'\n'actviz --help' lists every command."),
    (
        ["selu", "-d"],
        {},
        {},
        2,
        "'selu' is a function, and a command must come first\nWrite 'actviz plot selu' or 'actviz info selu'.",
    ),
    (["plot", "selu", "--derivativ"], {}, {}, 2, "there is no option '--derivativ'\nDid you mean '--derivative'?"),
    (
        ["plot", "-x**2"],
        {},
        {},
        2,
        "there is no option '-x'\nIf it is a formula, put it into parentheses: '(-x**2)'.",
    ),
    (
        ["derive", "leaky_relu", "--wrt", "alpha"],
        {},
        {},
        2,
        "leaky_relu has no parameter 'alpha'\nα is its parameter 'negative_slope'.",
    ),
]
_SHEET = "A line of a style sheet reads 'name: value'; matplotlib's documentation lists the names."
COMMANDS += [
    (
        ["compare", "relu", "elu", "--terminal", "--format", "csv"],
        {},
        {},
        2,
        "--terminal draws for people, and '--format csv' is read by programs\nLeave one of them out.",
    ),
    (
        ["plot", "selu", "--terminal", "-o", "-"],
        {},
        {},
        2,
        "--terminal and '-o -' both write to standard output\nGive -o a file, or leave one out.",
    ),
    (
        ["plot", "selu", "--terminal=bla"],
        {},
        {},
        2,
        "'bla' is no way to draw on a terminal\nWrite '--terminal' or '--terminal image'.",
    ),
    (
        ["plot", "selu", "--font-scale", "x"],
        {},
        {},
        2,
        "'x' is not a number, in '--font-scale x'\nWrite a number such as 1.2.",
    ),
    (
        ["plot", "selu", "--font-scale", "9"],
        {},
        {},
        2,
        "text cannot be drawn at 9 times its size\nFrom 0.5 to 2.",
    ),
    (["gallery", "here", "--jobs", "0"], {}, {}, 2, "0 processes cannot draw\nGive a number from 1 on."),
    (
        ["plot", "selu", "--style", "a.mplstyle"],
        {"a.mplstyle": b"no.such: 1\n"},
        {},
        1,
        f"'a.mplstyle', line 1: 'no.such: 1' is no setting of matplotlib's\n{_SHEET}",
    ),
    (
        ["plot", "selu", "--style", "a.mplstyle"],
        {"a.mplstyle": b"text.usetex: True\n"},
        {},
        1,
        "'a.mplstyle', line 1: text is not set by TeX here\nWrite a .pgf file for LaTeX instead.",
    ),
]
REGISTRIES += [("source", "where.u = 3\nsource", "own.toml, [f]: 'where.u' must be an expression in quotes, not 3")]


def said(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit code and the message of a command that must print nothing else."""
    code = run(words)
    done = capsys.readouterr()
    assert done.out == ""
    assert done.err.startswith("error: ")
    return code, done.err.removeprefix("error: ").removesuffix("\n")


@pytest.fixture(autouse=True)
def quiet_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder, and a home without settings."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    for name in ("XDG_CONFIG_HOME", "ACTVIZ_REGISTRY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(("words", "files", "variables", "code", "message"), COMMANDS)
def test_a_command_that_cannot_be_done_says_why(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    files: dict[str, bytes],
    variables: dict[str, str],
    code: int,
    message: str,
) -> None:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert said(words, capsys) == (code, message.replace(HERE, str(tmp_path)))


@pytest.mark.parametrize(("expression", "message"), EXPRESSIONS)
def test_an_expression_that_cannot_be_read_says_why(
    capsys: pytest.CaptureFixture[str], expression: str, message: str
) -> None:
    assert said(["table", "--at", "1", "--", expression], capsys) == (2, message)


@pytest.mark.parametrize(("old", "new", "message"), REGISTRIES)
def test_a_registry_that_cannot_be_used_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, message: str
) -> None:
    assert MINIMAL.count(old) == 1
    (tmp_path / "own.toml").write_text(MINIMAL.replace(old, new), encoding="utf-8")
    code, told = said(["--registry", "own.toml", "list"], capsys)
    assert (code, re.sub(r"of /.*?activations\.toml", "of activations.toml", told)) == (1, message)


def test_of_two_mistakes_the_first_is_told_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["plot", "selux", "--range", "5", "-5", "-o", "a.bmp"]
    assert said(words, capsys) == (2, "'.bmp' images are not written\nUse .png, .svg, .pdf or .pgf.")
    assert said(words[:-2], capsys) == (2, "unknown activation 'selux'\nDid you mean 'selu'?")
    assert said(["plot", "selu", *words[2:-2]], capsys)[1].startswith("the range 5 to -5 is empty\n")


KINDS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.ActvizError)}
KINDS |= {"ValueError", "error", "_error", "_unreadable"}


def sites() -> list[tuple[str, str]]:
    """Where the library raises, and a pattern of what it says there, for all that says it in so many words."""
    found = []
    for path in sorted(Path(library.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            literal = [part for part in node.args[:2] if isinstance(part, ast.JoinedStr | ast.Constant)]
            if called in KINDS and literal:
                found.append((f"{path.name}:{node.lineno}", _pattern(literal[0])))
    return found


def _pattern(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return re.escape(str(node.value)) if isinstance(node.value, str) else ".*"
    parts = node.values if isinstance(node, ast.JoinedStr) else []
    return "".join(_pattern(part) if isinstance(part, ast.Constant) else ".*" for part in parts)


def test_every_error_is_on_this_page_or_in_a_test_of_its_own() -> None:
    """Elsewhere, the longest run of words in a message that holds no value stands in a test."""
    here = [str(row[-1]) for row in (*COMMANDS, *EXPRESSIONS, *REGISTRIES)] + [*STREAMS.values(), DEEP]
    tests = [path for path in Path(__file__).parent.rglob("test_*.py") if path != Path(__file__)]
    elsewhere = "\n".join(path.read_text(encoding="utf-8") for path in tests)
    listed = sites()
    assert len(listed) > 130
    missing = [
        f"{place}: {pattern}"
        for place, pattern in listed
        if not any(re.search(pattern, message, re.DOTALL) for message in here)
        and re.sub(r"\\(.)", r"\1", max(re.split(r"'?\.\*'?", pattern), key=len)) not in elsewhere
    ]
    assert missing == []


STREAMS = {
    "table relu --input - <&-": "cannot read standard input: it is closed\nName a file of numbers, one a line.",
    "table relu --at 1 >&-": "cannot write to standard output: it is closed\nWrite to a file with -o.",
    "table relu --at 1 >/dev/full": "cannot write to standard output: No space left on device",
}


@pytest.mark.parametrize(("line", "message"), STREAMS.items())
def test_a_closed_or_full_stream_says_so(tmp_path: Path, line: str, message: str) -> None:
    assert shell(f"actviz {line}", tmp_path).stderr == f"error: {message}\n"


DEEP = "the expression is nested too deeply to differentiate"


def test_an_expression_beyond_sympy_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def exhausted(_: object) -> None:
        raise RecursionError

    monkeypatch.setattr("actviz.calculus.symbolic.to_sympy", exhausted)
    assert said(["derive", "x*sin(x)"], capsys) == (2, f"{DEEP}\nSimplify it.")
