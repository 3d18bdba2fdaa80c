"""The compiled inside of the engine: loops over columns that numba makes into machine code, kept on disk once compiled.

Plain numbers and arrays only, no types written (numba finds them), no Python objects, no lock held: threads run them
side by side.
"""
