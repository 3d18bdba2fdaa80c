/**
 * A passage of earlier put right: what it said, what is to stand instead, and the row that says so. The first row stays;
 * a correction is of the same moment as what it corrects (contracts/README.md, `corrects`).
 */
import { passState, type RosterEntry } from "./bundle.ts";
import { begun, type Direction, type Draft, type Said } from "./check.ts";
import type { Stay } from "./facts.ts";
import { idAt } from "./ids.ts";
import { holderOf, type Known } from "./people.ts";
import { entryOf, passTag } from "./roster.ts";

/** Why most corrections are made: words of the app, and what each becomes on the wire is what the volunteer reads. */
export const USUAL_WHYS = ["why_direction", "why_person", "why_look", "why_twice"] as const;
export const LONGEST_WHY = 200;

interface Roster {
  readonly salt: string;
  readonly passes: readonly RosterEntry[];
}

/** The draft that this passage came from, as of `day`. */
export function draftOf(said: Said, roster: Roster, day: string, people: readonly Known[]): Draft {
  const { pass } = said.subject;
  const tag = pass === undefined ? null : passTag(roster.salt, pass);
  const known = {
    passState: tag === null ? null : passState(roster.passes, tag, day),
    tag: tag ?? "",
    household: (tag !== null && entryOf(roster.passes, tag)?.[5]) || "",
    called: (tag !== null && holderOf(people, tag)?.name) || "",
  };
  const kept = ["rides", "aboard", "goods", "receiver", "override"].filter((name) => said[name] !== undefined);
  return {
    direction: said.direction,
    who: said.who,
    subject: said.subject,
    ...known,
    purpose: (said.purpose as string | undefined) ?? null,
    hows: {}, // how each code was shown stands in the checks
    checks: said.checks,
    skipped: (said.skipped as Draft["skipped"] | undefined) ?? {},
    stays: (said.stays as readonly Stay[] | undefined) ?? [],
    ...Object.fromEntries(kept.map((name) => [name, said[name]])),
  };
}

/** The draft of the way back of whoever this passage is about: nothing of it was looked at yet. */
export function wayBack(draft: Draft, direction: Direction): Draft {
  const { who, subject, passState: state, tag, household, called } = draft;
  return { ...begun(direction, who, subject), passState: state, tag, household, called };
}

/** The id of a row that replaces this one: made for the moment that it is about, as every id is. */
export function idInstead(said: Said, lots: Uint8Array): string {
  return idAt(said.at, lots);
}

/** A vehicle's passage the other way: nobody judges it, its people are judged. */
export function turned(said: Said, direction: Direction, id: string, why: string): Said {
  const { seq: _, prev_hash: __, ...told } = said;
  return { ...told, id, direction, corrects: said.id, correction: why } as unknown as Said;
}

/** Today's passages as a list shows them: each chain once, by what stands of it; the latest first. `taken`: it was taken
 * back. A correction of a row that is not here stands for itself. */
export function standing(passages: readonly Said[]): readonly { readonly said: Said; readonly isTaken: boolean }[] {
  const replaced = new Set(passages.map((said) => said.corrects));
  const byId = new Map(passages.map((said) => [said.id, said]));
  return passages
    .filter((said) => !replaced.has(said.id))
    .map((said) => {
      const isTaken = said.corrects !== undefined && said.direction === "through" && !said.crossed;
      return { said: isTaken ? (byId.get(String(said.corrects)) ?? said) : said, isTaken };
    })
    .sort((one, other) => other.said.at + other.said.offset - (one.said.at + one.said.offset));
}
