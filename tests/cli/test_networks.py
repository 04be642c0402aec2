"""The commands `propagate`, `distribution` and `train`: machine output, figures, terminals and errors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.running import Run

KEYS = {
    "weight_variance", "bias_variance", "q", "correlation", "gradient_ratio", "q_fixed", "chi_q", "chi_1", "xi_q", "xi_c",
    "c_fixed", "phase", "sample",
}  # fmt: skip


def test_json_has_the_names_that_scripts_rely_on(actviz: Run) -> None:
    done = actviz(
        "propagate", "selu", "relu", "--norm", "none,batch", "--depth", "6", "--width", "40", "--format", "json"
    )
    found = json.loads(done.out)
    assert done.err == ""
    assert [(one["spec"], one["norm"]) for one in found] == [
        ("selu", "none"), ("selu", "batch"), ("relu", "none"), ("relu", "batch")
    ]  # fmt: skip
    assert all(set(one) >= KEYS for one in found)
    assert all(len(one["q"]) == 6 for one in found)
    sample = found[0]["sample"]
    assert set(sample["q"]) == {"p10", "median", "p90"}
    assert len(sample["seeds"]) == 8
    assert set(sample["gradient_ratio"]) == {"p10", "median", "p90"}


def test_theory_alone_draws_nothing(actviz: Run) -> None:
    (found,) = json.loads(actviz("propagate", "gelu", "--networks", "0", "--init", "he", "--format", "json").out)
    assert found["sample"] is None
    assert found["gradient_ratio"] == pytest.approx(7.287401824369e-12, rel=1e-11)


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_figures_are_written(actviz: Run, tmp_path: Path, suffix: str) -> None:
    done = actviz("propagate", "relu", "tanh", "--depth", "5", "--width", "20", "-o", f"a.{suffix}")
    assert done.code == 0
    assert (tmp_path / f"a.{suffix}").stat().st_size > 1000
    first = (tmp_path / f"a.{suffix}").read_bytes()
    actviz("propagate", "relu", "tanh", "--depth", "5", "--width", "20", "-o", f"a.{suffix}")
    assert (tmp_path / f"a.{suffix}").read_bytes() == first


def test_a_terminal_draws_every_quantity(actviz: Run) -> None:
    done = actviz("propagate", "relu", "--depth", "5", "--networks", "0", "--terminal")
    for heading in ("log₁₀ variance q", "log₁₀ squared gradient", "correlation of two inputs", "share of units dead"):
        assert heading in done.out
    assert "Theory: infinite width." in done.out


def test_maps_and_distributions(actviz: Run, tmp_path: Path) -> None:
    (found,) = json.loads(actviz("propagate", "selu", "--map", "--format", "json").out)
    assert found["attracts"]
    assert actviz("propagate", "selu", "--map", "-o", "m.png").code == 0
    done = actviz("distribution", "relu", "gelu")
    assert (tmp_path / "distribution-relu-gelu.png").exists()
    assert "by integrals" in done.out
    (tmp_path / "z.txt").write_text("-1 2 3")
    (found,) = json.loads(actviz("distribution", "relu", "--input", "z.txt", "--format", "json").out)
    assert found["count"] == 3


ERRORS = [
    (["propagate", "selu", "--depth", "0"], "depth 0 cannot be used\nFrom 1 to 10,000."),
    (["propagate", "selu", "--width", "1"], "width 1 cannot be used\nFrom 2 to 20,000."),
    (["propagate", "selu", "--networks", "-1"], "networks -1 cannot be used\nFrom 0 to 1,000."),
    (["propagate", "selu", "--seed", "-1"], "seed -1 cannot be used\nFrom 0 to 9,223,372,036,854,775,807."),
    (["propagate", "selu", "--norm", "group"], "there is no normalisation 'group'\nNormalisations: none, input, batch, layer, layer-after."),
    (["propagate", "selu", "--norm", "batch", "--batch", "3"], "batch normalisation over 3 inputs has infinite gradients\nGive a batch of 4 or more."),
    (["propagate", "selu", "--init", "xavier"], "there is no initialisation 'xavier'\nName one of lecun, he, glorot, orthogonal, torch, critical, or give σw² as a number."),
    (["propagate", "selu", "--init", "-1"], "the weight variance -1 cannot be used\nσw² = n·Var W is above 0 and at most 1e12; LeCun's is 1."),
    (["propagate", "selu", "--bias-std", "-1"], "the standard deviation 1 of biases cannot be used\nFrom 0 to a million."),
    (["propagate", "selu", "--bias-std", "x"], "'x' is not a number, in '--bias-std x'\nWrite a number such as 0.25 or 1/6."),
    (["propagate", "selu", "--input-std", "0"], "the input deviation 0 cannot be used\nAbove 0 and up to 1e6."),
    (["propagate", "selu", "--input-mean", "1e9"], "the input mean 1e+09 cannot be used\nFrom −1e6 to 1e6."),
    (["propagate", "selu", "--correlation", "2"], "the correlation 2 cannot be used\nFrom −1 to 1."),
    (["propagate", "selu", "--width", "20000", "--depth", "10000"], "8 networks of depth 10000 and width 20000 are too many to draw\nLower --depth, --width, --batch or --networks; --networks 0 is theory alone."),
    (["propagate", "selu", "-o", "a.pgf"], "charts are not written as .pgf\nUse .png, .svg or .pdf."),
    (["propagate", "selu", "--networks", "0", "--depth", "2", "--terminal", "image"], "charts are drawn on a terminal with dots only\nWrite '--terminal', or a file with -o."),
    (["distribution", "selu", "--key", "a"], "--key and --axis are about a file, and none is named\nName one with --input."),
    (["distribution", "selu", "--input", "a", "--normal", "0", "1"], "--normal and --input both say what reaches the function\nGive one of them."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "message"), ERRORS, ids=lambda value: " ".join(value) if isinstance(value, list) else ""
)
def test_bad_input_says_what_is_allowed(actviz: Run, words: list[str], message: str) -> None:
    done = actviz(*words)
    assert (done.code, done.err.removeprefix("error: ").strip()) == (2, message)


def test_nothing_to_work_on_says_so() -> None:
    import actviz as library

    for call, message in (
        (library.propagate, "there is nothing to propagate"),
        (library.train, "there is nothing to train"),
    ):
        with pytest.raises(library.ActvizError, match=message):
            call()


def test_infinite_correlation_of_a_batch_is_handled(actviz: Run) -> None:
    done = actviz("propagate", "gelu", "--norm", "batch", "--networks", "0", "--depth", "4", "--format", "json")
    (found,) = json.loads(done.out)
    assert found["gradient_ratio"] is None
    assert any("drift apart" in remark for remark in found["remarks"])
