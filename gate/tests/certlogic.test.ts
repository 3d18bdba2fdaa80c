/** The public suite of CertLogic and the national rules with their tests, on the phone's evaluator. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { evaluate } from "certlogic-js";
import { describe, expect, test } from "vitest";
import { record } from "./counts.ts";

const DATA = process.env.KAKOU_TESTDATA ?? join(import.meta.dirname, "../../../shared/data");
const THERE = existsSync(join(DATA, "certlogic"));

interface Flagged {
  readonly directive?: string;
}
interface Assertion extends Flagged {
  readonly certLogicExpression?: unknown;
  readonly data: unknown;
  readonly expected: unknown;
}
interface Suite extends Flagged {
  readonly cases: ReadonlyArray<
    Flagged & {
      readonly name: string;
      readonly certLogicExpression?: unknown;
      readonly assertions: readonly Assertion[];
    }
  >;
}
interface Case {
  readonly name: string;
  readonly expression: unknown;
  readonly data: unknown;
  readonly expected: unknown;
  /** What bears the flag that it is to be skipped. */
  readonly flagged: string | undefined;
}

const read = (...path: string[]): unknown => JSON.parse(readFileSync(join(DATA, ...path), "utf8"));
const told = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function* suite(): Generator<Case> {
  for (const file of readdirSync(join(DATA, "certlogic")).filter((name) => name.endsWith(".json"))) {
    const whole = read("certlogic", file) as Suite;
    for (const one of whole.cases) {
      for (const [number, assertion] of one.assertions.entries()) {
        const bearers = Object.entries({ file: whole, case: one, assertion } as Record<string, Flagged>);
        const [flagged] = bearers.find(([, { directive }]) => directive === "skip") ?? [];
        const expression = assertion.certLogicExpression ?? one.certLogicExpression;
        const { data, expected } = assertion;
        yield { name: `${file} ${one.name} ${number}`, expression, data, expected, flagged };
      }
    }
  }
}

function* nationalRules(): Generator<Case> {
  for (const country of readdirSync(join(DATA, "dcc/rules")).filter((name) => name !== "LICENSE")) {
    for (const id of readdirSync(join(DATA, "dcc/rules", country))) {
      const rule = read("dcc/rules", country, id, "rule.json") as { readonly Logic: unknown };
      for (const file of readdirSync(join(DATA, "dcc/rules", country, id, "tests"))) {
        const whole = read("dcc/rules", country, id, "tests", file) as Record<string, unknown>;
        const { payload, external, expected } = whole;
        const data = { payload, external };
        yield { name: `${id} ${file}`, expression: rule.Logic, data, expected, flagged: undefined };
      }
    }
  }
}

/** The names of those that do not give what they must. */
function failing(cases: readonly Case[]): string[] {
  return cases.filter((one) => !givesWhatItMust(one)).map(({ name }) => name);
}

function givesWhatItMust({ expression, data, expected }: Case): boolean {
  try {
    return isDeepStrictEqual(told(evaluate(expression as never, data)), expected);
  } catch {
    return false;
  }
}

describe.skipIf(!THERE)(`public test data at ${DATA} (KAKOU_TESTDATA)`, () => {
  test("all 218 assertions of the suite that are not flagged to be skipped", ({ task }) => {
    const all = [...suite()];
    const cases = all.filter(({ flagged }) => flagged === undefined);
    const failed = failing(cases);
    const by = (bearer: string) => all.filter(({ flagged }) => flagged === bearer).length;
    record(task, {
      "suite: ran": cases.length,
      "suite: passed": cases.length - failed.length,
      "suite: flagged by its file": by("file"),
      "suite: flagged by its assertion": by("assertion"),
    });
    expect(failed).toEqual([]);
    expect([cases.length, by("file"), by("case"), by("assertion")]).toEqual([218, 10, 0, 4]);
  });

  test("all 847 tests of the national rules", ({ task }) => {
    const cases = [...nationalRules()];
    const failed = failing(cases);
    record(task, { "national rules: ran": cases.length, "national rules: passed": cases.length - failed.length });
    expect(failed).toEqual([]);
    expect(cases.length).toBe(847);
  });
});
