"""Pages of screening: rules, risk areas, trust lists, fevers, passes, spot audits."""
