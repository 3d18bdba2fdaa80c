import fc from "fast-check";
import { expect, test } from "vitest";
import type { Said } from "../src/domain/check.ts";
import { countsOf } from "../src/domain/day.ts";
import { acknowledged, batchOf, type Item, offsetOf, patience, type Row, unsentOf } from "../src/domain/outbox.ts";

function row(seq: number, more: Partial<Row> = {}, said: Partial<Item> = {}): Row {
  const item = { id: `id-${seq}`, at: seq * 1000, offset: 0, seq, checks: {}, ...said } as Item;
  return { seq, item, state: "unsent", ...more };
}

const rows = fc
  .uniqueArray(fc.integer({ min: 1, max: 2000 }), { maxLength: 700 })
  .map((numbers) => numbers.map((seq) => row(seq, { state: seq % 3 === 0 ? "stored" : "unsent" })));

test("a batch holds the oldest unsent ones in their order, 500 at most", () => {
  fc.assert(
    fc.property(rows, (given) => {
      const unsent = given.filter((one) => one.state === "unsent").map((one) => one.seq);
      const expected = unsent.sort((one, other) => one - other).slice(0, 500);
      expect(batchOf(given).map((item) => item.seq)).toEqual(expected);
    }),
  );
});

test("a batch never outgrows what the server takes, and is never empty while something waits", () => {
  const long = { correction: "长".repeat(500), override: "长".repeat(500) } as Partial<Item>;
  const given = Array.from({ length: 500 }, (_, n) =>
    row(n + 1, {}, { ...long, stays: Array(30).fill("x".repeat(200)) }),
  );
  const batch = batchOf(given);
  expect(new TextEncoder().encode(JSON.stringify(batch)).length).toBeLessThan(4_000_000);
  expect(batch.length).toBeGreaterThan(0);
  expect(batchOf([row(1, {}, { correction: "x".repeat(9_000_000) } as Partial<Item>)])).toHaveLength(1);
});

test("only what the server named leaves the outbox, whatever else it says", () => {
  const answers = fc.array(
    fc.record({
      id: fc.oneof(
        fc.constant(null),
        fc.integer({ min: 0, max: 30 }).map((n) => `id-${n}`),
      ),
      result: fc.constantFrom("stored", "duplicate", "quarantined", "unsent", "lost", ""),
    }),
  );
  fc.assert(
    fc.property(answers, (items) => {
      const sent = Array.from({ length: 20 }, (_, n) => row(n + 1));
      const known = new Map(items.map((entry) => [entry.id, entry.result]));
      for (const one of acknowledged(sent, { items, new: 0, server_time: 0 })) {
        expect(known.get(one.item.id)).toBe(one.state);
        expect(["stored", "duplicate", "quarantined"]).toContain(one.state);
      }
    }),
  );
});

test("the clock's offset is told by the middle of the request", () => {
  expect(offsetOf(10_000, 4_000, 6_000)).toBe(5_000);
});

test("patience grows, is spread, and never shorter than what the server asked", () => {
  fc.assert(
    fc.property(
      fc.nat(50),
      fc.float({ min: 0, max: 1, noNaN: true }),
      fc.option(fc.nat(600)),
      (failures, lot, asked) => {
        const wait = patience(failures, lot, asked);
        expect(wait).toBeGreaterThanOrEqual(Math.max(1_000, (asked ?? 0) * 1_000));
        expect(wait).toBeLessThanOrEqual(Math.max(120_000, (asked ?? 0) * 1_000));
      },
    ),
  );
});

test("the badge counts what is unsent and names the oldest by the server's clock", () => {
  expect(unsentOf([row(1, { state: "stored" }), row(3), row(2, {}, { offset: -5000 })])).toEqual({
    many: 2,
    oldest: -3000,
  });
  expect(unsentOf([])).toEqual({ many: 0, oldest: null });
});

test("what was corrected counts once, and what was taken back not at all", () => {
  const one = {
    id: "a",
    direction: "in",
    crossed: true,
    verdict: "admit",
    checks: { mask_guided: true },
  } as unknown as Said;
  const held = { ...one, id: "b", verdict: "hold", crossed: false, checks: {} } as Said;
  const back = { ...one, id: "c", corrects: "a", direction: "through", crossed: false, checks: {} } as Said;
  const again = {
    ...held,
    id: "d",
    corrects: "b",
    verdict: "admit",
    crossed: true,
    direction: "out",
  } as unknown as Said;
  expect(countsOf([one, held])).toEqual({ in: 1, out: 0, byVerdict: { admit: 1, hold: 1 }, guided: 1, skipped: 0 });
  expect(countsOf([one, held, back, again])).toEqual({ in: 0, out: 1, byVerdict: { admit: 1 }, guided: 0, skipped: 0 });
});
