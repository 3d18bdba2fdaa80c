"""CertLogic 1.3.3: the language of the rules in a pack, the same on server and phone. Pure: no Django, no clock.

A restricted JsonLogic with dates, specified with a public test suite by the EU's digital COVID certificate (EHN,
eu-dcc-business-rules). It knows integers and no fractions, and no `or`; whatever does not fit its rules throws, and a
throw is "cannot decide", never "pass". The phone runs `certlogic-js`; where the specification leaves something open,
this follows it.
"""

from kakou.screening.certlogic.checking import Problem, paths, problems
from kakou.screening.certlogic.evaluating import CannotEvaluate, Compiled, compiled, evaluate

__all__ = ["CannotEvaluate", "Compiled", "Problem", "compiled", "evaluate", "paths", "problems"]
