/** What the ledger told and what this phone recorded since, of a household and of the holder of a pass. */
import { type Past, quotaUsed, type RosterEntry } from "./bundle.ts";
import type { Draft, Said } from "./check.ts";
import type { Pack } from "./pack.ts";
import { entryOf, passTag } from "./roster.ts";
import { countsForQuota } from "./verdict.ts";

const NOTHING: Past = { at: 0, households: {}, turned_back: {} };

interface Roster {
  readonly salt: string;
  readonly passes: readonly RosterEntry[];
}

/** `past` of a case. `own`: what this phone recorded in the last days, `today`: of it what was today; what was replaced
 * or taken back counts as what stands instead. */
export function pastOf(
  draft: Draft,
  at: number,
  pack: Pack,
  roster: Roster,
  told: Past | null,
  own: readonly Said[],
  today: readonly Said[],
): Readonly<Record<string, number>> {
  const { pass } = draft.subject;
  if (pass === undefined) return {};
  const past = told ?? NOTHING;
  const mine = passTag(roster.salt, pass);
  const tagOf = (said: Said) => (said.subject.pass ? passTag(roster.salt, said.subject.pass) : "");
  const went = held(own)
    .filter((said) => said.direction === "out" && said.crossed && said.subject.pass !== undefined)
    .filter((said) => draft.household !== "" && countsForQuota(pack, said.who, said.purpose ?? null))
    .filter((said) => entryOf(roster.passes, tagOf(said))?.[5] === draft.household);
  const turned = held(today).filter((said) => said.verdict === "persuade_back" && tagOf(said) === mine);
  const days = pack.params.quota_days?.value ?? 1;
  const moments = went.map((said) => said.at + said.offset);
  return {
    quota_used: quotaUsed(past, draft.household, at, days, moments),
    persuaded_back: Math.max(past.turned_back[mine] ?? 0, turned.length),
  };
}

/** Those that stand: what was corrected or taken back is left out, what stands instead is in. */
export function held(passages: readonly Said[]): Said[] {
  const replaced = new Set(passages.map((said) => said.corrects));
  return passages.filter((said) => !replaced.has(said.id));
}
