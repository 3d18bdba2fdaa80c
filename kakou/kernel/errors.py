"""Refusals: what people did that cannot be done, told so that they can mend it. Refusals are not bugs."""

from __future__ import annotations

from collections.abc import Mapping


class Refusal(Exception):
    """Expected and explained: mapped to an HTTP answer once, in `kakou.web`, and to exit code 2 in the command line.

    `code` is stable and machine-read (kebab case); `text` is a msgid worded in the reader's language at the edge, with
    `params` filled in there. Subclasses set `code` and `status` as class attributes beside the rule that raises them.
    """

    code = "refused"
    status = 422

    def __init__(self, text: str, /, **params: object) -> None:
        super().__init__(text)
        self.text = text
        self.params: Mapping[str, object] = params

    def __str__(self) -> str:
        return self.text % self.params if self.params else self.text


class NotFound(Refusal):
    """Missing and forbidden look the same, so that a stranger learns nothing from the difference."""

    code = "not-found"
    status = 404


class NotAllowed(Refusal):
    """The place is theirs to see, the act is not theirs to do."""

    code = "not-allowed"
    status = 403
