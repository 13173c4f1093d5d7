"""A content folder with one small topic that breaks no rule; tests break one at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

CURRICULUM = """\
[[part]]
id = "garden"
title = "The garden"
about = "What grows. And how."

[[part.topic]]
slug = "beans"
title = "Growing beans"

[[part.topic]]
slug = "pea_soup"
title = "Pea soup"

[[part]]
id = "kitchen"
title = "The kitchen"
about = "What is cooked. And how."

[[part.topic]]
slug = "stew"
title = "Stew"
"""

FACTS = """\
[topic]
title = "Growing beans"
summary = "How a bean grows, in $n$ days."
sections = ["1", "1.1"]
figures = { "7" = "experiment:water" }
minutes = 20
goals = ["tell a bean from a pea"]
needs = ["pea_soup"]

[[experiment]]
id = "water"
title = "Too much water"
claim = "More than $2$ litres a day drown a bean."
do = "Pour."
see = "It drowned."

[experiment.predict]
ask = "What happens at 3 litres?"
options = ["it drowns", "it grows", "nothing"]
right = 0
why = "Roots need air."

[[question]]
id = "1.q1"
section = "1"
check = "keypoints"
ask = "Why does a bean need air at its roots?"
answer = "Roots breathe: they take in oxygen to burn sugar."
hint = "What do you need air for?"
level = 2
settles = "water"

[[question.point]]
says = "roots breathe"
weight = 2
phrases = ["breathe", "oxygen"]

[[question.point]]
says = "sugar is burnt"
weight = 1
polarity = true
phrases = ["burn & sugar"]

[[question.misconception]]
claim = "Roots drink only"
why = "They also breathe."

[question.exact]
check = "choice"
ask = "Which of these do roots take in?"
options = ["oxygen", "chlorophyll", "light"]
correct = [0]

[[question]]
id = "1.1.q2"
section = "1.1"
check = "numeric"
ask = "How many beans are in 3 pods of 4?"
answer = "$3\\\\cdot4=12$."
hint = "Multiply."
level = 1
value = 12

[[term]]
name = "Bean"
says = "A seed that climbs."
shown = "experiment:water"

[[term]]
name = "Pod"
says = "The coat of the beans."
shown = "lesson:Worked example"

[[slip]]
section = "1.1"
book = "says that a pea is a bean"
right = "it is not"
shown = "water"
"""

LESSON = """\
## Intuition

A bean climbs. See also [pea soup](topic:pea_soup).

::: experiment water

## The mathematics

$$
h(t) = \\frac{a}{1 + e^{-t}}
$$

Here $h$ is the height after $t$ days.

```python
# ## no heading, no $ formula, no <<number>>
::: experiment nothing
```

## Worked example

After <<days>> days the bean is <<height:.1f>> cm high.

## Why it matters

FILLER

## Connections

Peas.
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return the content folder of a tiny book: one topic is written and clean, two are not."""
    folder = tmp_path / "content"
    (folder / "garden").mkdir(parents=True)
    (folder / "curriculum.toml").write_text(CURRICULUM, encoding="utf-8")
    (folder / "garden" / "beans.toml").write_text(FACTS, encoding="utf-8")
    filler = "\n".join(["Beans feed people and soil alike every single year."] * 110)
    (folder / "garden" / "beans.md").write_text(LESSON.replace("FILLER", filler), encoding="utf-8")
    return folder
