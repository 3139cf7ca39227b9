"""Vectors for the exact test of src/canary/statistics, made by SciPy (binom.sf).

Run: pip install scipy && python3 test/vectors/tails.py > test/vectors/tails.json
"""

import json

from scipy.stats import binom

binomial = [
    (0, 70, 0.25), (18, 70, 0.25), (31, 70, 0.25), (70, 70, 0.25), (1, 10, 0.01), (150, 10000, 0.01),
    (100, 10000, 0.01), (60, 10000, 0.01), (30000, 100000, 0.25), (25100, 100000, 0.25),
]

print(json.dumps({
    "scipy": __import__("scipy").__version__,
    "binomial": [
        {"successes": k, "trials": n, "probability": p, "p": float(binom.sf(k - 1, n, p))}
        for k, n, p in binomial
    ],
}, indent=1))
