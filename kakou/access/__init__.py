"""Access: who works here, in which role, over which part of the tree; gate devices; both walls of scope.

Never knows places or people but as ids.
"""
