"""Deliveries at the gate: goods vehicles driven in by an escort and handed back, and parcels left there.

Owns: announced vehicles with their signed steps, and parcels until somebody collects them. Promises: no driver from
outside goes in, each step has a name and a time for good, and a delivery that stays open is noticed. Never: records a
passage: that is the gate's, and is only pointed at.
"""
