"""Drills on self-supervision, segmentation, detection, generation and attention in vision (from chapter 17 on)."""

from __future__ import annotations

import math

import numpy as np

from engine.computer_vision.softmax import softmax
from engine.quiz.drills.drill import Drill, Generator, numeric, trap, whole, wholes
from engine.quiz.drills.text import added, answer, approx, matrix, number, plus, vector


def contrastive_pairs(rng: np.random.Generator) -> Drill:
    """Draw a batch; its views, and the negatives of one of them, are asked (chapter 17)."""
    images, views = whole(rng, 8, 128), whole(rng, 2, 4)
    total = images * views
    negatives = total - views
    return Drill(
        ask=f"Contrastive learning takes {images} unlabelled images and makes {views} augmented views of each. How "
        "many views are in the batch, and how many negatives (views of other images) does one view have? Answer with "
        "two numbers.",
        exact=numeric((total, negatives)),
        steps=(
            f"Views: ${images}\\cdot{views}={total}$.\n\n"
            f"All but the {views} of its own image are negatives: ${total}-{views}={negatives}$."
        ),
        traps=(
            trap((total, total - 1), "The other views of its own image are positives, not negatives."),
            trap((total, images - 1), "Every other image brings all its views as negatives."),
            trap((images, images - 1), "Each image is in the batch once for each of its views."),
        ),
    )


def contrastive_loss(rng: np.random.Generator) -> Drill | None:
    """Draw similarities and a temperature; the contrastive loss of one view is asked (chapter 17)."""
    similar = wholes(rng, -4, 10, 3) / 10
    heat = float(rng.choice([0.1, 0.2, 0.5]))
    if len(set(similar)) < 3 or similar[0] / heat < -2:
        return None
    chance = float(softmax(similar, heat)[0])
    loss, cold = -math.log(chance), -math.log(float(softmax(similar)[0]))
    if not 0.1 < loss < 6:
        return None  # decided already
    scaled = similar / heat
    others = -math.log(float(np.exp(scaled[0]) / np.exp(scaled[1:]).sum()))
    return Drill(
        ask=f"A view has the cosine similarity ${number(similar[0])}$ with the other view of its image, and "
        f"${number(similar[1])}$ and ${number(similar[2])}$ with two views of other images. What is its contrastive "
        f"loss (InfoNCE: the cross-entropy of the softmax over the three) at temperature {number(heat)}? Round to two "
        "decimals.",
        exact=numeric(loss, 2),
        steps=(
            f"Divide by the temperature: ${vector(scaled)}$.\n\n"
            f"Softmax: the positive gets $p {approx(chance, 4)}$.\n\n"
            f"Loss: $-\\ln p {answer(loss, 2)}$."
        ),
        traps=(
            trap(cold, "The similarities have to be divided by the temperature."),
            trap(chance, "This is the probability: the loss is its negative logarithm."),
            trap(others, "The positive stands below the bar, too: softmax runs over all three."),
            trap(-math.log(float(softmax(similar * heat)[0])), "Divide by the temperature; this multiplies by it."),
        ),
    )


def new_head(rng: np.random.Generator) -> Drill:
    """Draw a frozen network and a head; the parameters that are trained are asked (chapter 17)."""
    features, classes, body = 2 ** whole(rng, 5, 11), whole(rng, 2, 40), 10**6 * whole(rng, 2, 90)
    head = (features + 1) * classes
    return Drill(
        ask=f"A pretrained network with {body // 10**6} million parameters puts out {features} features. It is "
        f"frozen, and a new dense layer with biases maps the features to {classes} classes. How many parameters are "
        f"trained?",
        exact=numeric(head),
        steps="What is frozen is not trained; the head has a weight for each pair and a bias for each class.\n\n"
        f"${features}\\cdot{classes}+{classes}={head}$.",
        traps=(
            trap(body + head, "The frozen parameters are not trained."),
            trap(features * classes, "The biases are missing: one for each class."),
            trap(features * classes + features, "There is a bias for each class, not for each feature."),
        ),
    )


def superpixels(rng: np.random.Generator) -> Drill:
    """Draw an image and a number of superpixels; their size and the saving in pairs are asked (section 18.1)."""
    wide, high, size = 20 * whole(rng, 8, 40), 20 * whole(rng, 8, 40), int(rng.choice([50, 80, 100, 200, 400]))
    parts = wide * high // size  # sides are multiples of 20, so 400 divides the pixels
    return Drill(
        ask=f"A ${wide}\\times{high}$ image is replaced by {parts} superpixels. How many pixels has a superpixel on "
        "average, and by which factor does the number of pairs $n^2$ shrink? Answer with two numbers.",
        exact=numeric((size, size**2)),
        steps=(
            f"$\\frac{{{wide}\\cdot{high}}}{{{parts}}}={size}$ pixels.\n\n"
            f"$n$ shrinks by the factor {size}, $n^2$ by ${size}^2={size**2}$."
        ),
        traps=(
            trap((size, size), "The pairs grow with the square: they shrink by the square of the factor."),
            trap((size, 2 * size), "The factor is squared, not doubled."),
            trap((size, parts**2), "These are the pairs of superpixels; the factor compares with those of pixels."),
        ),
    )


