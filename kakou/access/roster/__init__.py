"""The roster: what those who work here are (party member, cadre, volunteer …), and who is mobilised where.

An identity is told, never checked: it gives no permission. What somebody may do follows from roles alone.
"""
