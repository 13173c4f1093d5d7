"""The small CNN against torch's own parts, a loop over pixels, scikit-learn and scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage
from sklearn import metrics
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional

from engine.computer_vision import cnn, counting, pen
from engine.computer_vision.cnn import Recipe, SmallCNN, Trainer
from engine.computer_vision.digits import COUNT, Digits, moved, read, split
from engine.torch_one_thread import torch
from tests.engine.computer_vision import drawings

PLAIN = Recipe(shift=0, warp=0, smoothing=0)


def small(seed: int = 0, first: int = 3, second: int = 5, norm: bool = True) -> SmallCNN:
    return SmallCNN(first, second, norm).start(np.random.default_rng(seed))


def images(seed: int, count: int) -> np.ndarray:
    return np.random.default_rng(seed).random((count, 8, 8)).astype(np.float32)


# --- the model -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("norm", [True, False])
@pytest.mark.parametrize("second", [0, 4])
def test_the_maps_and_logits_are_those_of_loops_over_pixels(norm: bool, second: int) -> None:
    model = small(first=3, second=second, norm=norm).eval()
    arrays = {name: one.astype(float) for name, one in model.arrays().items()}
    if norm:  # as after training: the running statistics are no longer 0 and 1
        rng = np.random.default_rng(1)
        for name in arrays:
            if name.endswith(("running_mean", "running_var", "1.weight", "1.bias")):
                arrays[name] = rng.uniform(0.5, 1.5, arrays[name].shape)
    model = cnn.restored({name: one.astype(np.float32) for name, one in arrays.items()})
    image = images(2, 1)[0]
    x, expected = image[None].astype(float), []
    for stage in range(2 if second else 1):
        kernels, biases = arrays[f"stages.{stage}.0.weight"], arrays[f"stages.{stage}.0.bias"]
        padded = np.pad(x, ((0, 0), (1, 1), (1, 1)))
        x = np.zeros((len(kernels), 8, 8))
        for k, row, column in np.ndindex(*x.shape):
            x[k, row, column] = (padded[:, row : row + 3, column : column + 3] * kernels[k]).sum() + biases[k]
        if norm:
            mean, variance, scale, shift = (
                arrays[f"stages.{stage}.1.{name}"][:, None, None]
                for name in ("running_mean", "running_var", "weight", "bias")
            )
            x = (x - mean) / np.sqrt(variance + 1e-5) * scale + shift
        x = np.maximum(x, 0)
        expected.append(x)
    pooled = np.array([[[one[r : r + 2, c : c + 2].max() for c in (0, 2, 4, 6)] for r in (0, 2, 4, 6)] for one in x])
    found = model.maps(cnn.as_batch(image[None]))
    for ours, theirs in zip(found, [*expected, pooled], strict=True):
        np.testing.assert_allclose(ours[0].detach().numpy(), theirs, atol=1e-5)
    logits = arrays["dense.weight"] @ pooled.ravel() + arrays["dense.bias"]
    np.testing.assert_allclose(model(cnn.as_batch(image[None]))[0].detach().numpy(), logits, atol=1e-5)
    powers = np.exp(logits - logits.max())
    np.testing.assert_allclose(cnn.probabilities(model.arrays(), image[None])[0], powers / powers.sum(), atol=1e-6)


def test_the_start_is_torchs_own_in_reach_and_shape_and_comes_from_the_seed() -> None:
    ours, again, other = (small(seed, 16, 32).arrays() for seed in (4, 4, 5))
    theirs = SmallCNN(16, 32).state_dict()
    for name, one in ours.items():
        assert np.array_equal(one, again[name])
        assert one.shape == tuple(theirs[name].shape)
        if name.endswith("weight") and one.ndim > 1:
            assert not np.array_equal(one, other[name])
            reach = 1 / np.sqrt(one[0].size)
            assert max(np.abs(one).max(), float(theirs[name].abs().max())) <= reach
            assert np.abs(one).max() >= 0.95 * reach
            assert one.std() == pytest.approx(reach / np.sqrt(3), rel=0.15)


@pytest.mark.parametrize(("first", "second", "norm"), [(8, 16, True), (2, 0, False), (32, 32, True), (5, 7, False)])
def test_the_parts_are_counted_and_shaped_as_torch_has_them(first: int, second: int, norm: bool) -> None:
    model, parts = SmallCNN(first, second, norm), counting.parts(first, second, norm)
    assert sum(part.parameters for part in parts) == sum(one.numel() for one in model.parameters())
    maps = [tuple(one.shape[1:]) for one in model.maps(torch.zeros(1, 1, 8, 8))]
    shapes = [part.shape for part in parts if part.name.startswith(("ReLU", "max"))]
    assert shapes == maps
    assert parts[-3].shape == (np.prod(maps[-1]),)


def test_known_networks_have_as_many_parameters_as_their_papers_say() -> None:
    assert counting.vgg16() == 138_357_544
    assert counting.convolution(32, 3, 3) == 896
    assert counting.dense(10, 128) == 1_290


def test_arrays_are_a_copy_and_bring_the_network_back() -> None:
    model = small()
    kept = model.arrays()
    expected = cnn.probabilities(kept, images(3, 9))
    Trainer(model, Digits(images(1, 32), np.arange(32) % 10), 5, 16, np.random.default_rng(0)).step(0, Recipe(rate=0.1))
    assert np.array_equal(cnn.probabilities(kept, images(3, 9)), expected)
    assert not np.array_equal(cnn.probabilities(model.arrays(), images(3, 9)), expected)


# --- training --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("norm", [True, False])
def test_training_takes_the_steps_of_torchs_own_parts(norm: bool) -> None:
    """AdamW, the one cycle, smoothed cross-entropy and batch norm, put together anew from torch's own classes."""
    digits, _ = split(200, 3)
    model, steps, recipe = small(1, norm=norm), 12, Recipe(shift=0, warp=0, smoothing=0.2)
    bn = [nn.BatchNorm2d(3), nn.BatchNorm2d(5)] if norm else [nn.Identity(), nn.Identity()]
    twin = nn.Sequential(
        nn.Conv2d(1, 3, 3, padding=1),
        bn[0],
        nn.ReLU(),
        nn.Conv2d(3, 5, 3, padding=1),
        bn[1],
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(80, 10),
    )
    twin.load_state_dict(dict(zip(twin.state_dict(), model.state_dict().values(), strict=True)))
    optimiser = torch.optim.AdamW(twin.parameters(), lr=0.01, weight_decay=cnn.WEIGHT_DECAY)
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimiser, 0.01, total_steps=steps, cycle_momentum=False)
    trainer = Trainer(model, digits, steps, 64, np.random.default_rng(7))
    rng = np.random.default_rng(7)
    batches = [epoch[k : k + 64] for epoch in [rng.permutation(200) for _ in range(3)] for k in range(0, 200, 64)]
    for done, chosen in enumerate(batches):
        x, y = cnn.as_batch(digits.images[chosen]), torch.from_numpy(digits.labels[chosen])
        logits = twin(x)
        optimiser.zero_grad()
        functional.cross_entropy(logits, y, label_smoothing=0.2).backward()
        optimiser.step()
        cycle.step()
        loss = trainer.step(done, recipe)
        assert loss == pytest.approx(float(functional.cross_entropy(logits, y).detach()), abs=1e-5)
    for (name, ours), theirs in zip(model.state_dict().items(), twin.state_dict().values(), strict=True):
        # batch norm takes out a bias before it: its gradient is rounding, blown up by Adam, unseen by the loss
        if not norm or not name.endswith(("0.bias", "running_mean")):
            np.testing.assert_allclose(ours.numpy(), theirs.numpy(), atol=2e-5)


