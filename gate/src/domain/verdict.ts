/**
 * The verdict: what a pack says of a case, with every reason, the nearest fix and the pack's version.
 *
 * The same as `kakou/screening/rules/verdicts.py`; contracts/vectors/verdict binds both. A rule that throws cannot
 * decide, and what cannot be decided is held, never let pass.
 */

import { evaluate } from "certlogic-js/dist/evaluator.js";
import { type Area, type Case, type Facts, factsOf } from "./facts.ts";
import { type Look, type Pack, type Rule, type Step, versionOf } from "./pack.ts";

const OUTCOMES = ["admit", "admit_with_action", "persuade_back", "hold", "refer", "emergency"];
const SEVERITIES = ["info", "warn", "high", "urgent"];
const MOST_REASONS = 16; // as many as a passage takes
const SOON = 1; // minutes to look at what was not looked at
// of whom nobody said more: the same for what must be looked at and for every rule
const ANYBODY = { direction: "in", who: "visitor" };

/** One reason: its id, what it asks for, how much it matters, how many minutes its fix takes (null: none). */
interface Finding {
  readonly id: string;
  readonly outcome: string;
  readonly severity: string;
  readonly minutes: number | null;
}

/** See `Judged` in verdicts.py. */
export interface Judged {
  readonly outcome: string;
  readonly reasons: readonly string[];
  readonly fix: string | null;
  readonly pack: string;
}

/** What the pack says of the case. Never throws for what a case says. */
export function judge(pack: Pack, said: Case, areas: readonly Area[] = []): Judged {
  const given = { ...ANYBODY, ...said };
  const found = [...looked(pack, given), ...ruled(pack, given, areas)].sort(byWeight);
  const outcome = found[0]?.outcome ?? "admit";
  const deciding = found.filter((finding) => finding.outcome === outcome && finding.minutes !== null);
  const nearest = deciding.reduce<Finding | null>(
    (best, one) => (best === null || (one.minutes ?? 0) < (best.minutes ?? 0) ? one : best),
    null,
  );
  const reasons = found.slice(0, MOST_REASONS).map((finding) => finding.id);
  return { outcome, reasons, fix: nearest?.id ?? null, pack: versionOf(pack) };
}

/** What a look said: a word, a temperature in tenths; null when nobody looked. */
export function resultOf(given: Case, look: string): unknown {
  return (look === "record" ? given.record : given.checks?.[look]) ?? null;
}

function byWeight(one: Finding, other: Finding): number {
  const strength = OUTCOMES.indexOf(other.outcome) - OUTCOMES.indexOf(one.outcome);
  const severity = SEVERITIES.indexOf(other.severity) - SEVERITIES.indexOf(one.severity);
  return strength || severity || (one.id < other.id ? -1 : Number(one.id > other.id));
}

/** What was not looked at, or says what the pack does not know. */
function* looked(pack: Pack, given: Case): Generator<Finding> {
  for (const [step, name, look] of looksOf(pack)) {
    const result = resultOf(given, name);
    if (result === null) {
      const duty = look.optional ? "may" : (step.duties[given.direction ?? ""]?.[given.who ?? ""] ?? "may");
      yield* leftOut(step, name, duty, given.skipped?.[name]);
    } else if (!isAllowed(look, result)) {
      yield hold(`${name}.not_allowed`);
    }
  }
}

function* looksOf(pack: Pack): Generator<[Step, string, Look]> {
  for (const name of pack.order) {
    const step = pack.steps[name];
    if (step) for (const [look, what] of Object.entries(step.looks)) yield [step, look, what];
  }
}

function* leftOut(step: Step, look: string, duty: string, reason: string | undefined): Generator<Finding> {
  const skip = reason !== undefined && Object.hasOwn(step.skips, reason) ? step.skips[reason] : undefined;
  if (duty === "must" || (duty === "reason" && !skip)) yield hold(`${look}.not_looked`);
  else if (skip) {
    const { outcome, severity, fix } = skip;
    yield { id: `${look}.skipped.${reason}`, outcome, severity, minutes: fix.minutes };
  }
}

function isAllowed(look: Look, result: unknown): boolean {
  if (look.results) return typeof result === "string" && Object.hasOwn(look.results, result);
  return Number.isInteger(result) && Number(result) >= (look.least ?? 0) && Number(result) <= (look.most ?? 0);
}

function* ruled(pack: Pack, given: Case, areas: readonly Area[]): Generator<Finding> {
  const param = Object.fromEntries(Object.entries(pack.params).map(([name, { value }]) => [name, value]));
  let facts: Facts;
  try {
    facts = factsOf(given, areas, param.lookback_days ?? 0);
  } catch {
    yield hold("facts.undecided");
    return;
  }
  const data = { ...given, facts, param };
  for (const [id, rule] of Object.entries(pack.rules)) {
    if (rule.needs.some((look) => resultOf(given, look) === null)) continue;
    const says = ask(rule, data);
    if (says === null) yield hold(`${id}.undecided`);
    else if (says) {
      yield { id, outcome: rule.outcome, severity: rule.severity, minutes: rule.fix?.minutes ?? null };
    }
  }
}

const QUOTA_USED = "past.quota_used";
const USED_UP = 1_000; // more than any household's quota

/** Does a way out of this kind use up the quota of the household? As `counts_for_quota` of afterwards.py: the pack's own
 * rules about it stop such a one when the quota is used up. */
export function countsForQuota(pack: Pack, who: string, purpose: unknown): boolean {
  const param = Object.fromEntries(Object.entries(pack.params).map(([name, { value }]) => [name, value]));
  const data = { direction: "out", who, purpose, past: { quota_used: USED_UP }, param };
  const asking = Object.values(pack.rules).filter((rule) => JSON.stringify(rule.when).includes(`"${QUOTA_USED}"`));
  return asking.some((rule) => ask(rule, data) === true);
}

/** Does the rule fire? null: it cannot decide. */
function ask(rule: Rule, data: unknown): boolean | null {
  try {
    return isTrue(evaluate(rule.when as never, data));
  } catch {
    return null;
  }
}

/** Truthy or falsy as CertLogic means it: an empty list or object is false. Throws for a date-time, which is neither. */
function isTrue(value: unknown): boolean {
  if (value === null || typeof value !== "object") return Boolean(value);
  if (Array.isArray(value)) return value.length > 0;
  if (Object.prototype.toString.call(value) === "[object Object]") return Object.keys(value).length > 0;
  throw new Error("a date-time is neither true nor false");
}

function hold(id: string): Finding {
  return { id, outcome: "hold", severity: "warn", minutes: SOON };
}
