"""The certificate under which the local network is served: where it comes from, and that it is always a fit one."""
