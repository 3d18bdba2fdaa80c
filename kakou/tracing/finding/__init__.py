"""Finding: from one person's time to proposed contacts with their evidence, by one edition of the plan.

Owns: how the engine is asked for a policy, place by place. Runs where the engine runs: in the tracer, in commands,
never in a web process. Knows persons and places as the index's numbers; no database, no clock.
"""

from kakou.tracing.finding.basis import basis_of
from kakou.tracing.finding.contacts import Asked, Found, contacts_of, secondary_of

__all__ = ["Asked", "Found", "basis_of", "contacts_of", "secondary_of"]
