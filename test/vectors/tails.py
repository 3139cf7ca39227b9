"""Vectors for the exact tests of src/canary/statistics, made by SciPy (hypergeom.sf, binom.sf).

Run: pip install scipy && python3 test/vectors/tails.py > test/vectors/tails.json
"""

import json

from scipy.stats import binom, hypergeom

fisher = [
    (0, 70, 3, 630), (1, 70, 3, 630), (31, 70, 3, 630), (5, 700, 30, 6300), (12, 700, 30, 6300),
    (40, 700, 30, 6300), (3, 10, 0, 10), (10, 10, 0, 10), (7, 10, 5, 10), (200, 42000, 1800, 378000),
    (400, 42000, 1800, 378000), (1, 1000, 500, 1000), (999, 1000, 500, 1000), (25, 1000000, 20, 1000000),
    (0, 5, 5, 5), (5, 5, 0, 1), (6, 6, 4, 4),
]
binomial = [
    (0, 70, 0.25), (18, 70, 0.25), (31, 70, 0.25), (70, 70, 0.25), (1, 10, 0.01), (150, 10000, 0.01),
    (100, 10000, 0.01), (60, 10000, 0.01), (30000, 100000, 0.25), (25100, 100000, 0.25),
]

print(json.dumps({
    "scipy": __import__("scipy").__version__,
    "fisher": [
        {"canaryErrors": a, "canaryRequests": n, "baselineErrors": b, "baselineRequests": m,
         "p": float(hypergeom.sf(a - 1, n + m, a + b, n))}
        for a, n, b, m in fisher
    ],
    "binomial": [
        {"successes": k, "trials": n, "probability": p, "p": float(binom.sf(k - 1, n, p))}
        for k, n, p in binomial
    ],
}, indent=1))
