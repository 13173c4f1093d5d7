"""Questions of the primer, copied by hand, for the tests of grading."""

from dataclasses import replace

from engine.quiz.bank import Exact, Misconception, Question, RubricPoint


def question(id: str, check: str, ask: str, answer: str, *points: RubricPoint, **more: object) -> Question:
    made = Question(id, "topic", "2.2", check, ask, answer, "", 1, points)
    return replace(made, **more)  # type: ignore[arg-type]


def point(says: str, *phrases: str, polarity: bool = False) -> RubricPoint:
    return RubricPoint(says, 1, phrases, polarity)


SSE = question(
    "2.q1a",
    "keypoints",
    "What quantity does the abbreviation SSE stand for in regression, and how is it computed from labels and "
    "predictions?",
    "SSE is the sum of squared errors. For every training point take the residual (actual label minus prediction), "
    "square it, and add up over all $m$ points: $\\mathrm{SSE}=\\sum_{i=1}^{m}(y_i-\\hat y_i)^2$. It is one "
    "non-negative number, and it is zero only when every point is fitted exactly.",
    point(
        "uses the residual, actual minus predicted", "residual", "minus & predict", "difference between", "y_i & hat"
    ),
    point("the residual is squared", "square", "squaring"),
    point("accumulated over every data point", "sum", "add & all", "add & up", "adding", "total", polarity=True),
    point(
        "a single non-negative score, zero for a perfect fit",
        "non negative",
        "never negative",
        "zero only",
        "zero if",
        "is 0",
        "perfect",
        polarity=True,
    ),
    misconceptions=(
        Misconception("SSE is the average squared error", "That is the MSE."),
        Misconception("Positive and negative residuals cancel in SSE", "Squaring removes the sign."),
    ),
)

SMALL_SSE = question(
    "2.q1b",
    "keypoints",
    "Why is it a sensible training goal to make SSE as small as possible?",
    "A smaller SSE means the predictions lie closer to the observed labels, so the line fits the training data "
    "better. Squaring makes large misses count far more than small ones, and the objective is smooth "
    "(differentiable) and, for a linear model, convex, so the minimiser can be found. A low training SSE alone does "
    "not guarantee generalisation: compare on held-out data.",
    point(
        "small SSE = predictions close to the observations",
        "closer",
        "better fit",
        "fits & better",
        "fits & well",
        "close to",
        polarity=True,
    ),
    point(
        "large misses are punished disproportionately", "large miss", "big err", "large err", "outlier", polarity=True
    ),
    point("objective is smooth / convex", "differentiable", "smooth", "convex"),
    point(
        "training SSE is not the same as generalisation", "generalis", "overfit", "held out", "unseen", polarity=True
    ),
    misconceptions=(Misconception("The smallest possible SSE is always the best model", "It can memorise noise."),),
)

PENALTIES = question(
    "2.q4",
    "keypoints",
    "Contrast ordinary least squares, ridge and LASSO: what each minimises and how the resulting weights differ.",
    "Ordinary regression minimises the SSE only, so nothing limits the weights and it may overfit. Ridge adds an "
    "$L_2$ penalty $\\lambda\\lVert\\mathbf w\\rVert_2^2$: all weights shrink toward zero but generally stay "
    "nonzero, and there is a closed form. LASSO adds an $L_1$ penalty $\\lambda\\lVert\\mathbf w\\rVert_1$: some "
    "weights become exactly zero, giving a sparse model that performs feature selection, and in general it needs an "
    "iterative solver. $\\lambda$ controls the strength; $\\lambda=0$ recovers ordinary regression.",
    point("OLS: SSE alone, no penalty", "sse only", "no penalty", "nothing limits", "without & penalty", polarity=True),
    point("ridge: L2 penalty", "l2", "l_2", "squared weights", polarity=True),
    point("ridge shrinks weights without zeroing them", "shrink", "nonzero", "toward zero", polarity=True),
    point("LASSO: L1 penalty", "l1", "l_1", "absolute", polarity=True),
    point(
        "LASSO gives exact zeros / feature selection",
        "sparse",
        "exactly zero",
        "lasso & zero",
        "select & feature",
        polarity=True,
    ),
    point("lambda sets the strength", "lambda", "strength"),
    misconceptions=(Misconception("Ridge sets small weights exactly to zero", "Only the corners of L1 do."),),
)

