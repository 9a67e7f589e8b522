#!/usr/bin/env python3
"""The quality sweep with scikit-learn: K-means (n_init 10), ARI, logistic regression and its report, per prefix.

    python3 sklearn_sweep.py MATRIX LABELS ROWS DIMENSIONS THREADS

MATRIX holds float32 rows, LABELS int32. Prints one JSON object; `sweepMs` and `sweepCpuMs` leave out
start-up, imports and reading the files.
"""
import json
import os
import resource
import sys
import time

matrix_file, label_file = sys.argv[1:3]
rows, dimensions, threads = map(int, sys.argv[3:6])
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(threads)

import numpy as np  # noqa: E402  (threads are set before NumPy loads its BLAS)
from sklearn.cluster import KMeans  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402
from sklearn.metrics import accuracy_score, adjusted_rand_score, classification_report  # noqa: E402
from sklearn.model_selection import train_test_split  # noqa: E402

values = np.fromfile(matrix_file, dtype=np.float32).reshape(rows, dimensions)
labels = np.fromfile(label_file, dtype=np.int32)[:rows]


def objective(fit, x, y):
    logits = (x.astype(np.float64) @ fit.coef_.T) + fit.intercept_
    highest = logits.max(1)
    loss = np.log(np.exp(logits - highest[:, None]).sum(1)) + highest - logits[np.arange(len(y)), y]
    return float(loss.sum() + (fit.coef_ ** 2).sum() / 2)


prefixes = [width for width in (32, 64, 128, 256, 512, 1024, 1536, 2560) if width <= dimensions]
found, fits = [], []
started = time.perf_counter()
cpu_started = time.process_time()
train, test = train_test_split(np.arange(rows), test_size=0.3, stratify=labels, random_state=42)
for width in prefixes:
    x = values[:, :width]
    x = x / np.linalg.norm(x, axis=1, keepdims=True)
    began = time.perf_counter()
    clusters = KMeans(3, n_init=10, random_state=0).fit(x)
    ari = adjusted_rand_score(labels, clusters.labels_)
    clustered = time.perf_counter()
    fit = LogisticRegression(C=1.0, max_iter=1000).fit(x[train], labels[train])
    predicted = fit.predict(x[test])
    report = classification_report(labels[test], predicted)
    fitted = time.perf_counter()
    fits.append((fit, width))
    found.append(dict(
        dimensions=width, inertia=float(clusters.inertia_), ari=float(ari), report=report,
        accuracy=float(accuracy_score(labels[test], predicted)), labels=clusters.labels_.tolist(),
        kmeansMs=1000 * (clustered - began), logisticMs=1000 * (fitted - clustered)))
sweep_ms = 1000 * (time.perf_counter() - started)
sweep_cpu_ms = 1000 * (time.process_time() - cpu_started)

peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
for (fit, width), point in zip(fits, found):
    x = values[:, :width]
    x = x / np.linalg.norm(x, axis=1, keepdims=True)
    point["objective"] = objective(fit, x[train], labels[train])
print(json.dumps(dict(sweepMs=sweep_ms, sweepCpuMs=sweep_cpu_ms, peakRssBytes=peak, points=found)))
