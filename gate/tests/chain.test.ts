import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { canonical, hashOf, linked } from "../src/domain/chain.ts";
import { clockIn, dayIn } from "../src/domain/days.ts";
import { idAt } from "../src/domain/ids.ts";
import { START } from "../src/domain/outbox.ts";
import { VECTORS } from "./packs.ts";

interface Vector {
  readonly name?: string;
  readonly item: Record<string, unknown>;
  readonly canonical: string;
  readonly sha256: string;
}

const read = (name: string) => JSON.parse(readFileSync(new URL(`chain/${name}`, VECTORS), "utf8"));
const cases = (read("items.json") as { cases: Vector[] }).cases;
const chain = (read("chain.json") as { items: Vector[] }).items;

test.each(cases.map((one) => [one.name, one] as const))("the text and the hash of: %s", (_, one) => {
  expect(canonical(one.item)).toBe(one.canonical);
  expect(hashOf(one.item)).toBe(one.sha256);
});

test("five items of one device follow one another as the server says", () => {
  let head = START;
  for (const { item } of chain) {
    const { seq, prev_hash, ...said } = item;
    const made = linked(head, said);
    expect(made.item).toEqual({ ...said, seq, prev_hash });
    head = made.head;
  }
  expect(head.hash).toBe(chain.at(-1)?.sha256);
});

test("null members change nothing, and the order in which members were written neither", () => {
  const value = fc.dictionary(fc.string(), fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.constant(null)));
  fc.assert(
    fc.property(value, (given) => {
      const shuffled = Object.fromEntries(Object.entries(given).reverse());
      const said = Object.fromEntries(Object.entries(given).filter(([, inner]) => inner !== null));
      expect(canonical(shuffled)).toBe(canonical(given));
      expect(canonical(said)).toBe(canonical(given));
    }),
  );
});

test("an id is a UUIDv7 that says its moment, and ids of later moments sort later", () => {
  const lots = fc.uint8Array({ minLength: 10, maxLength: 10 });
  const moment = fc.integer({ min: 0, max: 2 ** 48 - 1 });
  fc.assert(
    fc.property(moment, lots, moment, (at, drawn, later) => {
      const id = idAt(at, drawn);
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16)).toBe(at);
      if (at < later) expect(id < idAt(later, drawn)).toBe(true);
    }),
  );
  expect(() => idAt(0, new Uint8Array(9))).toThrow();
});

test("a day is the site's, on both sides of midnight and where clocks are put back", () => {
  const midnight = Date.UTC(2021, 7, 9, 16);
  expect(dayIn("Asia/Shanghai", midnight - 1)).toBe("2021-08-09");
  expect(dayIn("Asia/Shanghai", midnight)).toBe("2021-08-10");
  expect(clockIn("Asia/Shanghai", midnight)).toBe("00:00");
  const fold = Date.UTC(2021, 10, 7, 5, 30);
  expect([clockIn("America/New_York", fold), clockIn("America/New_York", fold + 3_600_000)]).toEqual([
    "01:30",
    "01:30",
  ]);
});