LABELS = question(
    "4.q1b",
    "keypoints",
    "How does unsupervised learning differ from supervised learning in data, goal and evaluation?",
    "Supervised learning trains on input-label pairs and minimises the error between predictions and the known "
    "labels, so quality can be measured directly on held-out labels. Unsupervised learning has inputs only and "
    "optimises an internal criterion such as within-cluster distance; evaluation is indirect (silhouette, usefulness "
    "downstream).",
    point("supervised has input-label pairs", "input label", "known label", "has label", "label pairs", polarity=True),
    point("supervised minimises prediction error against labels", "error between", "prediction error", polarity=True),
    point("unsupervised sees inputs only", "inputs only", "no label", "without label", polarity=True),
    point("evaluation: direct versus indirect", "measured", "indirect", "silhouette"),
)

CENTROID = question(
    "4.q2b",
    "keypoints",
    "How is a centroid computed from the points of its cluster?",
    "Average the members coordinate by coordinate: $\\mu_j=\\frac{1}{|C_j|}\\sum_{x_i\\in C_j}x_i$. Sum all points "
    "assigned to the cluster and divide by how many there are. It is recomputed after every assignment step.",
    point("mean of the points", "mean", "average", "sum & divide", "averaging"),
    point("over the points assigned to that cluster", "assigned", "in the cluster", "its members", "belong"),
    point("done per coordinate", "coordinate", "dimension", "feature", "component"),
    point("repeated after each assignment step", "after & assign", "each iteration", "recomput", "updat"),
)

STARTS = question(
    "4.q5",
    "keypoints",
    "Why does the result of k-means depend on where the centroids start?",
    "The objective is non-convex, with many local minima. Each iteration (assign, then average) can only lower the "
    "SSE, so it slides into whichever basin the starting centroids lie in and cannot escape: two seeds in one true "
    "cluster may split it while another seed covers two clusters. Remedies: several restarts, or K-Means++ which "
    "spreads the seeds out.",
    point("non-convex objective / local minima", "non convex", "local minim", "several minima", polarity=True),
    point(
        "greedy descent cannot escape",
        "cannot escape",
        "only lower",
        "downhill",
        "stuck",
        "never increase",
        polarity=True,
    ),
    point("example: seeds sharing one true cluster", "same cluster", "split", "two seeds", "covers two"),
    point("restarts or K-Means++ mitigate", "restart", "several & run", "different init", "spread"),
)

WEIGHTS = question(
    "2.q2a",
    "shape",
    "What does the symbol $\\mathbf w$ denote and what is its shape?",
    "$\\mathbf w\\in\\mathbb R^{n}$ (an $n\\times1$ column vector) collects the weights, one coefficient per "
    "feature. With an intercept its length becomes $n+1$.",
    point("vector of the weights / coefficients", "weights", "coefficients"),
    point("one entry per feature", "per & feature", "each feature"),
    exact=Exact("shape", accepts=("(n,)", "n x 1", "(n,1)", "R^n")),
)
DESIGN = question(
    "2.q2c",
    "shape",
    "What is stored in the matrix $X$ and what is its shape?",
    "$X\\in\\mathbb R^{m\\times n}$ is the design matrix.",
    exact=Exact("shape", accepts=("(m,n)", "m x n")),
    misconceptions=(Misconception("X is n by m", "The points are the rows."),),
)
ALL_POINTS = question(
    "4.q4",
    "symbolic",
    "With $n$ points, which $k$ makes the SSE as low as it can be?",
    "$k=n$",
    exact=Exact("symbolic", expression="n", names=("n",), accepts=("k=n", "n")),
    misconceptions=(Misconception("k = 1", "That gives the highest optimal SSE."),),
)

FREE_TEXT = [SSE, SMALL_SSE, PENALTIES, LABELS, CENTROID, STARTS]
