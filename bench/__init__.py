"""Benchmarks: ratios against a peer and the raw limit of the same run, with the machine they were measured on."""
