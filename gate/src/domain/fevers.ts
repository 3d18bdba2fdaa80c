/**
 * Fevers at this gate, step by step: what the server told, what this phone recorded and it does not know yet, and the
 * steps taken here that it has not heard of.
 *
 * The same ladder as `kakou/screening/rules/fever.py` (体温异常者及时处理, R59).
 */
import type { components } from "../contract.d.ts";
import type { Said } from "./check.ts";
import { held } from "./past.ts";

export type Case = components["schemas"]["CaseOut"];
export type Step = components["schemas"]["StepIn"];
export type Kind = Step["kind"];

/** A step that the server has not acknowledged. */
export interface Taken {
  readonly passage: string;
  readonly step: Step;
}

/** `told`: the open cases, as of `at` (epoch ms by the server's clock); `taken`: steps to be sent, in order. */
export interface Known {
  readonly at: number;
  readonly told: readonly Case[];
  readonly taken: readonly Taken[];
}

export const NOTHING: Known = { at: 0, told: [], taken: [] };

interface Rung {
  /** Minutes until the next step is overdue; the first is the pack's. */
  readonly minutes: number;
  /** What may be done, the usual first → the state after it. */
  readonly next: Readonly<Partial<Record<Kind, string>>>;
}

export const LADDER: Readonly<Record<string, Rung>> = {
  resting: { minutes: 15, next: { normal: "ended", still_high: "to_isolate", isolated: "isolated", ended: "ended" } },
  to_isolate: { minutes: 5, next: { isolated: "isolated", told: "told", normal: "ended", ended: "ended" } },
  isolated: { minutes: 10, next: { told: "told", ended: "ended" } },
  told: { minutes: 60, next: { fetched: "on_the_way", ended: "ended" } },
  on_the_way: { minutes: 120, next: { arrived: "ended", ended: "ended" } },
  ended: { minutes: 0, next: {} },
};
/** What a step must say besides its time; a measurement says its tenths. */
export const SAYS: Readonly<Partial<Record<Kind, "place" | "whom" | "how">>> = {
  isolated: "place",
  told: "whom",
  fetched: "how",
};
export const BY_HAND = ["refused", "left", "mistake", "other"] as const;
const MINUTE = 60_000;
const DAY = 86_400_000;
const FOLDED = 60_000; // ms after which the server has opened a case for what it stored

/** Numbers of the pack: from how many tenths on it is a fever, and for how many minutes somebody rests. */
export interface Numbers {
  readonly limit: number;
  readonly rest: number;
}

/** Does this passage open a fever? */
export function isFever(said: Said, limit: number): boolean {
  const { temperature, temperature_before: before } = said.checks;
  if (said.subject.kind !== "person" || typeof temperature !== "number") return false;
  return Math.max(temperature, typeof before === "number" ? before : 0) >= limit;
}

/** A second measurement and what it means. */
export function measured(tenths: number, limit: number): "normal" | "still_high" {
  return tenths >= limit ? "still_high" : "normal";
}

/** The case after a step; as it was, where the step cannot be taken now. */
export function after(now: Case, step: Step): Case {
  const state = LADDER[now.state]?.next[step.kind];
  if (state === undefined) return now;
  const second = step.tenths ?? now.second;
  const at = Math.max(step.at + (step.offset ?? 0), now.opened_at);
  const due = state === "ended" ? null : at + (LADDER[state]?.minutes ?? 0) * MINUTE;
  return { ...now, state, second, due_at: due };
}

/** Who is not settled, by what is due first. `own`: what this phone recorded; `stored`: ids that the server has. */
export function openFevers(
  known: Known,
  own: readonly Said[],
  stored: ReadonlySet<string>,
  numbers: Numbers,
  at: number,
): readonly Case[] {
  const told = new Set(known.told.map(({ passage }) => passage));
  // one that the server has had for a while and does not tell is settled, or belongs to another case
  const isNews = (said: Said) =>
    !told.has(said.id) && (!stored.has(said.id) || said.at + said.offset > known.at - FOLDED);
  const fresh = held(own)
    .filter((said) => isFever(said, numbers.limit) && said.at + said.offset > at - DAY && isNews(said))
    .map((said) => opened(said, numbers));
  return [...known.told, ...fresh]
    .map((one) =>
      known.taken.filter(({ passage }) => passage === one.passage).reduce((so, { step }) => after(so, step), one),
    )
    .filter(({ state }) => state !== "ended")
    .sort((one, other) => (one.due_at ?? 0) - (other.due_at ?? 0) || (one.passage < other.passage ? -1 : 1));
}

/** Milliseconds as a clock shows them, m:ss, from an hour on h:mm:ss; those that are over count up again. */
export function countdown(ms: number): string {
  const seconds = Math.floor(Math.abs(ms) / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (part: number) => String(part).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

function opened(said: Said, numbers: Numbers): Case {
  const at = said.at + said.offset;
  const { temperature, temperature_before: before } = said.checks;
  const isSecond = typeof before === "number" && before >= numbers.limit;
  const first: Case = {
    passage: said.id,
    state: "resting",
    outcome: "",
    first: Number(isSecond ? before : temperature),
    second: null,
    limit: numbers.limit,
    opened_at: at,
    due_at: at + numbers.rest * MINUTE,
  };
  if (!isSecond) return first;
  const tenths = Number(temperature);
  return after(first, { id: said.id, kind: measured(tenths, numbers.limit), at: said.at, offset: said.offset, tenths });
}
