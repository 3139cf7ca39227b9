"""Vectors for the rank statistics of src/canary/statistics, made by SciPy and NumPy.

U and p: scipy.stats.mannwhitneyu. The interval of the shift: the shifts that SciPy's one-sided tests at half of what the
confidence leaves do not reject, found by trying one between each two neighbouring differences. Estimate: the median of all
differences. Quantiles: numpy.quantile (linear). Normal distribution: scipy.stats.norm.

Run: pip install scipy && python3 test/vectors/ranks.py > test/vectors/ranks.json
With an argument, the seed, other samples are drawn: the test does that to check against the SciPy that is at hand.
"""

import json
import sys
from bisect import bisect_left

import numpy as np
import scipy
from scipy.stats import mannwhitneyu, norm

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1947
rng = np.random.default_rng(seed)


def tied(a, b):
    both = np.concatenate([a, b])
    return len(np.unique(both)) < len(both)


def interval(x, y, confidence, method):
    """Ends of the interval, or None where the test cannot reject even beyond the outermost difference."""
    differences = np.unique(np.subtract.outer(x, y).ravel())
    half = (1 - confidence) / 2
    # the gaps between neighbouring differences, and what lies beyond them on both sides
    spots = np.concatenate([[differences[0] - 1], (differences[1:] + differences[:-1]) / 2, [differences[-1] + 1]])
    p = lambda at, side: mannwhitneyu(x - spots[at], y, alternative=side, method=method).pvalue
    # a larger shift makes x smaller: "greater" ever less likely, "less" ever more
    lower = bisect_left(range(len(spots)), True, key=lambda at: bool(p(at, "greater") > half))
    upper = bisect_left(range(len(spots)), True, key=lambda at: bool(p(at, "less") <= half)) - 1
    if method == "exact" and (lower == 0 or upper == len(spots) - 1):
        return None
    # as Kayenta and R do it: no further than the outermost difference
    return [float(differences[max(0, lower - 1)]), float(differences[min(len(differences) - 1, upper)])]


samples = []
for n, m in [(1, 1), (2, 3), (5, 5), (6, 9), (12, 12), (20, 30), (25, 25), (30, 31)]:
    samples.append((rng.normal(10, 2, n), rng.normal(10, 2, m)))
    samples.append((rng.normal(14, 2, n), rng.normal(10, 2, m)))
    samples.append((rng.lognormal(-5, 1, n), rng.lognormal(-4, 1, m)))
    samples.append((rng.poisson(2, n).astype(float), rng.poisson(1, m).astype(float)))
samples.append((np.array([0.0, 0, 0, 0, 0, 3]), np.array([0.0, 0, 0, 0, 0, 0])))
samples.append((np.array([0.5, 0.5, 0.5]), np.array([1.0, 2.0, 3.0])))
samples.append((rng.binomial(35, 0.005, 40) / 35, rng.binomial(665, 0.005, 40) / 665))


def facts(x, y):
    ties = bool(tied(x, y))
    exact = not ties and len(x) + len(y) <= 50
    constant = len(np.unique(np.concatenate([x, y]))) == 1
    test = mannwhitneyu(x, y, method="exact" if exact else "asymptotic")
    return {
        "x": x.tolist(), "y": y.tolist(),
        "u": float(test.statistic), "p": 1.0 if constant else float(test.pvalue), "method": "exact" if exact else "normal",
        "estimate": float(np.median(np.subtract.outer(x, y))),
        "normal98": interval(x, y, 0.98, "asymptotic"),
        "exact98": interval(x, y, 0.98, "exact") if exact else None,
        "cles": float(test.statistic / (len(x) * len(y))),
        "quantiles": [float(np.quantile(x, q)) for q in (0.01, 0.25, 0.5, 0.75, 0.99)],
    }


print(json.dumps({
    "scipy": scipy.__version__,
    "seed": seed,
    "samples": [facts(x, y) for x, y in samples],
    "normal": [
        {"z": z, "upperTail": float(norm.sf(z))} for z in (-9, -3, -1, -0.1, 0, 0.1, 0.7, 1, 2, 2.99, 3, 3.01, 5, 8, 20)
    ],
    "normalQuantile": [
        {"probability": p, "z": float(norm.ppf(p))}
        for p in (1e-300, 1e-12, 1e-4, 0.005, 0.01, 0.1, 0.3, 0.5, 0.6, 0.975, 0.99, 0.999999)
    ],
}, indent=1))
