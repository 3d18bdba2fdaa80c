/** The public suite of CertLogic and the national rules with their tests, on the phone's evaluator. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { evaluate } from "certlogic-js";
import { describe, expect, test } from "vitest";

const DATA = process.env.KAKOU_TESTDATA ?? join(import.meta.dirname, "../../../shared/data");
const THERE = existsSync(join(DATA, "certlogic"));

interface Assertion {
  readonly directive?: string;
  readonly certLogicExpression?: unknown;
  readonly data: unknown;
  readonly expected: unknown;
}
interface Suite {
  readonly directive?: string;
  readonly cases: ReadonlyArray<{
    readonly name: string;
    readonly directive?: string;
    readonly certLogicExpression?: unknown;
    readonly assertions: readonly Assertion[];
  }>;
}

const read = (...path: string[]): unknown => JSON.parse(readFileSync(join(DATA, ...path), "utf8"));
const told = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe.skipIf(!THERE)(`public test data at ${DATA} (KAKOU_TESTDATA)`, () => {
  test("all 218 assertions of the suite that are not flagged to be skipped", () => {
    let ran = 0;
    for (const file of readdirSync(join(DATA, "certlogic")).filter((name) => name.endsWith(".json"))) {
      const suite = read("certlogic", file) as Suite;
      for (const one of suite.cases) {
        for (const assertion of one.assertions) {
          if ([suite.directive, one.directive, assertion.directive].includes("skip")) continue;
          const expression = assertion.certLogicExpression ?? one.certLogicExpression;
          expect(told(evaluate(expression as never, assertion.data)), `${file} ${one.name}`).toEqual(
            assertion.expected,
          );
          ran += 1;
        }
      }
    }
    expect(ran).toBe(218);
  });

  test("all 847 tests of the national rules", () => {
    let ran = 0;
    for (const country of readdirSync(join(DATA, "dcc/rules")).filter((name) => name !== "LICENSE")) {
      for (const id of readdirSync(join(DATA, "dcc/rules", country))) {
        const rule = read("dcc/rules", country, id, "rule.json") as { readonly Logic: unknown };
        for (const file of readdirSync(join(DATA, "dcc/rules", country, id, "tests"))) {
          const { payload, external, expected } = read("dcc/rules", country, id, "tests", file) as Record<
            string,
            unknown
          >;
          expect(evaluate(rule.Logic as never, { payload, external }), `${id} ${file}`).toBe(expected);
          ran += 1;
        }
      }
    }
    expect(ran).toBe(847);
  });
});
