import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Bundle } from "../src/domain/bundle.ts";
import { digestOf, kept, type Listed, lacking, merged, partsOf } from "../src/domain/parts.ts";
import { VECTORS } from "./packs.ts";
import { bundleOf, listOf, type Sections, sections } from "./signing.ts";

interface Case {
  readonly name: string;
  readonly held: Bundle;
  readonly sent: Readonly<Record<string, unknown>>;
  readonly lacking: readonly string[];
  readonly isTaken: boolean;
}
interface Vectors {
  readonly bundle: Bundle;
  readonly list: Listed;
  readonly cases: readonly Case[];
}
const vectors = JSON.parse(readFileSync(new URL("bundle/parts.json", VECTORS), "utf8")) as Vectors;

describe("the parts of the contract", () => {
  test("are those of the bundle, and digested as the server does", () => {
    const digests = [...partsOf(vectors.bundle)].map(([name, part]) => [name, digestOf(part)]);
    expect(Object.fromEntries(digests)).toEqual(vectors.list.parts);
  });
  test.each(vectors.cases)("$name", ({ held, sent, lacking: names, isTaken }) => {
    const same = kept(vectors.list, held);
    expect([...lacking(vectors.list, same)].sort()).toEqual(names);
    expect(merged(vectors.list, same, sent)).toEqual(isTaken ? vectors.bundle : null);
  });
});

const asked = (said: Sections, names: readonly string[]) => {
  const parts = partsOf(said);
  return Object.fromEntries(names.filter((name) => parts.has(name)).map((name) => [name, parts.get(name)]));
};

test("whatever changed and whatever was lost on the way, the phone says what the server says, or what it said before", () => {
  // a round: what the server says then, and whether it says something else again before the parts are asked for
  const round = fc.record({ said: sections, isLost: fc.boolean(), next: fc.option(sections) });
  fc.assert(
    fc.property(sections, fc.array(round, { maxLength: 6 }), (first, rounds) => {
      let held = bundleOf(first, 0);
      for (const [number, { said, isLost, next }] of rounds.entries()) {
        const [list, whole] = [listOf(said, number + 1), bundleOf(said, number + 1)];
        const same = kept(list, held);
        const sent = isLost ? {} : asked(next ?? said, lacking(list, same));
        const fresh = merged(list, same, sent);
        if (fresh !== null) expect(fresh).toEqual(whole);
        else expect(isLost || next !== null).toBe(true);
        held = fresh ?? held;
      }
    }),
  );
});

test("a part that is another than the list says, or none at all, is taken for nothing", () => {
  fc.assert(
    fc.property(sections, sections, fc.nat(), fc.jsonValue(), (before, after, which, forged) => {
      const [list, held] = [listOf(after, 2), bundleOf(before, 1)];
      const same = kept(list, held);
      const names = lacking(list, same);
      const name = names[which % Math.max(1, names.length)];
      if (name === undefined) return;
      const sent = asked(after, names);
      if (digestOf(forged) !== list.parts[name]) expect(merged(list, same, { ...sent, [name]: forged })).toBeNull();
      const { [name]: _, ...rest } = sent;
      expect(merged(list, same, rest)).toBeNull();
    }),
  );
});

test("one pass of ten thousand is a small part of the whole", () => {
  const tag = (number: number) => digestOf(number);
  const passes = Array.from({ length: 10_000 }, (_, number) => [tag(number), "resident", "2021-08-01", "", false, ""]);
  const said = (changed: boolean) =>
    ({
      roster: { salt: "", passes: passes.with(7, [tag(7), "resident", "2021-08-01", "", changed, ""]).sort() },
    }) as never;
  const [list, held] = [listOf(said(true), 1), bundleOf(said(false), 0)];
  const names = lacking(list, kept(list, held));
  const size = (content: unknown) => JSON.stringify(content).length;
  expect(names).toHaveLength(1);
  expect(10 * (size(list) + size(asked(said(true), names)))).toBeLessThan(size(bundleOf(said(true), 1)));
});
