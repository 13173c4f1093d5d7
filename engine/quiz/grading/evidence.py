"""What an answer has said when the found points are taken out of it: the evidence that a point is absent.

That no known words were found is no evidence: a learner may have said it in words of his own. A point is absent where
no words are left that could say it, because all of them belong to other points or to the question, or where the answer
is about something else.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence

from engine.quiz.bank import Question
from engine.quiz.grading.guards import SMALL_WORDS
from engine.quiz.grading.words import Match, Sentence, Word, find, plain, sentences, stem, word_set

_LEFT = 3  # words; fewer than it takes to say a point
_SHARED = 2  # words in common with question, model answer and rubric: what is about something else has no more
_LEAST = 4  # words of sense; a shorter answer may still be about the question
# Ordinary words: one alone shows nothing.
_ORDINARY = frozenset(
    stem(word)
    for word in word_set(
        "memory noise noisy power quality time order part influence effort limit people human cost price "
        "stable stability easy easier easily simple simpler fast faster quick quicker slow slower cheap "
        "cheaper costly expensive available good bad better worse best poor great greater larger largest "
        "bigger huge tiny short shorter long longer strong stronger weak near nearer close closer straight "
        "middle clean clear fixed known strange still later earlier early always sometimes rare rarely "
        "several many same alike different usual change grow fall keep kept hold held take taken give given "
        "let leave left found reach match check count matter depend itself together pass add share shared "
        "store stored collect future past plan write written read sign wrong right correct fail lost lose "
        "progress round repeat"
    )
)


# Terms of the field: an answer that holds one which its question has not may be about something else.
_TERMS = frozenset(
    stem(word)
    for word in word_set(
        "gradient descent backpropagation backprop perceptron sigmoid softmax relu neuron activation "
        "convolution convolutional kernel pooling dropout minibatch normalization overfitting underfitting "
        "regularization ridge lasso regression classifier classification cluster clustering centroid median "
        "silhouette supervised unsupervised label labelled dataset epoch sgd adam optimizer hyperparameter "
        "variance likelihood entropy logit embedding token tokenization tokenizer attention transformer "
        "encoder decoder lstm gru rnn cnn bert gpt llm rlhf policy reward critic bellman discount episode "
        "trajectory exploration epsilon sarsa replay imitation cloning mdp markov segmentation pixel "
        "diffusion autoencoder pca svm perplexity ngram corpus vocabulary subword bpe residual sse mse "
        "validation word2vec cosine convex eigenvalue polynomial derivative"
    )
)


def left_over(
    question: Question, answer: Sequence[Sentence], found: Sequence[Sequence[Match]]
) -> frozenset[str] | None:
    """Return the words that could say a point nobody found, as stems; None where there may be enough of them.

    Args:
        question: what was asked.
        answer: its sentences.
        found: the matches of each point.
    """
    held = [word for sentence in answer for word in sentence if word.text not in SMALL_WORDS]
    if _beside_the_point(question, held):
        return frozenset()
    if not any(found):
        return frozenset() if not held else None
    told = set(_stems(question.ask))
    spent: set[int] = set()
    for index, matches in enumerate(found):
        if matches:
            told |= _told(question, index, frozenset(match.phrase for match in matches))
            spent |= {match.sentence[i].start for match in matches for i in match.covered}
    left = frozenset(stem(word.text) for word in held if word.start not in spent) - told
    formula = any(len(word) < 3 or not word.isalpha() for word in left)  # which may say anything
    return left if len(left) <= _LEFT and not formula else None


def shares(says: str, left: Iterable[str]) -> bool:
    """Tell whether the words that are left are words of a point."""
    return not _stems(says).isdisjoint(left)


def _beside_the_point(question: Question, held: Sequence[Word]) -> bool:
    """Tell an answer about something else: in the field's terms, and with hardly a word of the question's."""
    words, known = {stem(word.text) for word in held}, known_words(question)
    return len(held) >= _LEAST and len(words & known) <= _SHARED and not known.issuperset(words & _TERMS)


@functools.lru_cache(maxsize=4096)
def _told(question: Question, index: int, phrases: frozenset[int]) -> frozenset[str]:
    """Return the words with which a found point is told: its own, and those of its clauses of the model answer."""
    point = question.points[index]
    matches = find([point.phrases[i] for i in sorted(phrases)], sentences(question.answer))
    clauses = ((match.sentence, {match.sentence[i].clause for i in match.covered}) for match in matches)
    beside = {stem(word.text) for sentence, numbers in clauses for word in sentence if word.clause in numbers}
    return _stems(point.says) | beside


@functools.lru_cache(maxsize=256)
def known_words(question: Question) -> frozenset[str]:
    """Return the stems of all words of a question: what is asked, the model answer, the points and their phrases."""
    points = (_stems(f"{point.says} {' '.join(point.phrases)}") for point in question.points)
    return _stems(question.ask).union(_stems(question.answer), *points)


@functools.lru_cache(maxsize=2048)
def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in plain(text) if word not in SMALL_WORDS)


def is_evidence(match: Match, question: Question, index: int) -> bool:
    """Tell whether a match shows its point: an ordinary word does only beside another word of the point."""
    word = match.sentence[match.covered[0]]
    if len(match.covered) > 1 or stem(word.text) not in _ORDINARY:
        return True
    told = _told(question, index, frozenset({match.phrase})) - _stems(question.ask) - {stem(word.text)}
    return any(stem(other.text) in told for other in match.sentence)
