#!/usr/bin/env python3
"""Writes stats-scipy.json: what SciPy, NumPy and plain enumeration say, for test/stats and test/quality.

    python3 test/reference/make_stats_reference.py [target.json]

Where SciPy has no such function (exact tests with ties, step detection, MSER) the value comes from listing
every possibility, which is another road than the code under test takes.
"""
import itertools
import json
import math
import sys

import numpy as np
import scipy
from scipy import stats
from sklearn import metrics


def distributions():
    z = [-37, -8.5, -5, -1.959964, -0.3, 0, 0.7, 1.2815515655446004, 3.3, 6, 8.2]
    p = [1e-300, 1e-12, 0.001, 0.025, 0.075, 0.3, 0.5, 0.61, 0.975, 0.9999, 1 - 1e-12]
    t = [(-4.3, 3), (-0.2, 1), (0, 7), (1.1, 2.5), (2.26, 9), (5, 24), (1.96, 1e6), (12, 60)]
    tq = [(0.975, 1), (0.975, 4), (0.9, 2.5), (0.995, 30), (0.025, 12), (0.975, 1e5)]
    binomial = [(3, 10, 0.5), (0, 5, 0.2), (5, 5, 0.2), (12, 17, 0.5), (480, 1000, 0.5), (2990, 3000, 0.99), (7, 2000, 0.001)]
    chi = [(0.001, 1), (0.5, 1), (3, 2), (10, 3), (5, 20), (25, 20), (300, 250), (40, 2)]
    chi_q = [(0.1, 1), (0.1, 2), (0.1, 6), (0.05, 20), (0.5, 3), (0.975, 9), (0.1, 200), (1e-6, 5)]
    return dict(
        chiSquaredCdf=[[x, df, stats.chi2.cdf(x, df)] for x, df in chi],
        chiSquaredQuantile=[[x, df, stats.chi2.ppf(x, df)] for x, df in chi_q],
        normalCdf=[[x, stats.norm.cdf(x)] for x in z],
        normalQuantile=[[x, stats.norm.ppf(x)] for x in p],
        tCdf=[[x, df, stats.t.cdf(x, df), 2 * stats.t.sf(abs(x), df)] for x, df in t],
        tQuantile=[[x, df, stats.t.ppf(x, df)] for x, df in tq],
        binomial=[[k, n, q, stats.binom.pmf(k, n, q), stats.binom.cdf(k, n, q)] for k, n, q in binomial])


def proportions():
    cases = [(534, 600), (0, 20), (20, 20), (1, 3), (7, 9), (890, 1000)]
    return [[k, n, level, *stats.binomtest(k, n).proportion_ci(level, method="wilson")]
            for k, n in cases for level in (0.9, 0.95)]


def quantiles():
    random = np.random.RandomState(3)
    sample = np.round(random.lognormal(3, 0.7, 157), 3)
    return dict(sample=sample.tolist(), quantiles=[
        [p, np.quantile(sample, p, method="inverted_cdf")] for p in (0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 1)])


def quantile_ranks():
    """Narrowest [l, u] with coverage; the best covered among equally narrow ones."""
    out = []
    for n, p in [(29, 0.9), (28, 0.9), (59, 0.95), (10, 0.5), (100, 0.5), (400, 0.95), (1000, 0.99), (299, 0.99)]:
        pmf = stats.binom.pmf(np.arange(n + 1), n, p)
        best = None
        for l in range(1, n):
            for u in range(l + 1, n + 1):
                coverage = pmf[l:u].sum()
                if coverage >= 0.95 and (best is None or (u - l, -coverage) < (best[1] - best[0], -best[2] - 1e-12)):
                    best = (l, u, coverage)
                if coverage >= 0.95:
                    break
        out.append([n, p, list(best) if best else None])
    return out


