"""Calls, methods and masks as frameworks write them, given their meaning from the tables of `frameworks.toml`."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping, Sequence

from actviz.errors import ExpressionError, UnreadableError, did_you_mean
from actviz.language.dialects.statements import written
from actviz.language.dialects.table import Form, tables
from actviz.language.dialects.trees import Put, Renamed, body, dotted, last, logaddexp, mask, number, simplified

# What code and papers call the variable.
VARIABLES = (
    *("x", "X", "z", "t", "u", "v", "y", "h", "_x", "self", "val", "arr", "data"),
    *("input", "inputs", "features", "tensor", "input_tensor", "hidden_states"),
)
_CONSTANTS = {"pi": "pi", "PI": "pi", "e": "e", "E": "e"}
_MODULES = {
    *("np", "numpy", "jnp", "cp", "sp", "scipy", "special", "math", "Math", "std", "torch", "F", "nn"),
    *("tf", "K", "keras", "jax", "mx", "mlx", "paddle", "onnx"),
}
# `nn` is PyTorch's for classes; its functions are Flax's or MLX's, which do not agree on these.
_AMBIGUOUS = {
    "gelu": ("jax.nn.gelu", "mlx.nn.gelu", "is the tanh form in Flax and the exact one in MLX"),
    "leaky_relu": ("jax.nn.leaky_relu", "tf.nn.leaky_relu", "has the slope 0.01 in Flax and MLX and 0.2 in TensorFlow"),
}
_AXIS = {"max": "maximum", "min": "minimum", "amax": "maximum", "amin": "minimum"}
_SIGNS: dict[str, type[ast.cmpop]] = {
    "gt": ast.Gt,
    "ge": ast.GtE,
    "lt": ast.Lt,
    "le": ast.LtE,
    "eq": ast.Eq,
    "ne": ast.NotEq,
}
_COMPARISONS: dict[str, type[ast.cmpop]] = _SIGNS | {
    "greater": ast.Gt,
    "greater_equal": ast.GtE,
    "less": ast.Lt,
    "less_equal": ast.LtE,
    "equal": ast.Eq,
    "not_equal": ast.NotEq,
}
_COMPARES = tuple(_SIGNS.values())
_CASTS = ("cast", "float", "float16", "float32", "float64", "int", "asarray", "array")
_OFFER = "'actviz list' shows every activation, and the expression language has its own functions."


class Translator:
    """Turns a Python tree in the words of frameworks into one in the words of the language.

    Args:
        text: the formula as typed, for messages.
        known: names that may be called in the language.
        parameters: names that have values.
        variable: the variable where the text names it, else "".
    """

    def __init__(self, text: str, known: Collection[str], parameters: Collection[str], variable: str) -> None:
        self.text = " ".join(text.split())
        self.known = known
        self.parameters = parameters
        self.variable = variable
        self.spelled = ""

    def _unreadable(self, problem: str, hint: str, word: str = "") -> ExpressionError:
        """The error for what no notation has, beside which the language's own may say more."""
        error = self._error(problem, hint, word)
        return UnreadableError(error.problem, error.text, error.position, error.hint)

    def _error(self, problem: str, hint: str, word: str = "") -> ExpressionError:
        place = self.text.find(word) if word else 0
        return ExpressionError(problem, self.text, max(0, place), hint)

    def translated(self, tree: ast.expr) -> ast.expr:
        """The whole formula."""
        module = self._module(tree)  # a class alone stands for its function
        if module is not None:
            return module
        result = self.value(tree)
        if (
            isinstance(tree, ast.Call)
            and "." in dotted(tree.func)
            and _is_number(tree.args)
            and self.text.endswith(")")
        ):
            called = dotted(tree.func)
            inside = ", ".join(written(part) for part in tree.args)
            raise self._error(f"'{called}' is given a number and no x", f"Write '{called}(x, {inside})'.", called)
        return Renamed(self._variable(result)).visit(result)  # type: ignore[no-any-return]

    def _variable(self, tree: ast.expr) -> str:
        if self.variable:
            return self.variable
        callees = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        names = dict.fromkeys(
            node.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Name) and id(node) not in callees and node.id not in (*self.parameters, "pi", "e")
        )
        if "x" in names:
            return "x"
        likely = [name for name in names if name in VARIABLES]
        return likely[0] if len(likely) == 1 else "x"

    def _module(self, tree: ast.expr) -> ast.expr | None:
        """A class with its settings, or a name of one, as a function of x."""
        if isinstance(tree, ast.Call) and not isinstance(tree.func, ast.Call):
            called = dotted(tree.func)
            form = self._form(called, tree, modules=True) if called else None
            if form is not None:
                self.spelled = called
                return form
            names = {word.arg for word in tree.keywords}
            if (
                called in self.known and tree.keywords and not tree.args and len(names) == len(tree.keywords)
            ):  # prelu(alpha=0.05)
                return ast.Call(
                    tree.func,
                    [ast.Name("x")],
                    [ast.keyword(word.arg, self.value(number(word.value))) for word in tree.keywords],
                )
        if isinstance(tree, ast.Attribute | ast.Name):
            called = dotted(tree)
            prefix, _, name = called.rpartition(".")
            if prefix and prefix in tables().prefixes and tables().find(prefix, name):
                self.spelled = called
                empty = ast.Call(tree, [], [])
                return self._form(called, empty, modules=True) or self._form(
                    called, ast.Call(tree, [ast.Name("x")], [])
                )
        return None

    def value(self, node: ast.expr) -> ast.expr:
        """A part of the formula that is a number."""
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name():
                return node
            case ast.Attribute():
                return self._attribute(node)
            case ast.UnaryOp(op=ast.Invert() | ast.Not()):
                return mask(self.condition(node))
            case ast.UnaryOp(op=operator, operand=operand):
                return ast.UnaryOp(operator, self.value(operand))
            case ast.BinOp(op=ast.Mult(), left=left, right=right):
                return self._product(left, right)
            case ast.BinOp(op=ast.BitAnd() | ast.BitOr()):
                return mask(self.condition(node))
            case ast.BinOp(left=left, op=operator, right=right):
                return ast.BinOp(self.value(left), operator, self.value(right))
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return ast.IfExp(self.condition(test), self.value(body), self.value(orelse))
            case ast.Compare() | ast.BoolOp():
                return mask(self.condition(node))
            case ast.Call():
                return self._call(node)
            case ast.Tuple(elts=[inner]) | ast.List(elts=[inner]):
                return self.value(inner)
            case _:
                shown = written(node)
                raise self._unreadable(
                    f"'{shown}' is not part of a formula", "Read are arithmetic in x and functions of one number."
                )

    def _constant(self, node: ast.Constant) -> ast.expr:
        if isinstance(node.value, bool):
            return ast.Constant(int(node.value))
        if isinstance(node.value, int | float):
            return number(node)
        raise self._unreadable(f"{node.value!r} is not a number", "A formula holds numbers, x and parameters.")

    def _attribute(self, node: ast.Attribute) -> ast.expr:
        called = dotted(node)
        name = called.rpartition(".")[2]
        if called and name in _CONSTANTS and called.partition(".")[0] in _MODULES:
            return ast.Name(_CONSTANTS[name])
        if called and called.partition(".")[0] not in _MODULES and name == "data":
            return self.value(node.value)
        if called and called.startswith("self."):  # a parameter of a class
            return ast.Name(name)
        hint = (
            f"Write '{called}(x)'."
            if called and called.partition(".")[0] in _MODULES
            else "Give the number it stands for."
        )
        raise self._unreadable(f"'{called or written(node)}' is not a number", hint, called)

    def _product(self, left: ast.expr, right: ast.expr) -> ast.expr:
        for factor, other in ((left, right), (right, left)):
            condition = self._masked(factor)
            if condition is not None and self._masked(other) is None:
                return ast.IfExp(condition, self.value(other), ast.Constant(0))
        return ast.BinOp(self.value(left), ast.Mult(), self.value(right))

    def _masked(self, node: ast.expr) -> ast.expr | None:
        """The condition that a mask stands for, ``(x > 0).float()`` too; None for what is no mask."""
        match node:
            case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Invert() | ast.Not()):
                return self.condition(node)
            case ast.BinOp(op=ast.BitAnd() | ast.BitOr()):
                return self.condition(node)
            case ast.Call(func=ast.Attribute(value=inner, attr=name)) if tables().find(".", name):
                return self._masked(inner)
            case ast.Call(func=function, args=[inner, *_]) if last(function) in _CASTS:
                return self._masked(inner)
            case ast.Call(func=ast.Attribute() as function, args=[_, _]) if last(function) in _COMPARISONS:
                return self.condition(node)
            case _:
                return None

    def condition(self, node: ast.expr) -> ast.expr:
        """A part of the formula that is true or false."""
        match node:
            case ast.Compare(left=left, ops=operators, comparators=others) if all(
                isinstance(sign, _COMPARES) for sign in operators
            ):
                return ast.Compare(self.value(left), operators, [self.value(other) for other in others])
            case ast.BoolOp(op=operator, values=values):
                return ast.BoolOp(operator, [self.condition(value) for value in values])
            case ast.BinOp(op=ast.BitAnd(), left=left, right=right):
                return ast.BoolOp(ast.And(), [self.condition(left), self.condition(right)])
            case ast.BinOp(op=ast.BitOr(), left=left, right=right):
                return ast.BoolOp(ast.Or(), [self.condition(left), self.condition(right)])
            case ast.UnaryOp(op=ast.Invert() | ast.Not(), operand=operand):
                return ast.UnaryOp(ast.Not(), self.condition(operand))
            case ast.Call(func=function, args=[left, right]) if last(function) in _COMPARISONS:
                return ast.Compare(self.value(left), [_COMPARISONS[last(function)]()], [self.value(right)])
            case ast.Call(func=function, args=[left, right]) if last(function) in (
                "logical_and",
                "logical_or",
            ):
                joined = ast.And() if dotted(function).endswith("and") else ast.Or()
                return ast.BoolOp(joined, [self.condition(left), self.condition(right)])
            case ast.Call(func=function, args=[operand]) if last(function) == "logical_not":
                return ast.UnaryOp(ast.Not(), self.condition(operand))
            case ast.Call(func=ast.Attribute(value=inner, attr="bool" | "any" | "all")):
                return self.condition(inner)
            case _:
                raise self._unreadable(f"'{written(node)}' is not a condition", "A condition compares, as in 'x > 0'.")

    def _call(self, node: ast.Call) -> ast.expr:
        if len({word.arg for word in node.keywords}) < len(node.keywords):
            raise self._unreadable(f"'{written(node)}' gives one argument twice", "Give it one value.")
        match node.func:
            case ast.Call(func=inner) as maker:  # nn.LeakyReLU(0.2)(x)
                called = dotted(inner)
                form = self._form(called, maker, modules=True)
                if form is not None and len(node.args) == 1:
                    return Put({"x": self.value(node.args[0])}).visit(form)  # type: ignore[no-any-return]
                raise self._error(f"'{written(node.func)}' is not a function of one number", _OFFER, called)
            case ast.Lambda(args=arguments, body=body) if len(arguments.args) == len(node.args) == 1:
                return Put({arguments.args[0].arg: self.value(node.args[0])}).visit(self.value(body))  # type: ignore[no-any-return]
        called = dotted(node.func)
        if not called or (isinstance(node.func, ast.Attribute) and not self._is_prefix(called.rpartition(".")[0])):
            return self._method(node)
        special = self._special(called, node)
        if special is not None:
            return special
        prefix, _, name = called.rpartition(".")
        if not prefix and (name in self.known or name in ("max", "min")) and not self._needs_table(name, node):
            return ast.Call(
                node.func,
                [self.value(part) for part in node.args],
                [ast.keyword(word.arg, self.value(word.value)) for word in node.keywords],
            )
        form = self._form(called, node)
        if form is not None:
            if not self.spelled and isinstance(form, ast.Call):
                self.spelled = called if self._is_whole(node) else ""
            return form
        raise self._unknown(called)

    def _is_whole(self, node: ast.Call) -> bool:
        return written(node).replace(" ", "") == self.text.replace(" ", "")

    def _is_prefix(self, prefix: str) -> bool:
        return prefix in tables().prefixes or prefix.partition(".")[0] in _MODULES

    def _needs_table(self, name: str, node: ast.Call) -> bool:
        """Whether a call of a name of ours has arguments that are not as ours are: ``hardtanh(x, 0, 6)``."""
        return (len(node.args) > 1 and name not in ("max", "min", "clip")) or any(
            word.arg not in (None, *()) and self._foreign(name, word.arg) for word in node.keywords
        )

    def _foreign(self, name: str, word: str | None) -> bool:
        return bool(self._forms(name)) and word in ("inplace", "approximate", "min", "max", "input", "dtype")

    def _forms(self, called: str) -> Sequence[Form]:
        prefix, _, name = called.rpartition(".")
        if prefix:
            found = tables().find(prefix, name)
            if not found and name.endswith("_"):
                found = tables().find(prefix, name[:-1])
            return found
        for home in ("", "torch", "np", "keras.activations", "tf.nn", "torch.nn", "keras.layers", "onnx"):
            found = tables().find(home, name)
            if found:
                return found
        return []

    def _form(self, called: str, node: ast.Call, modules: bool = False) -> ast.expr | None:
        """What a call means by the tables, or None where no line of them fits."""
        prefix, _, name = called.rpartition(".")
        reason = tables().refused.get((prefix, name))
        if reason is not None:
            raise self._error(f"'{called}' is not a function of one number: it {reason}", _OFFER, called)
        if prefix == "nn" and name in _AMBIGUOUS and not modules:
            first, second, why = _AMBIGUOUS[name]
            arguments = written(node).partition("(")[2]
            raise self._error(
                f"'{called}' {why}",
                f"Write '{self._with(called, first)}' or '{self._with(called, second)}'." if arguments else _OFFER,
                called,
            )
        if prefix == "nn" and not modules and not tables().find(prefix, name):
            prefix = "jax.nn"
        forms = [form for form in (self._forms(f"{prefix}.{name}" if prefix else name)) if form.module == modules]
        if not forms:
            return None
        if any(word.arg is None for word in node.keywords) or any(isinstance(part, ast.Starred) for part in node.args):
            raise self._error(
                f"'{written(node)}' has arguments that are not written out", "Write each argument.", called
            )
        named = {str(word.arg): word.value for word in node.keywords}
        for form in forms:
            bound = form.bound(node.args, named)
            if bound is not None:
                values = {parameter: self.value(number(value)) for parameter, value in bound.items()}
                if form.meaning.startswith("logaddexp"):
                    return logaddexp(*values.values())
                return simplified(Put(values).visit(ast.parse(form.meaning, mode="eval").body))
        if modules:
            return None
        words = ", ".join(
            dict.fromkeys(
                parameter.names[0] for form in forms for parameter in form.parameters if not parameter.immaterial
            )
        )
        problem, hint = f"the arguments of '{written(node)}' do not fit", f"'{called}' takes {words}."
        raise self._error(problem, hint, called) if prefix else self._unreadable(problem, hint, called)

    def _with(self, name: str, other: str) -> str:
        return self.text.replace(f"{name}(", f"{other}(")

    def _method(self, node: ast.Call) -> ast.expr:
        """``x.clamp(min=0)``: a method is the function with what it belongs to in front."""
        if not isinstance(node.func, ast.Attribute):
            raise self._unreadable(f"'{written(node.func)}' cannot be called", _OFFER)
        name = node.func.attr
        whole = ast.Call(ast.Name(name), [node.func.value, *node.args], node.keywords)
        if name in _COMPARISONS or name in ("logical_and", "logical_or", "logical_not"):
            return mask(self.condition(whole))
        if name in ("where", "masked_fill", "masked_fill_"):
            condition, value = node.args if len(node.args) == 2 else (None, None)
            if condition is None or value is None:
                raise self._error(f"'{written(node)}' lacks a value", f"Write 'x.{name}(x > 0, 0)'.", name)
            own = self.value(node.func.value)
            first, second = (own, self.value(value)) if name == "where" else (self.value(value), own)
            return ast.IfExp(self.condition(condition), first, second)
        masked = self._masked(node)
        if masked is not None:
            return mask(masked)
        for home in (".", "torch", "np"):
            for called in (name, name.removesuffix("_")):
                if tables().find(home, called):
                    form = self._form(f"{home}.{called}" if home != "." else f"..{called}", whole)
                    if form is not None:
                        return form
        raise self._unknown(name)

    def _special(self, called: str, node: ast.Call) -> ast.expr | None:
        """Calls whose arguments are not all numbers."""
        name = called.rpartition(".")[2]
        arguments = node.args
        named = {word.arg: word.value for word in node.keywords}
        if (
            name in ("where", "select", "cond", "switch", "piecewise", "iff")
            and name != "select"
            and name != "piecewise"
        ):
            parts = [*arguments, *(named[key] for key in ("condition", "x", "y", "input", "other") if key in named)]
            if len(parts) == 3:
                return ast.IfExp(self.condition(parts[0]), self.value(body(parts[1])), self.value(body(parts[2])))
            raise self._error(f"'{called}' needs a condition and two values", f"Write '{called}(x > 0, x, 0)'.", called)
        if name == "select" and len(arguments) == 3 and not isinstance(arguments[0], ast.List | ast.Tuple):
            return ast.IfExp(self.condition(arguments[0]), self.value(arguments[1]), self.value(arguments[2]))
        if name in ("select", "piecewise") and arguments:
            return self._listed(name, called, arguments, named)
        if "." in called and name in _AXIS:
            prefix = called.rpartition(".")[0]
            second = arguments[1] if len(arguments) > 1 else None
            if (
                second is None
                or prefix in ("np", "numpy", "jnp", "jax.numpy")
                or (isinstance(second, ast.Constant) and prefix not in ("Math", "std", "math"))
            ):
                better = self._with(called, f"{prefix}.{_AXIS[name]}")
                raise self._error(
                    f"'{called}' works along an axis, and its second argument is that axis",
                    f"Write '{better}'.",
                    called,
                )
            return ast.Call(ast.Name(name.removeprefix("a")), [self.value(part) for part in arguments], [])
        if name in _COMPARISONS and len(arguments) == 2:
            return mask(self.condition(node))
        if (
            name in ("cast", "float", "float32", "asarray", "array")
            and arguments
            and self._masked(arguments[0]) is not None
        ):
            return mask(self.condition(arguments[0]))
        return None

    def _listed(
        self, name: str, called: str, arguments: Sequence[ast.expr], named: Mapping[str | None, ast.expr]
    ) -> ast.expr:
        conditions, values = (
            (arguments[1:3] if name == "piecewise" else arguments[:2]) if len(arguments) > 1 else ([], [])
        )
        default: ast.expr = named.get(
            "default", arguments[2] if name == "select" and len(arguments) > 2 else ast.Constant(0)
        )
        if not isinstance(conditions, ast.List | ast.Tuple) or not isinstance(values, ast.List | ast.Tuple):
            raise self._error(
                f"'{called}' needs a list of conditions and one of values", "Write 'a if x > 0 else b'.", called
            )
        cases = list(zip(conditions.elts, values.elts, strict=False))
        if len(values.elts) == len(conditions.elts) + 1:
            default = values.elts[-1]
        if name == "piecewise":
            cases.reverse()  # of several that hold, the last is written over the others
        result = self.value(body(default))
        for condition, value in reversed(cases):
            result = ast.IfExp(self.condition(condition), self.value(body(value)), result)
        return result

    def _unknown(self, called: str) -> ExpressionError:
        prefix, _, name = called.rpartition(".")
        if prefix:
            near = did_you_mean(name, [known for home, known in tables().forms if home == prefix])
            hint = f"Did you mean '{self._with(called, f'{prefix}.{near}')}'?" if near else _OFFER
        else:
            near = did_you_mean(name, self.known)
            hint = f"Did you mean '{near}'?" if near else _OFFER
        problem = f"there is no function '{called}' here"
        return self._error(problem, hint, called) if prefix else self._unreadable(problem, hint, called)


def _is_number(arguments: Sequence[ast.expr]) -> bool:
    """Whether all arguments are numbers, so that nothing is left for x."""
    parts = [part for argument in arguments for part in ast.walk(argument)]
    return bool(arguments) and not any(isinstance(part, ast.Name) for part in parts)
