#!/usr/bin/env python3
"""Writes sklearn-golden.json: what Debian's scikit-learn says, for tests to compare with.

    python3 test/reference/make_golden.py [target.json]

Inputs are drawn from numpy.random.RandomState, which the tests can draw from as well
(src/core/numpy-random.ts), so large inputs are given as a recipe and only outputs are stored.
"""
import json
import sys
import warnings

import numpy as np
import scipy
import sklearn
from scipy.spatial.distance import pdist, squareform
from sklearn import metrics
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.manifold import TSNE, trustworthiness
from sklearn.manifold._t_sne import _joint_probabilities, _kl_divergence
from sklearn.model_selection import RepeatedStratifiedKFold, StratifiedKFold, train_test_split

warnings.filterwarnings("ignore", category=ConvergenceWarning)
warnings.filterwarnings("ignore", category=FutureWarning)


def blobs(seed, rows, dims, classes, separation):
    """float32 rows: separation * centre of the class + noise, all uniform in [-0.5, 0.5)."""
    random = np.random.RandomState(seed)
    labels = random.randint(classes, size=rows)
    centres = random.random_sample((classes, dims)) - 0.5
    noise = random.random_sample((rows, dims)) - 0.5
    return (separation * centres[labels] + noise).astype(np.float32), labels


def unit(values):
    values = values.astype(np.float64)
    return values / np.linalg.norm(values, axis=1, keepdims=True)


def cut(values, dims):
    """A prefix of unit rows, divided by its own norm: what one point of the sweep sees."""
    return unit(values[:, :dims])


def recipe(seed, rows, dims, classes, separation):
    return dict(seed=seed, rows=rows, dims=dims, classes=classes, separation=separation)


def generator():
    cases = []
    for seed in (0, 42, 123456789, 4294967295):
        random = np.random.RandomState(seed)
        cases.append(dict(
            seed=seed,
            samples=random.random_sample(5).tolist(),
            integers=[int(random.randint(bound)) for bound in (1, 2, 3, 10, 1000, 2**31, 2**32)],
            permutation=random.permutation(23).tolist(),
            choice=random.choice(np.array([5, 7, 11, 13, 17]), size=3, replace=False).tolist(),
            weighted=int(random.choice(1000, p=np.full(1000, 1 / 1000))),
            after=random.random_sample(),
        ))
    return cases


def splits():
    cases = []
    shapes = [(25, 3, 0.3), (100, 2, 0.25), (301, 5, 0.3), (64, 4, 0.5), (2000, 3, 0.3)]
    for seed, (rows, classes, share) in enumerate(shapes):
        labels = np.random.RandomState(900 + seed).randint(classes, size=rows)
        train, test = train_test_split(np.arange(rows), test_size=share, stratify=labels, random_state=seed)
        case = dict(labelSeed=900 + seed, rows=rows, classes=classes, testShare=share, seed=seed,
                    trainHead=train[:50].tolist(), testHead=test[:50].tolist(),
                    trainSum=int((train * np.arange(len(train))).sum()),
                    testSum=int((test * np.arange(len(test))).sum()))
        folds = [test.tolist() for _, test in
                 StratifiedKFold(4, shuffle=True, random_state=seed).split(labels, labels)]
        case["foldSums"] = [int((np.array(f) * np.arange(len(f))).sum()) for f in folds]
        case["foldHeads"] = [f[:12] for f in folds]
        repeated = RepeatedStratifiedKFold(n_splits=3, n_repeats=2, random_state=seed)
        case["repeatedSums"] = [int((test * np.arange(len(test))).sum())
                                for _, test in repeated.split(labels, labels)]
        cases.append(case)
    return cases


