"""Drawn networks on PyTorch: the weights whole, the gradients by its own autograd, on a CPU or a GPU, in float64.

The function is the program that actviz writes for PyTorch. Nothing of `sampled` is used but what it measures, so that
the two check each other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from actviz.curves.curve import Activation
from actviz.errors import ActvizError
from actviz.networks.response import Response
from actviz.networks.sampled import (
    MEASURED,
    Matrices,
    Progress,
    Sample,
    first_signals,
    log_mean_square,
    mean_cosine,
)
from actviz.networks.setting import Setting

Program = Callable[[Activation], str]


def load_torch() -> Any:
    """The module ``torch``.

    Raises:
        ActvizError: it is not installed.
    """
    try:
        import torch
    except ImportError:
        raise ActvizError("PyTorch is not installed", "Install it: pip install 'actviz[train]'.") from None
    return torch


def check_device(device: str) -> None:
    """Raise `ActvizError` where PyTorch has no such device."""
    torch = load_torch()
    try:
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError):
        raise ActvizError(f"PyTorch has no device '{device}' here", "Leave out --device, or name cpu.") from None


def compiled(activation: Activation, program: Program) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The function and its derivative from the program that actviz writes."""
    names: dict[str, Any] = {}
    exec(compile(program(activation), "<generated>", "exec"), names)
    slope = next(name for name in names if name.endswith("_derivative") or name == "derivative")
    value = names.get(slope.removesuffix("_derivative")) or names["f"]
    return value, names[slope]


def sampler(device: str, program: Program) -> Callable[[Response, Setting, Progress | None], Sample]:
    """What draws and runs networks on a device.

    Args:
        device: of PyTorch.
        program: gives the text of a PyTorch program for an activation.

    Raises:
        ActvizError: PyTorch is not installed, or has no such device.
    """
    check_device(device)

    def run(response: Response, setting: Setting, progress: Progress | None = None) -> Sample:
        return sample(response, setting, device, program, progress)

    return run


def sample(
    response: Response,
    setting: Setting,
    device: str,
    program: Program,
    progress: Progress | None = None,
    matrices: Matrices | None = None,
) -> Sample:
    """Draw the networks of a setting and run them; see `sampled.sample`."""
    value, slope = compiled(response.activation, program)
    values = dict(response.activation.values)
    numbers = range(setting.networks)
    shown: Iterable[int] = numbers if progress is None else progress(numbers)
    rows = [
        _one(setting, number, device, lambda u: value(u, **values), lambda u: slope(u, **values), matrices)
        for number in shown
    ]
    columns = {name: np.array([row[name] for row in rows]) for name in MEASURED}
    return Sample(tuple((setting.seed, number) for number in numbers), columns, "torch")


def _one(
    setting: Setting,
    number: int,
    device: str,
    value: Callable[[Any], Any],
    slope: Callable[[Any], Any],
    matrices: Matrices | None,
) -> dict[str, Any]:
    """One network; inputs are rows here, as PyTorch has them."""
    torch = load_torch()
    generator = torch.Generator(device=device).manual_seed((setting.seed * 1_000_003 + number) % 2**63)
    options = {"generator": generator, "dtype": torch.float64, "device": device}
    h = torch.as_tensor(first_signals(setting, setting.batch).T.copy(), dtype=torch.float64, device=device)
    found: dict[str, Any] = {name: [] for name in MEASURED}
    preactivations = []
    n = setting.width
    for layer in range(setting.depth):
        if matrices is not None:
            weight = torch.as_tensor(matrices(number, layer), dtype=torch.float64, device=device)
        elif setting.init == "orthogonal":
            weight = torch.linalg.qr(torch.randn(max(n, h.shape[1]), h.shape[1], **options))[0][:n]
            weight = weight * math.sqrt(setting.weight_variance)
        elif setting.init == "torch":
            weight = (2 * torch.rand(n, h.shape[1], **options) - 1) * math.sqrt(
                3 * setting.weight_variance / h.shape[1]
            )
        else:
            weight = torch.randn(n, h.shape[1], **options) * math.sqrt(setting.weight_variance / h.shape[1])
        z = h @ weight.T
        if setting.bias_variance:
            z = z + math.sqrt(setting.bias_variance) * torch.randn(n, **options)
        if layer == 0:
            z.requires_grad_()
        z.retain_grad()
        preactivations.append(z)
        u = _standardised(z, {"batch": 0, "layer": 1}.get(setting.norm))
        f = value(u)
        h = _standardised(f, 1 if setting.norm == "layer-after" else None)
        with torch.no_grad():
            found["log_q"].append(log_mean_square(_of_one(setting, z).cpu().numpy()))
            found["correlation"].append(mean_cosine(u.T.cpu().numpy()))
            found["mean"].append(float(h.mean()))
            found["variance"].append(float(h.var(dim=1, unbiased=False).mean()))
            found["dead"].append(float((slope(u) == 0).all(dim=0).double().mean()))
    if matrices is None:
        loss = (h * torch.randn(*h.shape, **options)).sum()
    else:  # the gradient that NumPy's networks start from
        random = np.random.default_rng((setting.seed, number, setting.depth, 2))
        loss = (h * torch.as_tensor(random.standard_normal((n, len(h))).T.copy(), device=device)).sum()
    loss.backward()
    sizes = [log_mean_square(_of_one(setting, z.grad).cpu().numpy()) for z in preactivations]
    found["log_gradient"] = [size - sizes[-1] if math.isfinite(sizes[-1]) else -math.inf for size in sizes]
    return found


def _of_one(setting: Setting, values: Any) -> Any:
    return (values if setting.norm == "batch" else values[:1]).detach()


def _standardised(values: Any, dim: int | None) -> Any:
    """Values less their mean along an axis, over their standard deviation; as they are without an axis."""
    if dim is None:
        return values
    centred = values - values.mean(dim=dim, keepdim=True)
    return centred / centred.square().mean(dim=dim, keepdim=True).sqrt()