@pytest.mark.parametrize("steps", [4, 30, 661])
def test_the_one_cycle_is_torchs(steps: int) -> None:
    optimiser = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1.0)
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimiser, 0.3, total_steps=steps, cycle_momentum=False)
    for done in range(steps):
        assert cnn.one_cycle(done, steps, 0.3) == pytest.approx(cycle.get_last_lr()[0], abs=1e-9)
        optimiser.step()
        if done + 1 < steps:
            cycle.step()


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_the_one_cycle_of_a_few_steps_stays_within_its_peak(steps: int) -> None:
    assert all(0 < cnn.one_cycle(done, steps, 0.3) <= 0.3 for done in range(steps + 1))


def test_undistorted_images_come_back_as_they_are() -> None:
    batch = cnn.as_batch(images(0, 4))
    assert cnn.distorted(batch, 0, 0, np.random.default_rng(0)) is batch


def test_a_shift_moves_each_image_by_up_to_so_many_pixels_and_interpolates() -> None:
    batch, rng = cnn.as_batch(images(0, 64)), np.random.default_rng(5)
    ours = cnn.distorted(batch, 1.5, 0, rng)[:, 0].numpy()
    again = np.random.default_rng(5)
    again.normal(size=(4, 64))
    shifts = again.uniform(-1.5, 1.5, size=(64, 2))
    assert np.abs(shifts).max() > 1.4
    for image, found, (right, down) in zip(batch[:, 0].numpy(), ours, shifts, strict=True):
        expected = ndimage.shift(np.pad(image, 4).astype(float), (-down, -right), order=1)[4:-4, 4:-4]
        np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_warp_turns_stretches_and_slants_about_the_middle() -> None:
    batch, rng = cnn.as_batch(images(0, 32)), np.random.default_rng(5)
    ours = cnn.distorted(batch, 0, 0.2, rng)[:, 0].numpy()
    turn, wide, tall, slant = 0.2 * np.random.default_rng(5).normal(size=(4, 32))
    for k, image in enumerate(batch[:, 0].numpy()):
        cosine, sine = np.cos(turn[k]), np.sin(turn[k])
        # rows come first with scipy
        matrix = np.array([[cosine * np.exp(tall[k]), sine], [slant[k] - sine, cosine * np.exp(wide[k])]])
        middle = np.array([7.5, 7.5])
        expected = ndimage.affine_transform(
            np.pad(image, 4).astype(float), matrix, offset=middle - matrix @ middle, order=1
        )[4:-4, 4:-4]
        np.testing.assert_allclose(ours[k], expected, atol=1e-5)


