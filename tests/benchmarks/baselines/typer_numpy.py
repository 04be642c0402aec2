"""The least that `actviz table` could be: a one-command Typer program that imports NumPy."""

import numpy as np
import typer

app = typer.Typer()


@app.command()
def main(at: str = "1") -> None:
    x = np.array([float(word) for word in at.split(",")])
    for point, value in zip(x, np.where(x > 0, x, np.expm1(x)), strict=True):
        print(point, value, sep=",")


app()
