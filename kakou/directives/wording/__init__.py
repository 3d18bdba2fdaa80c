"""Texts to be hung up, shown on a sign, read out: from templates (`templates`), cut for a sign (`signs`), spelled for a
voice (`speech`). Pure: no Django, no clock; copied by a person, sent to no device."""

from kakou.directives.wording.signs import screens, width
from kakou.directives.wording.speech import spoken
from kakou.directives.wording.templates import TEMPLATES, Template

__all__ = ["TEMPLATES", "Template", "screens", "spoken", "width"]
