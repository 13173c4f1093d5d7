"""What can go wrong, drawn once.

Every message says what was wrong, what was given and what is allowed, in words that a page can show as they are.

    GrimoireError
    ├── InvalidSettings   settings outside their limits: every problem at once
    ├── TooLarge          a run that would not fit, refused before memory is taken
    ├── DataRefused       a learner's table, text or image that cannot be used
    ├── AnswerRefused     an answer that cannot be read (too long, not a formula ...)
    ├── ContentError      a file under content/ that breaks a rule: file, line, what to do
    └── StoreError        the database cannot be used; engine/quiz/store/store.py has the kinds
"""

from __future__ import annotations


class GrimoireError(Exception):
    """An error whose text is a sentence for the learner."""


class InvalidSettings(GrimoireError):
    """Settings outside their limits.

    Attributes:
        problems: one sentence for each field that is wrong.
    """

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(problems))


class TooLarge(GrimoireError):
    """A run that would take more than is allowed, refused before it starts.

    Attributes:
        what: the quantity that is too large, for example "distances".
        asked, allowed: its value and the largest value that fits.
    """

    def __init__(self, what: str, asked: float, allowed: float) -> None:
        self.what, self.asked, self.allowed = what, asked, allowed
        super().__init__(f"This run needs {asked:,.0f} {what}; at most {allowed:,.0f} fit.")


class DataRefused(GrimoireError):
    """Data that cannot be used: the sentence names the row and the column where there is one."""


class AnswerRefused(GrimoireError):
    """An answer that cannot be read; nothing of it is lost or stored."""


class ContentError(GrimoireError):
    """A content file that breaks a rule.

    Attributes:
        file: path of the file.
        line: 1-based line, or None where the problem has no single line.
    """

    def __init__(self, file: str, problem: str, line: int | None = None) -> None:
        self.file, self.line, self.problem = file, line, problem
        where = file if line is None else f"{file}:{line}"
        super().__init__(f"{where}: {problem}")


class StoreError(GrimoireError):
    """The database cannot be used; the file was left as it was found."""


def sentence(error: Exception) -> str:
    """Say what went wrong in a sentence for the learner; what only an author can read stands in the log.

    >>> sentence(AnswerRefused("A number is missing."))
    'A number is missing.'
    >>> sentence(ZeroDivisionError("division by zero"))
    'Something in it went wrong (ZeroDivisionError); the terminal that runs the app shows the details.'
    """
    match error:
        case GrimoireError():
            return str(error)
        case MemoryError():
            return "It needs more memory than this machine has."
        case ImportError(name=str(name)) if name.partition(".")[0] not in ("app", "engine", "pages"):
            package = name.partition(".")[0]
            return (
                f"It needs the Python package {package}, which cannot be loaded on this machine. "
                "Install what requirements.txt names, then start the app again."
            )
    return f"Something in it went wrong ({type(error).__name__}); the terminal that runs the app shows the details."
