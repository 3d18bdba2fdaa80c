import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Area, Case } from "../src/domain/facts.ts";
import { judge } from "../src/domain/verdict.ts";
import { packOf, VECTORS } from "./packs.ts";

interface Vectors {
  readonly pack: string;
  readonly areas: readonly Area[];
  readonly cases: ReadonlyArray<{
    readonly group: string;
    readonly name: string;
    readonly case: Case;
    readonly areas?: readonly Area[];
    readonly expected: { readonly outcome: string; readonly reasons: readonly string[]; readonly fix: string | null };
  }>;
}

for (const file of readdirSync(new URL("verdict/", VECTORS))) {
  const { pack: code, areas, cases } = JSON.parse(readFileSync(new URL(`verdict/${file}`, VECTORS), "utf8")) as Vectors;
  const pack = packOf(code);
  describe(code, () => {
    test.each(cases)("$group: $name", (given) => {
      const version = `${code}.${pack.edition}`;
      expect(judge(pack, given.case, given.areas ?? areas)).toEqual({ ...given.expected, pack: version });
    });
  });
}

test("it never throws and never lets pass what was not looked at, whatever a case says", () => {
  const pack = packOf("cn-2021-08");
  const anything = fc.jsonValue({ maxDepth: 2 });
  const checks = fc.dictionary(fc.constantFrom("health", "travel", "mask", "temperature", "origin"), anything);
  const given = fc.record({
    at: fc.integer(),
    day: fc.string(),
    who: fc.constant("visitor"),
    checks,
    record: anything,
  });
  fc.assert(
    fc.property(given, (one) => {
      const { outcome, reasons } = judge(pack, one as unknown as Case);
      expect(reasons).toContain("vaccination.not_looked");
      expect(["hold", "refer"]).toContain(outcome);
    }),
    { numRuns: 500 },
  );
});