def rank_tests():
    random = np.random.RandomState(11)
    cases = []
    for n1, n2, digits in [(5, 5, 3), (4, 6, 3), (8, 7, 0), (3, 3, 2), (12, 11, 3)]:
        a = np.round(random.normal(10, 2, n1), digits)
        b = np.round(random.normal(11.5, 2, n2), digits)
        both = np.concatenate([a, b])
        ranks = stats.rankdata(both)
        seen = ranks[n1:].sum()
        centre = n2 * (n1 + n2 + 1) / 2
        sums = np.array([sum(c) for c in itertools.combinations(ranks, n2)])
        exact = float(np.mean(np.abs(sums - centre) >= abs(seen - centre) - 1e-9))
        cases.append(dict(first=a.tolist(), second=b.tolist(), u=seen - n2 * (n2 + 1) / 2, p=exact,
                          scipyExact=(float(stats.mannwhitneyu(b, a, method="exact").pvalue)
                                      if len(set(both)) == len(both) else None)))
    a = np.round(random.normal(0, 1, 40), 1)
    b = np.round(random.normal(0.5, 1, 35), 1)
    large = dict(first=a.tolist(), second=b.tolist(),
                 p=float(stats.mannwhitneyu(b, a, method="asymptotic").pvalue),
                 u=float(stats.mannwhitneyu(b, a).statistic))
    return dict(small=cases, large=large)


