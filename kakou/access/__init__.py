"""Access: who works here, in which role, over which part of the tree; gate devices; both walls of scope."""
