"""The plain loop: every function of the registry with its derivative, as anybody would write it with pyplot."""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("agg")

import matplotlib.pyplot as plt
import numpy as np

import actviz

folder, width, height, dpi = Path(sys.argv[1]), *map(float, sys.argv[2:])
folder.mkdir(parents=True, exist_ok=True)
x = np.linspace(-5, 5, 1000)
for name in actviz.names():
    activation = actviz.get(name)
    figure, axes = plt.subplots(figsize=(width, height))
    axes.plot(x, activation(x))
    axes.plot(x, activation.derivative(x))
    axes.set_title(activation.entry.title)
    axes.grid()
    figure.savefig(folder / f"{name}.png", dpi=dpi)
    plt.close(figure)
