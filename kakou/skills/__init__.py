"""Skills and helpers: who may drive a forklift, and who of these is asked when somebody needs one.

Owns: licences, calls for helpers, and who was asked for each. Promises: the first who says yes gets it and nobody else;
nobody is sent while something red is open about him, looked at again at that moment; whoever is asked has agreed to be.
Never: shows what is open about somebody's health, or a number unmasked.
"""