def mask_overlap(rng: np.random.Generator) -> Drill | None:
    """Draw two masks; their IoU and their Dice score are asked (section 18.2)."""
    truth, found = (rng.random((2, 4, 4)) < 0.5).astype(float)
    both, union = float((truth * found).sum()), float(np.maximum(truth, found).sum())
    sizes = float(truth.sum()), float(found.sum())
    if not 0 < both < union:
        return None
    iou, dice, right = both / union, 2 * both / sum(sizes), float((truth == found).mean())
    return Drill(
        ask="What are the IoU and the Dice score of the true mask $A$ and the predicted mask $B$? Answer with two "
        f"numbers to two decimals.\n\n$$A={matrix(truth)},\\quad B={matrix(found)}$$",
        exact=numeric((iou, dice), 2),
        steps=(
            f"Pixels in both: {number(both)}. In at least one: {number(union)}. In $A$: {number(sizes[0])}, in $B$: "
            f"{number(sizes[1])}.\n\n"
            f"$\\mathrm{{IoU}}=\\frac{{{number(both)}}}{{{number(union)}}} {answer(iou, 2)}$.\n\n"
            f"$\\mathrm{{Dice}}=\\frac{{2\\cdot{number(both)}}}{{{number(sizes[0])}+{number(sizes[1])}}} "
            f"{answer(dice, 2)}$."
        ),
        traps=(
            trap((dice, iou), "The two are exchanged: Dice is the larger one."),
            trap((right, dice), "This counts the background as right, too: IoU looks at the masks only."),
            trap(
                (both / sum(sizes), dice), "What both share is counted twice below the bar: IoU divides by the union."
            ),
            trap((iou, both / sum(sizes)), "The 2 of Dice is missing above the bar."),
        ),
    )


def box_iou(rng: np.random.Generator) -> Drill | None:
    """Draw two boxes; their IoU is asked (topic detection_captioning)."""
    left, top = wholes(rng, 0, 6, 4).reshape(2, 2).T
    wide, high = wholes(rng, 2, 8, 4).reshape(2, 2).T
    across = min(left + wide) - max(left)
    down = min(top + high) - max(top)
    if across <= 0 or down <= 0:
        return None
    areas, shared = wide * high, float(across * down)
    union = float(areas.sum()) - shared
    if shared == union:
        return None
    iou = shared / union
    a, b = (
        f"({number(x)},{number(y)})$ to $({number(x + w)},{number(y + h)})"
        for x, y, w, h in zip(left, top, wide, high, strict=True)
    )
    return Drill(
        ask=f"What is the IoU of the boxes ${a}$ and ${b}$ (opposite corners)? Round to two decimals.",
        exact=numeric(iou, 2),
        steps=(
            f"Overlap: {number(across)} wide, {number(down)} high: "
            f"${number(across)}\\cdot{number(down)}={number(shared)}$.\n\nAreas: {number(areas[0])} and "
            f"{number(areas[1])}; union: ${number(areas[0])}+{number(areas[1])}-{number(shared)}={number(union)}$.\n\n"
            f"$\\frac{{{number(shared)}}}{{{number(union)}}} {answer(iou, 2)}$."
        ),
        traps=(
            trap(shared / float(areas.sum()), "The overlap is counted twice below the bar: take it away once."),
            trap(2 * shared / float(areas.sum()), "This is the Dice score."),
            trap(shared / float(areas.min()), "Divide by the union, not by the smaller box."),
            trap(shared, "This is the overlap: divide it by the union."),
        ),
    )


def best_discriminator(rng: np.random.Generator) -> Drill:
    """Draw the densities of real and generated data; the best discriminator's output is asked (topic GAN and VAE)."""
    real, made = whole(rng, 1, 40) / 40, whole(rng, 1, 40) / 40
    best = real / (real + made)
    return Drill(
        ask=f"At a point the real data have density {number(real, 3)} and the generator's have density "
        f"{number(made, 3)}. What does the best discriminator put out there (its probability of real)? Round to two "
        "decimals.",
        exact=numeric(best, 2),
        steps=f"$D^*=\\frac{{p}}{{p+q}}=\\frac{{{number(real, 3)}}}{{{number(real, 3)}+{number(made, 3)}}} "
        f"{answer(best, 2)}$.",
        traps=(
            trap(1 - best, "This is the probability of generated: the real density stands above the bar."),
            trap(real / made, "This is the ratio of the two: divide by their sum."),
            trap(real, "This is the density of the real data; compare it with the generator's."),
        ),
    )


