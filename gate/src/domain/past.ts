/** What the ledger told and what this phone recorded since, of a household and of the holder of a pass. */
import { type Past, quotaUsed, type RosterEntry } from "./bundle.ts";
import type { Draft, Said } from "./check.ts";
import { dayIn } from "./days.ts";
import type { CarriedRow } from "./exchange.ts";
import type { Row } from "./outbox.ts";
import type { Pack } from "./pack.ts";
import { passTag } from "./roster.ts";
import { countsForQuota } from "./verdict.ts";

const NOTHING: Past = { at: 0, households: {}, turned_back: {} };

interface Roster {
  readonly salt: string;
  readonly passes: readonly RosterEntry[];
}

/** `past` of a case. `now`: moment by the server's clock and the site's zone; `own`: what this phone knows of the last
 * days; what was replaced or taken back counts as what stands instead; `householdOf`: whose way out it was, "" unknown. */
export function pastOf(
  draft: Draft,
  now: { readonly at: number; readonly zone: string },
  pack: Pack,
  roster: Roster,
  told: Past | null,
  own: readonly Said[],
  householdOf: (said: Said) => string,
): Readonly<Record<string, number>> {
  const { pass, id } = draft.subject;
  if (pass === undefined && id === undefined) return {};
  const past = told ?? NOTHING;
  const dayOf = (ms: number) => dayIn(now.zone, ms);
  const today = dayOf(now.at);
  const stand = held(own);
  const went = stand
    .filter((said) => said.direction === "out" && said.crossed && draft.household !== "")
    .filter((said) => countsForQuota(pack, said.who, said.purpose ?? null) && householdOf(said) === draft.household);
  const isHis = ({ subject }: Said) =>
    (id !== undefined && subject.id === id) ||
    (subject.pass !== undefined && (subject.pass === pass || passTag(roster.salt, subject.pass) === draft.tag));
  const turned = stand.filter(
    (said) => said.verdict === "persuade_back" && dayOf(said.at + said.offset) === today && isHis(said),
  );
  const toldToday = dayOf(past.at) === today ? (past.turned_back[draft.tag] ?? 0) : 0;
  const moments = went.map((said) => said.at + said.offset);
  return {
    quota_used: quotaUsed(past, draft.household, now.at, pack.params.quota_days?.value ?? 1, moments),
    persuaded_back: Math.max(toldToday, turned.length),
  };
}

/** Passages that this phone knows of its gate: its own, and what other phones of the gate told it. What the server kept
 * apart of these is none. */
export function knownOf(rows: readonly Row[], carried: readonly CarriedRow[]): readonly Said[] {
  return [...rows, ...carried.filter(({ state }) => state !== "quarantined")].map(({ item }) => item);
}

/** Those that stand: what was corrected or taken back is left out, what stands instead is in. */
export function held(passages: readonly Said[]): Said[] {
  const replaced = new Set(passages.map((said) => said.corrects));
  return passages.filter((said) => !replaced.has(said.id));
}
