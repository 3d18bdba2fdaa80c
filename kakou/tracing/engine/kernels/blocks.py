"""Which rows of a block fit, as one bit for each: no branch for a row, and the compiler takes many at once. What stands
in those rows is then taken out of the columns: sixteen at a time where the processor packs them (AVX-512), else bit by
bit.
"""

from __future__ import annotations

import numpy as np
from llvmlite import binding, ir
from numba import config, njit, types
from numba.core import cgutils
from numba.extending import intrinsic

BLOCK = 64  # rows: as many as a number has bits
WIDE = 16  # rows that are packed at once: what is written may need so much room beyond the last
_MOST = 2147483647


def _packs() -> bool:
    """Does numba compile for a processor that packs? Not where it is told to compile for another."""
    if config.CPU_NAME or config.CPU_FEATURES:
        return False
    try:
        return bool(binding.get_host_cpu_features().get("avx512f"))
    except RuntimeError:  # this system does not say what its processor can
        return False


PACKS = _packs()


@intrinsic
def lowest(typing, bits):
    """The number of the lowest bit that is set."""

    def made(context, builder, signature, arguments):
        return builder.cttz(arguments[0], context.get_constant(types.boolean, 1))

    return types.int64(types.uint64), made


@njit(cache=True, nogil=True)
def fitting(enter, leave, block, a, b, soonest, latest, least):
    """The rows of a block within [a, b) that enter by `latest`, leave at `soonest` or later and last `least`."""
    soonest, latest = np.int32(max(soonest, -_MOST)), np.int32(min(latest, _MOST))
    first, last = max(block * BLOCK, a), min(block * BLOCK + BLOCK, b)
    if last - first == BLOCK:
        return _whole(enter[first:last], leave[first:last], soonest, latest, np.uint32(least))
    bits = _bits(enter[first:last], leave[first:last], soonest, latest, np.uint32(least))
    return bits << np.uint64(first - block * BLOCK)


@njit(cache=True, nogil=True)
def _fits(enter, leave, soonest, latest, least):
    return (enter <= latest) & (leave >= soonest) & (np.uint32(np.uint32(leave) - np.uint32(enter)) >= least)


@njit(cache=True, nogil=True)
def _whole(enter, leave, soonest, latest, least):
    """The same loop as below, of a length that the compiler knows."""
    bits = np.uint64(0)
    for k in range(BLOCK):
        bits |= np.uint64(_fits(enter[k], leave[k], soonest, latest, least)) << np.uint64(k)
    return bits


@njit(cache=True, nogil=True)
def _bits(enter, leave, soonest, latest, least):
    bits = np.uint64(0)
    for k in range(len(enter)):
        bits |= np.uint64(_fits(enter[k], leave[k], soonest, latest, least)) << np.uint64(k)
    return bits


@njit(cache=True, nogil=True)
def take(columns, block, bits, taken, many):
    """Writes what `columns` hold in those rows of a block to `taken`, from `many` on; returns up to where."""
    if PACKS and block * BLOCK + BLOCK <= len(columns[0]):
        return packed(columns, block, bits, taken, many)
    return picked(columns, block, bits, taken, many)


@njit(cache=True, nogil=True)
def picked(columns, block, bits, taken, many):
    """Bit by bit."""
    enter, leave, who = columns
    enters, leaves, whos = taken
    while bits != 0:
        row = block * BLOCK + lowest(bits)
        bits &= bits - np.uint64(1)
        enters[many], leaves[many], whos[many] = enter[row], leave[row], who[row]
        many += 1
    return many


@njit(cache=True, nogil=True)
def packed(columns, block, bits, taken, many):
    """Sixteen at a time, of a block that is whole in its column, where the processor can."""
    for part in range(0, BLOCK, WIDE):
        mask, row = np.uint16(bits >> np.uint64(part)), block * BLOCK + part
        for column, to in zip(columns, taken):  # noqa: B905 numba's zip takes no names
            pack(column, row, mask, to, many)
        many += ones(mask)
    return many


@intrinsic
def ones(typing, bits):
    """How many bits are set."""

    def made(context, builder, signature, arguments):
        return builder.zext(builder.ctpop(arguments[0]), ir.IntType(64))

    return types.int64(types.uint16), made


@intrinsic
def pack(typing, column, row, mask, to, at):
    """Of sixteen numbers from `row` on those whose bit is set, to `to` from `at` on. Behind them more is written to."""
    numbers, bits = ir.VectorType(ir.IntType(32), WIDE), ir.VectorType(ir.IntType(1), WIDE)

    def made(context, builder, signature, arguments):
        def place(array, which):
            data = context.make_array(signature.args[array])(context, builder, arguments[array]).data
            return builder.bitcast(builder.gep(data, [arguments[which]]), numbers.as_pointer())

        kind = ir.FunctionType(numbers, [numbers, numbers, bits])
        compress = cgutils.get_or_insert_function(builder.module, kind, f"llvm.x86.avx512.mask.compress.v{WIDE}i32")
        given, rest = builder.load(place(0, 1), align=4), ir.Constant(numbers, ir.Undefined)
        taken = builder.call(compress, [given, rest, builder.bitcast(arguments[2], bits)])
        builder.store(taken, place(3, 4), align=4)
        return context.get_dummy_value()

    return types.void(column, types.int64, types.uint16, to, types.int64), made
