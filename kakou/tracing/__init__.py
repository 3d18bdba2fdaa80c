"""Tracing: from a case and a moment to everybody he met, with evidence.

Owns: the engine that answers from stays, policies by edition of the plan, cases and what is done about their contacts.
Promises: what the engine says is what its slow twin says; every contact comes with the stays that make it one.
Never: shows a name that was not released, or decides in a person's stead who is a contact.
"""