def test_the_rate_may_change_between_two_steps() -> None:
    digits, _ = split(200, 3)
    model = small()
    trainer, recipe = Trainer(model, digits, 10, 64, np.random.default_rng(0)), Recipe(rate=1e-12)
    before = model.arrays()["dense.weight"]
    trainer.step(0, recipe)
    still = model.arrays()["dense.weight"]
    np.testing.assert_allclose(before, still, atol=1e-9)
    recipe.rate = 0.1
    trainer.step(1, recipe)
    assert np.abs(model.arrays()["dense.weight"] - still).max() > 1e-4


def test_an_epoch_takes_every_image_once() -> None:
    digits = Digits(np.arange(70, dtype=np.float32)[:, None, None] * np.ones((1, 8, 8), np.float32), np.arange(70) % 10)
    trainer = Trainer(small(norm=False), digits, 4, 32, np.random.default_rng(0))
    taken: list[int] = []
    for done in range(3):
        left = list(trainer.left)
        trainer.step(done, PLAIN)
        taken += [] if not left else left[-1].tolist()
    first = np.random.default_rng(0).permutation(70)
    assert sorted([*taken, *first[:32].tolist()]) == list(range(70))


# --- the digits, and what is made of them ----------------------------------------------------------------------


def test_the_split_shares_out_scikit_learns_digits_each_once() -> None:
    (train, test), bunch = split(1_300, 5), load_digits()
    assert (len(train.images), len(test.images)) == (1_300, COUNT - 1_300)
    ours = np.concatenate([train.images, test.images]).reshape(COUNT, 64) * 16
    rows = np.column_stack([ours, np.concatenate([train.labels, test.labels])])
    theirs = np.column_stack([bunch.data, bunch.target])
    assert np.array_equal(rows[np.lexsort(rows.T)], theirs[np.lexsort(theirs.T)])
    assert not np.array_equal(train.labels, split(1_300, 6)[0].labels)


@pytest.mark.parametrize("right", [-2, -1, 0, 1, 3])
def test_images_move_and_what_leaves_is_gone(right: int) -> None:
    batch = images(0, 3)
    expected = ndimage.shift(batch, (0, 0, right), order=0)
    np.testing.assert_array_equal(moved(batch, right), expected)


def test_a_reading_agrees_with_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    truth, shares = rng.integers(0, 10, 300), rng.dirichlet(np.ones(10), 300)
    reading = read(truth, shares)
    assert np.array_equal(reading.confusion, metrics.confusion_matrix(truth, shares.argmax(axis=1), labels=range(10)))
    assert reading.accuracy == pytest.approx(metrics.accuracy_score(truth, shares.argmax(axis=1)))
    assert reading.loss == pytest.approx(metrics.log_loss(truth, shares, labels=range(10)))
    worst = reading.worst(7)
    sure = shares.max(axis=1)
    assert (reading.guess[worst] != truth[worst]).all()
    assert sure[worst].tolist() == sorted(sure[reading.guess != truth], reverse=True)[:7]
    assert len(read(truth[:3], np.eye(10)[truth[:3]]).worst(7)) == 0


@pytest.fixture(scope="module")
def trained() -> tuple[SmallCNN, Digits]:
    """The default network, by the default recipe."""
    rng = np.random.default_rng(1)
    train, test = split(1_400, 1)
    model, steps = SmallCNN().start(rng), 30 * 22
    trainer = Trainer(model, train, steps, 64, rng)
    for done in range(steps):
        trainer.step(done, Recipe())
    return model, test


@pytest.mark.slow
def test_held_out_digits_are_read(trained: tuple[SmallCNN, Digits]) -> None:
    model, test = trained
    assert read(test.labels, cnn.probabilities(model.arrays(), test.images)).accuracy >= 0.98


@pytest.mark.slow
def test_drawings_are_read_wherever_and_however_large_they_are(trained: tuple[SmallCNN, Digits]) -> None:
    model, _ = trained
    drawn, digits = drawings.many(11, 40)
    seen = np.stack([prepared.image for one in drawn if (prepared := pen.prepare(one))])
    reading = read(digits, cnn.probabilities(model.arrays(), seen))
    assert reading.accuracy >= 0.95
    assert (np.diag(reading.confusion) >= 32).all()  # four in five of every digit
    assert reading.confusion[7, 7] >= 38
