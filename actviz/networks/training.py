"""A small, honest experiment: a multilayer perceptron trained on PyTorch, several seeds, everything that matters kept.

Plain stochastic gradient descent without momentum, weight decay or schedule; what is compared is the function and the
normalisation, nothing is tuned for either. Parameters that an entry calls learned are learned, one for each unit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actviz.curves.curve import Activation
from actviz.curves.display import Displayed
from actviz.errors import ActvizError, InputError, UsageError
from actviz.language.numerics.special import Array
from actviz.networks.on_torch import Program, check_device, compiled, load_torch

DATA = ("digits", "spirals")
NORMS = ("none", "input", "batch", "layer")
MOST_EPOCHS, MOST_DEPTH, MOST_WIDTH, MOST_SEEDS = 10_000, 200, 4096, 100
_BATCH = 64
_TEST_SHARE = 4  # every fourth sample is held back

Progress = Callable[[Iterable[Any]], Iterable[Any]]


@dataclass(frozen=True)
class Plan:
    """How networks are trained.

    Args:
        data: one of `DATA`, or the path of an ``.npz`` file with arrays X and y.
        depth: hidden layers.
        width: units of each.
        rate: the learning rate.
        epochs: passes over the training set.
        norm: one of `NORMS`; inputs are standardised by the training set in all but ``none``.
        seeds: how many runs; seeds 0, 1, …
        weight_variance: σw² of initial weights, n_in times their variance.
        device: of PyTorch.
    """

    data: str = "digits"
    depth: int = 4
    width: int = 64
    rate: float = 0.1
    epochs: int = 20
    norm: str = "input"
    seeds: int = 5
    weight_variance: float = 1.0
    device: str = "cpu"


@dataclass(frozen=True, repr=False)
class Training(Displayed):
    """What became of one function; arrays have a row for each seed and a column for each epoch, 0 being the start.

    Args:
        activation: the function.
        plan: how it was trained.
        loss: mean cross-entropy on the training set.
        accuracy: on the held-back samples.
        dead: the share of hidden units whose slope is 0 for every training sample.
        gradient: ln of the gradient's norm in each layer's weights, after each epoch; one axis more, for layers.
        learned: learned parameters at the end, seeds by layers by units, under their names.
    """

    activation: Activation
    plan: Plan
    loss: Array
    accuracy: Array
    dead: Array
    gradient: Array
    learned: Mapping[str, Array]

    def __repr__(self) -> str:
        return f"<training of {self.activation.spec}: accuracy {self.accuracy[:, -1].mean():.3f}>"

    @property
    def label(self) -> str:
        """The function and its normalisation."""
        norm = {"batch": ", batch norm", "layer": ", layer norm", "none": ", raw inputs"}.get(self.plan.norm, "")
        return f"{self.activation.label}{norm}"


def check(plan: Plan) -> None:
    """Raise `UsageError` where a number of the plan is out of range."""
    ranges = (
        ("depth", plan.depth, MOST_DEPTH),
        ("width", plan.width, MOST_WIDTH),
        ("epochs", plan.epochs, MOST_EPOCHS),
        ("seeds", plan.seeds, MOST_SEEDS),
    )
    for name, value, most in ranges:
        if not 1 <= value <= most:
            raise UsageError(f"{name} {value} cannot be trained with", f"From 1 to {most:,}.")
    if not (math.isfinite(plan.rate) and 0 < plan.rate <= 1000):
        raise UsageError(f"a learning rate of {plan.rate:g} cannot be used", "Above 0 and up to 1000.")
    if plan.norm not in NORMS:
        raise UsageError(f"there is no normalisation '{plan.norm}' to train with", f"One of {', '.join(NORMS)}.")


def load(data: str) -> tuple[Array, Array]:
    """Samples, a row each, and their classes.

    Raises:
        ActvizError: scikit-learn, which has the digits, is not installed.
        InputError: the file does not hold X and y.
    """
    if data == "digits":
        try:
            from sklearn.datasets import load_digits
        except ImportError:
            raise ActvizError("scikit-learn, which has the digits, is not installed", "Use --data spirals.") from None
        x, y = load_digits(return_X_y=True)
        return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.int64)
    if data == "spirals":
        return spirals()
    path = Path(data)
    if path.suffix != ".npz":
        raise UsageError(f"there is no data set '{data}'", "Use digits, spirals, or an .npz file with arrays X and y.")
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            missing = [name for name in ("X", "y") if name not in archive.files]
            if missing:
                raise InputError(
                    f"'{path}' does not hold an array '{missing[0]}'", "Write numpy.savez(file, X=…, y=…)."
                )
            x, y = archive["X"], archive["y"]
    except OSError as error:
        raise InputError(f"cannot read '{path}': {error.strerror or 'it is cut short'}", "Name an .npz file.") from None
    except ValueError:
        raise InputError(f"'{path}' is not a NumPy archive", "Write one with numpy.savez.") from None
    if x.dtype.kind not in "fiu" or y.dtype.kind not in "iub" or y.ndim != 1 or len(x) != len(y) or len(x) < 8:
        raise InputError(
            f"'{path}' does not hold samples and classes", "X has a row for each sample, y a whole number for each."
        )
    if not np.isfinite(x).all() or y.min() < 0 or y.max() > 10_000:
        raise InputError(f"'{path}' holds values that cannot be learned from", "X is finite, y counts classes from 0.")
    return x.reshape(len(x), -1).astype(np.float64), y.astype(np.int64)


def spirals(samples: int = 1000) -> tuple[Array, Array]:
    """Two spirals that turn around each other one and a half times, with a little noise; always the same ones."""
    random = np.random.default_rng(0)
    half = samples // 2
    along = np.sqrt(random.uniform(0.02, 1.0, half))
    angle = 3 * math.pi * along
    arm = np.stack([along * np.cos(angle), along * np.sin(angle)], axis=1)
    x = np.concatenate([arm, -arm]) + 0.02 * random.standard_normal((2 * half, 2))
    order = random.permutation(2 * half)
    return x[order], np.repeat([0, 1], half)[order]


def train(activation: Activation, plan: Plan, program: Program, progress: Progress | None = None) -> Training:
    """Train networks with a function.

    Args:
        activation: the function; parameters that its entry calls learned start from its values.
        plan: the rest.
        program: gives the text of a PyTorch program for an activation.
        progress: passes on the seeds as they are trained.

    Raises:
        ActvizError: PyTorch or the data is not there.
        UsageError: a number is out of range.
    """
    check(plan)
    load_torch()
    check_device(plan.device)
    x, y = load(plan.data)
    held = np.arange(len(x)) % _TEST_SHARE == _TEST_SHARE - 1
    if plan.norm != "none":
        mean, deviation = x[~held].mean(axis=0), x[~held].std(axis=0)
        x = (x - mean) / np.where(deviation > 0, deviation, 1.0)
    seeds = range(plan.seeds)
    functions = compiled(activation, program)
    runs = [
        _one(activation, functions, plan, (x, y, held), seed)
        for seed in (seeds if progress is None else progress(seeds))
    ]
    names = runs[0]["learned"]
    return Training(
        activation,
        plan,
        loss=np.array([run["loss"] for run in runs]),
        accuracy=np.array([run["accuracy"] for run in runs]),
        dead=np.array([run["dead"] for run in runs]),
        gradient=np.array([run["gradient"] for run in runs]),
        learned={name: np.array([run["learned"][name] for run in runs]) for name in names},
    )


def _one(
    activation: Activation,
    functions: tuple[Callable[..., Any], Callable[..., Any]],
    plan: Plan,
    data: tuple[Array, Array, NDArray[np.bool_]],
    seed: int,
) -> dict[str, Any]:
    """One run."""
    torch = load_torch()
    generator = torch.Generator().manual_seed(seed)
    value, slope = functions
    x, y, held = data
    inputs = torch.as_tensor(x, dtype=torch.float32)
    classes = torch.as_tensor(y)
    ins, outs = inputs[~held].to(plan.device), classes[~held].to(plan.device)
    test_in, test_out = inputs[held].to(plan.device), classes[held].to(plan.device)
    sizes = [x.shape[1], *[plan.width] * plan.depth, int(y.max()) + 1]

    def parameter(tensor: Any) -> Any:
        return tensor.to(plan.device).requires_grad_()

    weights = [
        parameter(torch.randn(after, before, generator=generator) * math.sqrt(plan.weight_variance / before))
        for before, after in pairwise(sizes)
    ]
    biases = [parameter(torch.zeros(size)) for size in sizes[1:]]
    learned_names = [part.name for part in activation.entry.parameters if part.learned]
    fixed = {name: number for name, number in activation.values.items() if name not in learned_names}
    learned = [
        {name: parameter(torch.full((plan.width,), activation.values[name])) for name in learned_names}
        for _ in range(plan.depth)
    ]
    gains = [(parameter(torch.ones(plan.width)), parameter(torch.zeros(plan.width))) for _ in range(plan.depth)]
    normed = plan.norm in ("batch", "layer")

    def forward(h: Any) -> tuple[Any, list[Any]]:
        """Logits, and what entered the function layer by layer; batch statistics are those of what is given."""
        entered = []
        for layer in range(plan.depth):
            u = h @ weights[layer].T + biases[layer]
            if normed:
                dim = 0 if plan.norm == "batch" else 1
                centred = u - u.mean(dim=dim, keepdim=True)
                u = centred / (centred.square().mean(dim=dim, keepdim=True) + 1e-5).sqrt()
                u = u * gains[layer][0] + gains[layer][1]
            entered.append(u)
            h = value(u, **fixed, **learned[layer])
        return h @ weights[-1].T + biases[-1], entered

    trained = [*weights, *biases, *(part for layer in learned for part in layer.values())]
    trained += [part for pair in gains for part in pair] if normed else []
    found: dict[str, Any] = {"loss": [], "accuracy": [], "dead": [], "gradient": []}
    cross_entropy = torch.nn.functional.cross_entropy

    def measure() -> None:
        logits, entered = forward(ins)
        loss = cross_entropy(logits, outs)
        slopes = torch.autograd.grad(loss, weights)
        with torch.no_grad():
            found["loss"].append(float(loss))
            found["accuracy"].append(float((forward(test_in)[0].argmax(dim=1) == test_out).float().mean()))
            flat = [(slope(u, **fixed, **part) == 0).all(dim=0) for u, part in zip(entered, learned, strict=True)]
            found["dead"].append(float(torch.cat(flat).float().mean()))
            found["gradient"].append([float(torch.log(part.norm())) for part in slopes])

    measure()
    for _ in range(plan.epochs):
        order = torch.randperm(len(ins), generator=generator)
        for start in range(0, len(ins), _BATCH):
            rows = order[start : start + _BATCH].to(plan.device)
            if plan.norm == "batch" and len(rows) < 2:
                continue
            loss = cross_entropy(forward(ins[rows])[0], outs[rows])
            slopes = torch.autograd.grad(loss, trained, allow_unused=True)
            with torch.no_grad():
                for part, direction in zip(trained, slopes, strict=True):
                    if direction is not None:
                        part -= plan.rate * direction
        measure()
    found["learned"] = {
        name: [part[name].detach().cpu().numpy().tolist() for part in learned] for name in learned_names
    }
    return found
