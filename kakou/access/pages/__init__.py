"""Pages of access, and the gate through which every page of the office is entered."""

from kakou.access.pages.guard import StaffRequest, nodes_held, require_permission, shown_to, to_login

__all__ = ["StaffRequest", "nodes_held", "require_permission", "shown_to", "to_login"]
