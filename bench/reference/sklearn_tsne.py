#!/usr/bin/env python3
"""t-SNE with scikit-learn's defaults and a PCA start, of unit rows.

    python3 sklearn_tsne.py MATRIX ROWS DIMENSIONS THREADS

Prints one JSON object: time of fit_transform in milliseconds, and the layout.
"""
import json
import os
import sys
import time

matrix_file = sys.argv[1]
rows, dimensions, threads = map(int, sys.argv[2:5])
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = str(threads)

import numpy as np  # noqa: E402
from sklearn.manifold import TSNE  # noqa: E402

values = np.fromfile(matrix_file, dtype=np.float32).reshape(rows, dimensions)
started = time.perf_counter()
fit = TSNE(perplexity=30, init="pca", learning_rate="auto", random_state=0, n_jobs=threads)
layout = fit.fit_transform(values)
milliseconds = 1000 * (time.perf_counter() - started)
print(json.dumps(dict(milliseconds=milliseconds, iterations=int(fit.n_iter_), ownDivergence=float(fit.kl_divergence_),
                      layout=layout.astype(float).ravel().tolist())))
