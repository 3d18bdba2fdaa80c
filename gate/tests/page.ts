/**
 * Judges cases in a page and tells how long it took: how `kakou bench screening` asks the phone's code.
 *
 * Built by vite.page.ts. Times are milliseconds by the page's own clock, which is exact to 5 µs where the page is
 * isolated; so each case is timed, and each round as a whole.
 */
import { evaluate } from "certlogic-js";
import { type Area, type Case, factsOf } from "../src/domain/facts.ts";
import type { Pack } from "../src/domain/pack.ts";
import { type Judged, judge, resultOf } from "../src/domain/verdict.ts";

interface Asked {
  readonly pack: Pack;
  readonly case: Case;
  readonly areas: readonly Area[];
}

interface Round {
  readonly whole: number;
  readonly each: readonly number[];
}

/** An expression and what it is evaluated over, made before the clock starts. */
type Prepared = readonly [when: unknown, data: unknown];

let asked: readonly Asked[] = [];
let texts: readonly string[] = [];
let prepared: ReadonlyArray<readonly Prepared[]> = [];
let judged: Judged[] = [];

/** Takes the cases: packs by their codes, lists of risk areas by their numbers. Judges none: the first is still cold. */
export function take(
  packs: Readonly<Record<string, Pack>>,
  lists: ReadonlyArray<readonly Area[]>,
  cases: ReadonlyArray<readonly [pack: string, list: number, given: Case]>,
): number {
  asked = cases.map(([code, list, given]) => ({ pack: named(packs[code]), case: given, areas: lists[list] ?? [] }));
  texts = cases.map(([, , given]) => JSON.stringify(given));
  prepared = [];
  return asked.length;
}

/** One round of verdicts. */
export function verdicts(): Round {
  judged = [];
  return timed(asked, (one) => judged.push(judge(one.pack, one.case, one.areas)));
}

/** What the last round of verdicts said, case by case. */
export function said(): readonly Judged[] {
  return judged;
}

/** The raw limit: the rules that those verdicts ask, and nothing around them. */
export function rules(): Round {
  if (prepared.length === 0) prepared = asked.map(rulesOf);
  return timed(prepared, (ones) => {
    for (const [when, data] of ones) {
      try {
        evaluate(when as never, data);
      } catch {} // cannot decide: costs what it costs
    }
  });
}

/** Reading each case from its JSON, which no phone can avoid. */
export function reading(): Round {
  return timed(texts, (text) => JSON.parse(text));
}

function timed<T>(ones: readonly T[], act: (one: T) => void): Round {
  const each: number[] = [];
  const began = performance.now();
  let before = began;
  for (const one of ones) {
    act(one);
    const after = performance.now();
    each.push(after - before);
    before = after;
  }
  return { whole: before - began, each };
}

function rulesOf({ pack, case: given, areas }: Asked): Prepared[] {
  const param = Object.fromEntries(Object.entries(pack.params).map(([name, { value }]) => [name, value]));
  const asks = Object.values(pack.rules).filter((rule) => rule.needs.every((look) => resultOf(given, look) !== null));
  try {
    const data = { ...given, facts: factsOf(given, areas, param.lookback_days ?? 0), param };
    return asks.map((rule) => [rule.when, data]);
  } catch {
    return []; // a day that is none: no rule is asked
  }
}

function named(pack: Pack | undefined): Pack {
  if (!pack) throw new Error("a case names a pack that was not given");
  return pack;
}