def gaussian_kl(rng: np.random.Generator) -> Drill | None:
    """Draw a Gaussian; its KL divergence from the standard normal is asked (topic GAN and VAE)."""
    mean, spread = whole(rng, -20, 20) / 10, whole(rng, 3, 25, without=(10,)) / 10
    square = spread**2
    kl = 0.5 * (mean**2 + square - math.log(square) - 1)
    if mean == 0:
        return None
    back = 0.5 * (math.log(square) + (1 + mean**2) / square - 1)
    return Drill(
        ask=f"A VAE's encoder puts out the mean {number(mean)} and the standard deviation {number(spread)} for one "
        "latent variable. What is the KL divergence of this Gaussian from the standard normal, "
        "$\\frac12(\\mu^2+\\sigma^2-\\ln\\sigma^2-1)$, in nats? Round to two decimals.",
        exact=numeric(kl, 2),
        steps=(
            f"$\\mu^2={number(mean**2)}$, $\\sigma^2={number(square)}$, $\\ln\\sigma^2 "
            f"{approx(math.log(square), 4)}$.\n\n$\\frac12({number(mean**2)}+{number(square)} "
            f"{plus(-math.log(square), 4)}-1) {answer(kl, 2)}$."
        ),
        traps=(
            trap(2 * kl, "The half before the bracket is missing."),
            trap(0.5 * (mean**2 + spread - math.log(spread) - 1), "The standard deviation has to be squared."),
            trap(0.5 * (mean + square - math.log(square) - 1), "The mean has to be squared."),
            trap(back, "This is the divergence in the other direction."),
        ),
    )


def patch_tokens(rng: np.random.Generator) -> Drill:
    """Draw an image and a patch; the tokens of a vision transformer and a patch's length are asked (topic "
    "vision_attention)."""
    patch, rows, columns = int(rng.choice([4, 7, 8, 14, 16, 32])), whole(rng, 3, 20), whole(rng, 3, 20)
    tokens, length = rows * columns + 1, 3 * patch**2
    return Drill(
        ask=f"A vision transformer cuts an RGB image of ${rows * patch}\\times{columns * patch}$ pixels into patches "
        f"of ${patch}\\times{patch}$. How many tokens does it see, with the class token, and how many numbers does a "
        "patch hold? Answer with two numbers.",
        exact=numeric((tokens, length)),
        steps=(
            f"${rows * patch}/{patch}={rows}$ rows of ${columns * patch}/{patch}={columns}$ patches: "
            f"${rows}\\cdot{columns}+1={tokens}$ tokens.\n\n"
            f"A patch holds ${patch}\\cdot{patch}\\cdot3={length}$ numbers."
        ),
        traps=(
            trap((tokens - 1, length), "The class token is missing."),
            trap((tokens, patch**2), "RGB has three numbers for each pixel."),
            trap((rows + columns + 1, length), "Rows and columns of patches are multiplied, not added."),
        ),
    )


def attention_glimpse(rng: np.random.Generator) -> Drill | None:
    """Draw attention scores of three regions and their features; the glimpse is asked (topic vision_attention)."""
    scores, features = wholes(rng, -2, 3, 3), rng.integers(-3, 7, (3, 2)).astype(float)
    if len(set(scores)) < 3:
        return None
    shares = softmax(scores)
    glimpse = shares @ features
    turned = softmax(-scores) @ features
    named = ",\\ ".join(vector(one) for one in features)
    return Drill(
        ask=f"Soft attention gives three regions the scores ${vector(scores)}$; their features are "
        f"${named}$. What is the glimpse, the features averaged with the softmax of the "
        "scores? Answer with two numbers to two decimals.",
        exact=numeric(glimpse, 2),
        steps=(
            f"Weights, softmax of the scores: ${vector(shares, 4)}$.\n\n"
            f"First entry: ${added(shares * features[:, 0], 3)} {answer(glimpse[0], 2)}$. "
            f"Second: ${added(shares * features[:, 1], 3)} {answer(glimpse[1], 2)}$."
        ),
        traps=(
            trap(scores @ features, "The scores are no weights yet: softmax makes them positive and sum to 1."),
            trap(features.mean(axis=0), "This weights all regions alike."),
            trap(features[int(np.argmax(scores))], "This is hard attention: the softmax mixes all three."),
            trap(turned, "The signs are turned: a high score means a large weight."),
        ),
    )


DRILLS: dict[str, Generator] = {
    one.__name__: one
    for one in (
        contrastive_pairs,
        contrastive_loss,
        new_head,
        superpixels,
        mask_overlap,
        box_iou,
        best_discriminator,
        gaussian_kl,
        patch_tokens,
        attention_glimpse,
    )
}