def shifts():
    """Hodges-Lehmann with the interval from the U distribution, counted by listing every order."""
    random = np.random.RandomState(12)
    cases = []
    for n1, n2 in [(5, 5), (4, 4), (3, 3), (6, 8)]:
        a = np.round(random.normal(50, 4, n1), 2)
        b = np.round(random.normal(53, 4, n2), 2)
        differences = np.sort((b[None, :] - a[:, None]).ravel())
        us = np.array([sum(c) - n1 * (n1 + 1) // 2 for c in itertools.combinations(range(1, n1 + n2 + 1), n1)])
        rank = 0
        while np.mean(us <= rank) <= 0.025:
            rank += 1
        cases.append(dict(first=a.tolist(), second=b.tolist(), shift=float(np.median(differences)),
                          low=float(differences[rank - 1]) if rank else None,
                          high=float(differences[-rank]) if rank else None))
    return cases


def sign_flips():
    random = np.random.RandomState(13)
    out = []
    for n in (3, 6, 10):
        d = np.round(random.normal(0.4, 1, n), 3)
        means = [np.mean(d * s) for s in itertools.product([1, -1], repeat=n)]
        out.append(dict(differences=d.tolist(), p=float(np.mean(np.abs(means) >= abs(d.mean()) - 1e-12))))
    return out


def trends():
    random = np.random.RandomState(14)
    out = []
    for n, slope in [(12, 0.0), (30, 0.05), (8, -1)]:
        x = np.arange(n) * 0.5
        y = 10 + slope * x + random.normal(0, 0.3, n)
        fit = stats.linregress(x, y)
        half = stats.t.ppf(0.975, n - 2) * fit.stderr
        out.append(dict(x=x.tolist(), y=y.tolist(), slope=fit.slope, p=fit.pvalue, low=fit.slope - half, high=fit.slope + half))
    return out


def weighted_median(y, w):
    order = np.argsort(y, kind="stable")
    cumulative = np.cumsum(w[order])
    return y[order][np.searchsorted(cumulative, cumulative[-1] / 2 * (1 - 1e-12))]


def steps():
    """Every segmentation of a short series, by brute force."""
    random = np.random.RandomState(15)
    out = []
    for m, jump, weighted in [(10, 4, False), (12, 0, False), (11, 3, True), (9, 8, True)]:
        y = np.round(np.where(np.arange(m) < m // 2, 10, 10 + jump) + random.normal(0, 0.4, m), 3)
        widths = np.round(random.uniform(0.5, 3, m), 3) if weighted else np.ones(m)
        w = (1 / widths) / np.median(1 / widths)
        floor = 0.001 * abs(np.median(y))
        best = None
        for k in range(1, m // 2 + 1):
            for cuts in itertools.combinations(range(1, m), k - 1):
                bounds = [0, *cuts, m]
                parts = list(zip(bounds[:-1], bounds[1:]))
                if any(b - a < 2 for a, b in parts):
                    continue
                levels = [weighted_median(y[a:b], w[a:b]) for a, b in parts]
                cost = sum((w[a:b] * np.abs(y[a:b] - v)).sum() for (a, b), v in zip(parts, levels))
                value = m * math.log(floor + cost / m) + 4 * k * math.log(m)
                if best is None or value < best[0] - 1e-12:
                    best = (value, [a for a, _ in parts], levels)
        out.append(dict(values=y.tolist(), widths=widths.tolist(), weighted=weighted,
                        from_=best[1], levels=[float(v) for v in best[2]]))
    return out


def truncations():
    random = np.random.RandomState(16)
    out = []
    for n, ramp in [(200, 40), (150, 0), (120, 110)]:
        series = 100 + random.normal(0, 3, n) - np.where(np.arange(n) < ramp, (ramp - np.arange(n)) * 2.0, 0)
        series = np.round(series, 3)
        batches = series[: n // 5 * 5].reshape(-1, 5).mean(1)
        errors = [np.sum((batches[d:] - batches[d:].mean()) ** 2) / (len(batches) - d) ** 2 for d in range(len(batches) - 4)]
        cut = int(np.argmin(errors))
        out.append(dict(series=series.tolist(), warmup=cut * 5, settled=cut <= len(batches) / 2))
    return out


def correlations():
    random = np.random.RandomState(17)
    out = []
    for n, digits in [(8, 0), (40, 1), (300, 2), (25, 4)]:
        x = np.round(random.normal(0, 2, n), digits)
        y = np.round(0.6 * x + random.normal(0, 1.5, n), digits)
        out.append(dict(x=x.tolist(), y=y.tolist(), pearson=stats.pearsonr(x, y)[0],
                        spearman=stats.spearmanr(x, y)[0], kendall=stats.kendalltau(x, y)[0]))
    return out


def ranking():
    random = np.random.RandomState(18)
    out = []
    for n, digits in [(12, 1), (200, 1), (60, 5)]:
        y = random.randint(2, size=n)
        score = np.round(0.4 * y + random.random_sample(n), digits)
        out.append(dict(y=y.tolist(), score=score.tolist(), ap=metrics.average_precision_score(y, score),
                        rocAuc=metrics.roc_auc_score(y, score)))
    return out


def bootstrap():
    """BCa needs resamples: only the jackknife's acceleration is free of chance, and is compared through it."""
    random = np.random.RandomState(19)
    values = np.round(random.exponential(1, 80), 4)
    result = stats.bootstrap((values,), np.mean, n_resamples=200000, method="BCa", random_state=1)
    percentile = stats.bootstrap((values,), np.mean, n_resamples=200000, method="percentile", random_state=1)
    return dict(values=values.tolist(), bca=list(result.confidence_interval), percentile=list(percentile.confidence_interval))


def large_ari():
    """100,000 items: the pair counts' products exceed 2**53; Python's integers do not care."""
    items = np.arange(100000)
    true = items * items % 7
    predicted = (items * 31 % 101) % 7
    return dict(rows=100000, ari=metrics.adjusted_rand_score(true, predicted))


def main():
    target = sys.argv[1] if len(sys.argv) > 1 else __file__.replace("make_stats_reference.py", "stats-scipy.json")
    import sklearn
    reference = dict(
        versions=dict(scipy=scipy.__version__, numpy=np.__version__, sklearn=sklearn.__version__),
        distributions=distributions(), proportions=proportions(), quantiles=quantiles(),
        quantileRanks=quantile_ranks(), rankTests=rank_tests(), shifts=shifts(), signFlips=sign_flips(),
        trends=trends(), steps=steps(), truncations=truncations(), correlations=correlations(),
        ranking=ranking(), bootstrap=bootstrap(), largeAri=large_ari())
    with open(target, "w", encoding="utf-8") as out:
        json.dump(reference, out, indent=None, separators=(",", ":"))
        out.write("\n")


if __name__ == "__main__":
    main()
