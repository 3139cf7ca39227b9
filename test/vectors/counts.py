"""Vectors for the counted judge of src/canary/evidence, made by SciPy and NumPy.

Rising factorials: scipy.special.gammaln. Predictions: scipy.stats.betabinom and nbinom, the difference of two beliefs'
logpmf for the same count, since the judge leaves out what is the same for all beliefs. Normal distribution:
scipy.stats.norm. Beliefs about five parts (level, shared drift, both sides' own drifts, the canary's offset): matrix
algebra by NumPy, the update in its information form (inverse covariances add), which is not how the judge does it.

Run: pip install scipy && python3 test/vectors/counts.py > test/vectors/counts.json
With an argument, the seed, other cases are drawn: the test does that to check against the SciPy that is at hand.
"""

import json
import sys

import numpy as np
import scipy
from scipy.special import expit, gammaln
from scipy.stats import betabinom, nbinom, norm

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1985
rng = np.random.default_rng(seed)

sides = {"baseline": np.array([1.0, 1, 1, 0, 0]), "canary": np.array([1.0, 1, 0, 1, 1])}
triangle = np.triu_indices(5)


def rising():
    for _ in range(40):
        x = float(10 ** rng.uniform(-6, 7))
        k = int(10 ** rng.uniform(0, 7)) if rng.random() < 0.7 else int(rng.integers(0, 14))
        yield {"x": x, "k": k, "value": float(gammaln(x + k) - gammaln(x)), "scale": float(abs(gammaln(x + k)))}


def belief(mean_low, mean_high):
    return {
        "mean": float(rng.uniform(mean_low, mean_high)),
        "variance": float(10 ** rng.uniform(-5, 0.4)),
        "clusters": float(rng.choice([0, 0.6, 2, 6])),
    }


def ratio_parameters(b, total):
    """The beta belief with expit(mean) for mean, whose odds vary by exp(variance) - 1, and its clustered prediction."""
    ratio, spread = expit(b["mean"]), np.expm1(b["variance"])
    size = 1 / (ratio * (1 - ratio) * spread)
    clustered = 1 / (1 / size + b["clusters"] / total)
    return clustered * ratio, clustered * (1 - ratio)


def count_parameters(b, total):
    expected, spread = total * np.exp(b["mean"]), np.expm1(b["variance"])
    shape = 1 / (spread + b["clusters"] / expected)
    return shape, shape / (shape + expected)


def ratios():
    for _ in range(60):
        one, other = belief(-7, 1), belief(-7, 1)
        total = int(10 ** rng.uniform(0, 5))
        events = int(rng.binomial(total, expit(rng.choice([one["mean"], other["mean"]]))))
        p, q = (betabinom.logpmf(events, total, *ratio_parameters(b, total)) for b in (one, other))
        yield {"beliefs": [one, other], "events": events, "total": total, "difference": float(p - q)}


def counts():
    for _ in range(60):
        one, other = belief(-4, 3), belief(-4, 3)
        total = float(10 ** rng.uniform(0, 3))
        events = int(rng.poisson(total * np.exp(rng.choice([one["mean"], other["mean"]]))))
        p, q = (nbinom.logpmf(events, *count_parameters(b, total)) for b in (one, other))
        yield {"beliefs": [one, other], "events": events, "total": total, "difference": float(p - q)}


def random_state():
    root = rng.normal(size=(5, 5))
    return rng.normal(size=5), root @ root.T / 5 + 0.05 * np.eye(5)


def flat(mean, covariance):
    return [*map(float, mean), *map(float, covariance[triangle])]


def beliefs():
    for _ in range(12):
        (mean, covariance), (other_mean, other_covariance) = random_state(), random_state()
        memory = float(rng.choice([0, 0.6, 0.97]))
        variances = {name: float(rng.uniform(0, 2)) for name in ("shared", "baseline", "canary")}
        forgets = np.diag([1, memory, memory, memory, 1])
        fresh = (1 - memory**2) * np.diag([0, variances["shared"], variances["baseline"], variances["canary"], 0])
        share = float(rng.uniform(0, 1))
        mixed = (1 - share) * mean + share * other_mean
        gaps = [(1 - share, mean - mixed, covariance), (share, other_mean - mixed, other_covariance)]
        noise, value = float(10 ** rng.uniform(-2, 1)), float(rng.normal())
        seen = {}
        for side, row in sides.items():
            known = np.linalg.inv(covariance) + np.outer(row, row) / noise
            after = np.linalg.inv(known)
            seen[side] = {
                "mean": float(row @ mean),
                "variance": float(row @ covariance @ row),
                "after": flat(after @ (np.linalg.inv(covariance) @ mean + row * value / noise), after),
            }
        yield {
            "state": flat(mean, covariance), "other": flat(other_mean, other_covariance),
            "memory": memory, "variances": variances,
            "forgotten": flat(forgets @ mean, forgets @ covariance @ forgets.T + fresh),
            "share": share,
            "merged": flat(mixed, sum(weight * (c + np.outer(gap, gap)) for weight, gap, c in gaps)),
            "noise": noise, "value": value, "seen": seen,
        }


print(json.dumps({
    "scipy": scipy.__version__,
    "seed": seed,
    "rising": list(rising()),
    "ratios": list(ratios()),
    "counts": list(counts()),
    "normal": [{"z": z, "below": float(norm.cdf(z))} for z in map(float, rng.uniform(-12, 12, 24))],
    "beliefs": list(beliefs()),
}, indent=1))