def kmeans():
    cases = []
    for data, clusters, seed, n_init in [
        (recipe(1, 200, 16, 4, 3.0), 4, 0, 10),
        (recipe(2, 333, 37, 6, 2.5), 6, 42, 10),
        (recipe(3, 150, 8, 3, 2.0), 3, 7, 1),
        (recipe(4, 400, 64, 9, 3.0), 9, 3, 4),
        (recipe(5, 90, 5, 2, 4.0), 2, 11, 10),
    ]:
        values, labels = blobs(**data)
        rows = unit(values)
        for dims in sorted({max(4, data["dims"] // 2), data["dims"]}):
            fit = KMeans(clusters, n_init=n_init, random_state=seed).fit(cut(rows, dims))
            cases.append(dict(data=data, dims=dims, clusters=clusters, seed=seed, nInit=n_init,
                              labels=fit.labels_.tolist(), inertia=fit.inertia_, iterations=int(fit.n_iter_),
                              ari=metrics.adjusted_rand_score(labels, fit.labels_)))
    return cases


def objective(rows, labels, c, weights, intercepts):
    logits = rows @ weights.T + intercepts
    if weights.shape[0] == 1:
        signed = np.where(labels == 1, 1.0, -1.0) * logits[:, 0]
        loss = np.logaddexp(0, -signed).sum()
    else:
        loss = (np.log(np.exp(logits - logits.max(1, keepdims=True)).sum(1)) + logits.max(1)
                - logits[np.arange(len(labels)), labels]).sum()
    return loss + (weights ** 2).sum() / (2 * c)


def logistic():
    cases = []
    for data, c in [
        (recipe(11, 240, 24, 3, 0.6), 1.0), (recipe(11, 240, 24, 3, 0.6), 100.0),
        (recipe(12, 180, 12, 2, 0.5), 1.0), (recipe(12, 180, 12, 2, 0.5), 0.01),
        (recipe(13, 120, 200, 3, 0.4), 10.0), (recipe(14, 300, 40, 7, 0.8), 1.0),
        (recipe(15, 80, 300, 2, 0.4), 1.0),
    ]:
        values, labels = blobs(**data)
        rows = unit(values)
        for dims in sorted({data["dims"] // 2, data["dims"]}):
            x = cut(rows, dims)
            fit = LogisticRegression(C=c, tol=1e-13, max_iter=100000).fit(x, labels)
            default = LogisticRegression(C=c, max_iter=1000).fit(x, labels)
            probabilities = fit.predict_proba(x)
            cases.append(dict(
                data=data, dims=dims, c=c,
                objective=objective(x, labels, c, fit.coef_, fit.intercept_),
                objectiveAtDefaultTolerance=objective(x, labels, c, default.coef_, default.intercept_),
                weightNorm=float(np.linalg.norm(fit.coef_)), intercepts=fit.intercept_.tolist(),
                probabilitiesHead=probabilities[:4].tolist(),
                logLoss=metrics.log_loss(labels, probabilities),
                predicted=fit.predict(x).tolist()))
    return cases


def lexical():
    """TF-IDF of texts in which every class has words of its own among those of all, and a classifier on it."""
    cases = []
    for seed, classes in ((51, 2), (52, 3)):
        random = np.random.RandomState(seed)
        labels = random.randint(classes, size=120)
        texts = []
        for label in labels:
            common = ["word%d" % w for w in random.randint(40, size=7)]
            own = ["mood%d%d" % (label if random.random_sample() < 0.7 else random.randint(classes), w)
                   for w in random.randint(6, size=2)]
            texts.append(" ".join(common + own))
        train, test = train_test_split(np.arange(120), test_size=0.3, stratify=labels, random_state=42)
        vectorizer = TfidfVectorizer(token_pattern=r"\w+")
        rows = vectorizer.fit_transform([texts[i] for i in train])
        fit = LogisticRegression(tol=1e-13, max_iter=100000).fit(rows, labels[train])
        held = vectorizer.transform([texts[i] for i in test])
        cases.append(dict(
            texts=texts, labels=labels.tolist(), classes=classes, terms=rows.shape[1],
            rowHeads=[sorted(held[i].data.tolist()) for i in range(3)],
            weightNorm=float(np.linalg.norm(fit.coef_)), intercepts=fit.intercept_.tolist(),
            predicted=fit.predict(held).tolist(), accuracy=float(fit.score(held, labels[test]))))
    return cases


def agreement():
    cases = []
    for seed, (rows, classes, clusters) in enumerate([(60, 3, 3), (200, 2, 5), (500, 7, 4), (90, 3, 30)]):
        random = np.random.RandomState(500 + seed)
        true = random.randint(classes, size=rows)
        mixed = np.where(random.random_sample(rows) < 0.6, true % clusters, random.randint(clusters, size=rows))
        cases.append(dict(
            true=true.tolist(), predicted=mixed.tolist(),
            ari=metrics.adjusted_rand_score(true, mixed),
            nmi=metrics.normalized_mutual_info_score(true, mixed),
            ami=metrics.adjusted_mutual_info_score(true, mixed),
            homogeneity=metrics.homogeneity_score(true, mixed),
            completeness=metrics.completeness_score(true, mixed),
            vMeasure=metrics.v_measure_score(true, mixed)))
    return cases


def classification():
    names = ["negative", "neutral", "positive"]
    cases = []
    for seed, rows in enumerate((20, 150, 601)):
        random = np.random.RandomState(700 + seed)
        true = random.randint(3, size=rows)
        predicted = np.where(random.random_sample(rows) < 0.7, true, random.randint(3, size=rows))
        raw = random.random_sample((rows, 3)) + 0.05
        raw[np.arange(rows), predicted] += 1.0
        probabilities = raw / raw.sum(1, keepdims=True)
        cases.append(dict(
            true=true.tolist(), predicted=predicted.tolist(), names=names,
            probabilities=probabilities.tolist() if rows < 200 else None,
            accuracy=metrics.accuracy_score(true, predicted),
            balancedAccuracy=metrics.balanced_accuracy_score(true, predicted),
            macroF1=metrics.f1_score(true, predicted, average="macro"),
            weightedF1=metrics.f1_score(true, predicted, average="weighted"),
            mcc=metrics.matthews_corrcoef(true, predicted),
            kappa=metrics.cohen_kappa_score(true, predicted),
            quadraticKappa=metrics.cohen_kappa_score(true, predicted, weights="quadratic"),
            logLoss=metrics.log_loss(true, probabilities) if rows < 200 else None,
            confusion=metrics.confusion_matrix(true, predicted).tolist(),
            report=metrics.classification_report(true, predicted, target_names=names),
            report4=metrics.classification_report(true, predicted, target_names=names, digits=4)))
    true = [0, 0, 1, 1, 2, 2, 2]
    predicted = [0, 0, 0, 2, 2, 2, 0]
    cases.append(dict(
        true=true, predicted=predicted, names=names, probabilities=None, logLoss=None,
        accuracy=metrics.accuracy_score(true, predicted),
        balancedAccuracy=metrics.balanced_accuracy_score(true, predicted),
        macroF1=metrics.f1_score(true, predicted, average="macro", zero_division=0),
        weightedF1=metrics.f1_score(true, predicted, average="weighted", zero_division=0),
        mcc=metrics.matthews_corrcoef(true, predicted),
        kappa=metrics.cohen_kappa_score(true, predicted),
        quadraticKappa=metrics.cohen_kappa_score(true, predicted, weights="quadratic"),
        confusion=metrics.confusion_matrix(true, predicted).tolist(),
        report=metrics.classification_report(true, predicted, target_names=names, zero_division=0),
        report4=metrics.classification_report(true, predicted, target_names=names, digits=4, zero_division=0)))
    return cases


def silhouette():
    cases = []
    for data in (recipe(21, 120, 20, 3, 1.5), recipe(22, 200, 33, 5, 0.7)):
        values, labels = blobs(**data)
        rows = unit(values)
        cases.append(dict(data=data, cosine=metrics.silhouette_score(rows, labels, metric="cosine"),
                          euclidean=metrics.silhouette_score(rows, labels),
                          samplesHead=metrics.silhouette_samples(rows, labels, metric="cosine")[:8].tolist()))
    return cases


def principal_components():
    cases = []
    for data in (recipe(31, 150, 40, 3, 1.5), recipe(32, 60, 120, 4, 1.0)):
        values, _ = blobs(**data)
        for dims in (data["dims"] // 4, data["dims"]):
            fit = PCA(2, svd_solver="full")
            scores = fit.fit_transform(cut(unit(values), dims))
            cases.append(dict(data=data, dims=dims, ratio=fit.explained_variance_ratio_.tolist(),
                              scoresHead=scores[:6].tolist()))
    return cases


def layout_at(rows):
    index = np.arange(rows)
    return np.stack([np.cos(index), np.sin(2 * index)], axis=1)


def tsne():
    cases = []
    for data, perplexity in ((recipe(41, 60, 10, 3, 2.0), 10.0), (recipe(42, 300, 30, 4, 1.2), 30.0)):
        values, labels = blobs(**data)
        rows = unit(values)
        squared = squareform(pdist(rows, "sqeuclidean"))
        condensed = _joint_probabilities(squared, perplexity, 0)
        layout = layout_at(len(rows))
        kl, gradient = _kl_divergence(layout.ravel(), condensed, 1, len(rows), 2, skip_num_points=0)
        finals = []
        for method in ("exact", "barnes_hut"):
            fit = TSNE(perplexity=perplexity, init="pca", learning_rate="auto", method=method, random_state=0)
            final = fit.fit_transform(rows.astype(np.float32))
            flat, _ = _kl_divergence(final.astype(np.float64).ravel(), condensed, 1, len(rows), 2,
                                     compute_error=True)
            finals.append(dict(method=method, kl=float(flat), iterations=int(fit.n_iter_),
                               trustworthiness=trustworthiness(rows, final, n_neighbors=12)))
        cases.append(dict(data=data, perplexity=perplexity, pHead=condensed[:20].tolist(), kl=float(kl),
                          gradientHead=gradient.reshape(-1, 2)[:8].tolist(), finals=finals,
                          trustworthinessOfCosLayout=trustworthiness(rows, layout, n_neighbors=5)))
    return cases


def main():
    golden = dict(
        versions=dict(sklearn=sklearn.__version__, numpy=np.__version__, scipy=scipy.__version__),
        generator=generator(), splits=splits(), kmeans=kmeans(), logistic=logistic(), lexical=lexical(),
        agreement=agreement(), classification=classification(), silhouette=silhouette(),
        principalComponents=principal_components(), tsne=tsne())
    target = sys.argv[1] if len(sys.argv) > 1 else __file__.replace("make_golden.py", "sklearn-golden.json")
    with open(target, "w") as file:
        json.dump(golden, file, separators=(",", ":"))
        file.write("\n")


main()
