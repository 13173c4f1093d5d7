"""Answers that say nothing or the opposite with all the right words, made from any free-text question of the bank.

None of GUARDS may come out as "present" for every point without a warning; test_advice.py and benchmarks/grading.py
share them. Swapped opposites are known not to be seen every time: they are counted, not promised.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from engine.quiz.bank import Question
from engine.quiz.grade import PRESENT, Grade
from engine.quiz.grading.grading import MOST_CHARACTERS

_OPPOSITES = [
    "larger smaller",
    "large small",
    "more less",
    "most least",
    "higher lower",
    "high low",
    "increases decreases",
    "increase decrease",
    "grows shrinks",
    "raises lowers",
    "before after",
    "always never",
    "minimise maximise",
    "minimises maximises",
    "overfitting underfitting",
    "bias variance",
    "ridge lasso",
    "first last",
    "with without",
    "supervised unsupervised",
    "encoder decoder",
    "fast slow",
    "faster slower",
    "longer shorter",
    "long short",
    "better worse",
    "best worst",
    "many few",
    "easy hard",
    "left right",
    "local global",
    "expert learner",
    "input output",
    "inputs outputs",
    "above below",
    "near far",
    "cheap expensive",
    "contextual static",
    "word character",
    "state action",
    "explore exploit",
    "positive negative",
    "old new",
    "past future",
]
_VERBS = r"\b(is|are|can|does|may|has|have|means|makes|adds|takes|gives|uses|keeps|lets|says|must|will|need|needs)\b"


def all_present(graded: Grade) -> bool:
    return all(mark.state == PRESENT for mark in graded.points)


def passes(graded: Grade) -> bool:
    """Whether a learner would be told that every point is made, and nothing else."""
    return all_present(graded) and not graded.warnings


def swapped_opposites(text: str) -> str:
    """Return a text with each of its words that has an opposite turned into it."""
    pairs = [(a, b) for a, b in (pair.split() for pair in _OPPOSITES)]
    turned = dict(pairs) | {b: a for a, b in pairs}

    def turn(found: re.Match[str]) -> str:
        word = turned[found[0].lower()]
        return word.capitalize() if found[0][0].isupper() else word

    return re.sub(rf"\b(?:{'|'.join(turned)})\b", turn, text, flags=re.IGNORECASE)


def _says(question: Question) -> str:
    return ". ".join(point.says for point in question.points) + "."


def _phrases(question: Question) -> str:
    return " ".join(phrase.replace("&", "") for point in question.points for phrase in point.phrases)


def _one_phrase_a_point(question: Question) -> str:
    return " ".join(point.phrases[0].replace("&", "") for point in question.points if point.phrases)


def _shuffled(seed: int) -> Callable[[Question], str]:
    def make(question: Question) -> str:
        words = question.answer.split()
        random.Random(seed).shuffle(words)
        return " ".join(words)

    return make


def _each_sentence(form: str) -> Callable[[Question], str]:
    return lambda question: " ".join(form.format(part) for part in re.split(r"(?<=\.)\s", question.answer))


def _not_after_verbs(question: Question) -> str:
    text = re.sub(_VERBS, r"\1 not", question.answer)
    return text if text != question.answer else f"It is not so: {text[0].lower()}{text[1:]}"


def _other_script(question: Question) -> str:
    return f"Сумма квадратов ошибок, среднее по координатам и минимум: {_one_phrase_a_point(question)}"[:400]


def _to_the_limit(make: Callable[[Question], str]) -> Callable[[Question], str]:
    def longest(question: Question) -> str:
        text = make(question) + " "
        return (text * (MOST_CHARACTERS // len(text) + 1))[:MOST_CHARACTERS]

    return longest


GUARDS: dict[str, Callable[[Question], str]] = {
    "question pasted": lambda question: question.ask,
    "question pasted twice": lambda question: f"{question.ask} {question.ask}",
    "rubric's points pasted": _says,
    "rubric's phrases pasted": _phrases,
    "one phrase a point": _one_phrase_a_point,
    "model answer shuffled, 1": _shuffled(1),
    "model answer shuffled, 2": _shuffled(2),
    "not true that, each sentence": _each_sentence("It is not true that {}"),
    "false that, each sentence": _each_sentence("It is false that {}"),
    "this is wrong, each sentence": _each_sentence("{} This is wrong."),
    "the following is false": lambda question: f"The following is false: {question.answer}",
    "not after every verb": _not_after_verbs,
    "another script": _other_script,
    "20,000 characters: phrases": _to_the_limit(_phrases),
    "20,000 characters: question": _to_the_limit(lambda question: question.ask),
    "20,000 characters: model answer": _to_the_limit(lambda question: question.answer),
}

# Model answers of a few questions in another language, by hand, with the technical words that stay English in it.
TRANSLATED = {
    "2.q1a": (
        "SSE steht für die Summe der quadrierten Fehler. Für jeden Datenpunkt bildet man das Residuum, also Label "
        "minus Vorhersage, quadriert es und addiert alles. Das Ergebnis ist nie negativ, null nur bei perfektem Fit.",
        "SSE est la somme des erreurs au carré. Pour chaque point on prend le résidu, la différence entre le label et "
        "la prédiction, on le met au carré et on additionne. Le score est non négatif et zéro pour un fit parfait.",
    ),
    "4.q5": (
        "Das Ziel von k-means ist nicht konvex und hat viele lokale Minima. Der Algorithmus ist greedy und bleibt im "
        "nächsten stecken, zum Beispiel wenn zwei Zentren in einem Cluster starten. K-means++ und Restarts helfen.",
        "L'objectif de k-means est non convex, il y a des minima locaux. La descente greedy reste dans le bassin "
        "voisin, par exemple avec deux centroids dans un cluster. Les restarts ou k-means++ aident.",
    ),
    "11.q5c": (
        "Die Ableitung des Sigmoid ist höchstens 0.25 und bei Saturation fast null. In der Backpropagation werden die "
        "Faktoren multipliziert und werden kleiner, also lernen die ersten Layer kaum: vanishing gradient.",
        "La dérivée du sigmoid est au plus 0.25 et presque zéro en saturation. Les facteurs se multiplient de layer en "
        "layer et diminuent, donc les premiers layers apprennent peu : c'est le vanishing gradient.",
    ),
    "12.q1": (
        "Beim Dropout werden im Training zufällig Neuronen abgeschaltet. Sie können sich nicht aufeinander verlassen, "
        "und das Netz wirkt wie ein Ensemble von Subnetworks. Dadurch gibt es weniger Overfitting.",
        "Avec le dropout, des neurones random sont éteints pendant le training. Ils ne peuvent pas compter les uns sur "
        "les autres, c'est comme un ensemble de subnetworks, et il y a moins d'overfitting.",
    ),
    "28.q6": (
        "Das Target hängt vom trainierten Netz ab und bewegt sich. Ein zweites Target Network ist eine langsame Kopie, "
        "mit Polyak als gewichtetem Mittel der alten und neuen Weights. Das verhindert Divergenz und ist stabil.",
        "Le target dépend du réseau qu'on entraîne et bouge. Un target network séparé est une copie lente, avec Polyak "
        "une moyenne des anciens et nouveaux weights. Cela évite la divergence et c'est stable.",
    ),
    "33.q3": (
        "Mit QK^T wird jede Query mit jedem Key verglichen, durch sqrt(d_k) geteilt, und Softmax macht daraus Weights, "
        "deren Summe 1 ist. Das Resultat ist die gewichtete Summe der Values, in einem Schritt für jede Distanz.",
        "Avec QK^T on compare chaque query avec chaque key, on divise par sqrt(d_k), et softmax donne des weights dont "
        "la somme est 1. Le résultat est la somme pondérée des values, en un pas pour toute distance.",
    ),
}
