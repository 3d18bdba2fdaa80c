/**
 * One person at the gate: what was looked at so far, what is still to be looked at, and the passage it becomes.
 *
 * The order of the looks, who must be asked what, and what one tap may say are the pack's (三查一看一测一记). Nothing is
 * filled in by itself: an untouched look is "not looked at".
 */
import type { Case, Stay } from "./facts.ts";
import { looksInOrder } from "./looks.ts";
import type { Look, Pack, Skip } from "./pack.ts";
import type { Judged } from "./verdict.ts";

export type Direction = "in" | "out" | "through";
export const WHO = ["resident", "visitor", "driver", "child", "exempt"] as const;
export type Who = (typeof WHO)[number];

/** Who or what passes, as on the wire: by whatever is known of it. */
export interface Subject {
  readonly kind: "person" | "vehicle";
  readonly id?: string;
  readonly pass?: string;
  readonly document?: { readonly kind: string; readonly no: string };
  readonly phone?: string;
  readonly plate?: string;
  readonly token?: string;
  readonly name?: string;
}

/** A check in progress. `passState`: what the roster says of the pass shown; `tag`, `household`: as the roster names the
 * pass and its household, "" for none; `hows`: look → how its code is shown, where not live; `before`: his passage of an
 * earlier check that this one follows. */
export interface Draft {
  readonly direction: Direction;
  readonly who: Who;
  readonly subject: Subject;
  readonly passState: string | null;
  readonly tag: string;
  readonly household: string;
  readonly hows: Readonly<Record<string, string>>;
  readonly before?: string;
  /** By what name he is shown, where the names are open; it is not sent. */
  readonly called: string;
  /** In whose name the certificate is that was shown, "" if in nobody's; absent: none was. It is not sent. */
  readonly holder?: string;
  readonly purpose: string | null;
  readonly checks: Readonly<Record<string, unknown>>;
  readonly skipped: Readonly<Record<string, string>>;
  readonly stays: readonly Stay[];
  readonly rides?: string;
  readonly aboard?: number;
  readonly goods?: string;
  readonly receiver?: string;
  readonly override?: string;
  /** It replaces a passage: see correct.ts. */
  readonly instead?: Instead | undefined;
}

/** A passage that replaces another: its id, as of which world it is judged, and what it says of that. */
export interface Instead {
  readonly id: string;
  readonly world: World;
  readonly said: { readonly corrects: string; readonly correction: string };
}

/** A look as it stands. `isOpen`: it is compulsory, and neither looked at nor left out for a reason. */
export interface Asked {
  readonly step: string;
  readonly look: string;
  readonly what: Look;
  readonly skips: Readonly<Record<string, Skip>>;
  readonly duty: "must" | "reason" | "may";
  readonly result: unknown;
  readonly skip: string | null;
  readonly isOpen: boolean;
}

/** What is known beside the person: the moment by the server's clock and by the phone's own, place, rules, past. */
export interface World {
  readonly at: number;
  readonly offset: number;
  readonly day: string;
  readonly unit: string;
  readonly management: string;
  readonly past: Readonly<Record<string, number>>;
  readonly recorder: number | null;
  readonly thermometer: string | null;
}

/** Looks that are read off a code and so say how it was shown; and the ways beside "live" that a gate tells apart. */
export const SHOWN: Readonly<Record<string, string>> = { health: "health_how", travel: "travel_how" };
export const HOWS = ["proxy", "screenshot"] as const;
/** What else a look says, which goes when the look goes. */
const SAYS_MORE: Readonly<Record<string, readonly string[]>> = {
  health: ["health_at", "health_how", "health_region"],
  travel: ["travel_at", "travel_how"],
  vaccination: ["vaccine", "doses", "dose_on"],
  origin: ["origin_from"],
  mask: ["mask_corrected", "mask_guided"],
  temperature: ["temperature_at", "temperature_by", "temperature_before", "thermometer"],
};

/** Nobody was looked at yet. */
export function begun(direction: Direction, who: Who, subject: Subject): Draft {
  const nobody = { passState: null, tag: "", household: "", called: "", purpose: null };
  return { direction, who, subject, ...nobody, hows: {}, checks: {}, skipped: {}, stays: [] };
}

/** Every look of the pack in its order, as it stands. The record is none of them: it follows from the subject. */
export function askedOf(pack: Pack, draft: Draft): Asked[] {
  return pack.order.flatMap((name) => {
    const step = pack.steps[name];
    if (!step) return [];
    return looksInOrder(Object.keys(step.looks))
      .filter((look) => look !== "record")
      .map((look) => {
        const what = step.looks[look] as Look;
        const said = what.optional ? "may" : (step.duties[draft.direction]?.[draft.who] ?? "may");
        const duty = said as Asked["duty"];
        const [result, skip] = [draft.checks[look] ?? null, draft.skipped[look] ?? null];
        const isLeftOut = skip !== null && duty !== "must" && Object.hasOwn(step.skips, skip);
        const isOpen = duty !== "may" && result === null && !isLeftOut;
        return { step: name, look, what, skips: step.skips, duty, result, skip, isOpen };
      });
  });
}

/** Is everything compulsory looked at, or left out for a reason? */
export function isWhole(pack: Pack, draft: Draft): boolean {
  return !askedOf(pack, draft).some((asked) => asked.isOpen) && recordOf(draft) !== "none";
}

/** The draft with a result; a reason for leaving it out is taken back. A code is shown live, unless somebody said how. */
export function withResult(draft: Draft, look: string, result: unknown, more: Record<string, unknown> = {}): Draft {
  const shown = SHOWN[look];
  const how = shown && result !== "paper" && result !== "none" ? { [shown]: draft.hows[look] ?? "live" } : {};
  const { [look]: _, ...skipped } = draft.skipped;
  return { ...draft, skipped, checks: { ...without(draft.checks, look), [look]: result, ...how, ...more } };
}

/** The draft with the way in which the code of a look is shown; said again, it is live after all. */
export function withHow(draft: Draft, look: string, way: string): Draft {
  const { [look]: was, ...others } = draft.hows;
  return { ...draft, hows: was === way ? others : { ...others, [look]: way } };
}

/** The draft with a look left out for a reason of its step. */
export function withSkip(draft: Draft, look: string, reason: string): Draft {
  return { ...draft, checks: without(draft.checks, look), skipped: { ...draft.skipped, [look]: reason } };
}

/** As nobody had looked. */
export function withoutLook(draft: Draft, look: string): Draft {
  const { [look]: _, ...skipped } = draft.skipped;
  return { ...draft, skipped, checks: without(draft.checks, look) };
}

/** What one tap says: every open look whose usual result the pack names for this person. A temperature has none. */
export function asUsual(pack: Pack, draft: Draft): Draft {
  return askedOf(pack, draft)
    .filter((asked) => asked.isOpen)
    .reduce((so, { look, what }) => {
      const usual = what.usual?.[draft.who];
      return usual === undefined ? so : withResult(so, look, usual);
    }, draft);
}

/** Would one tap say anything? */
export function hasUsual(pack: Pack, draft: Draft): boolean {
  return asUsual(pack, draft) !== draft;
}

/** By what somebody is written down, as `record_of` of kakou/ledger/checks/cases.py. */
export function recordOf(draft: Pick<Draft, "subject" | "direction">): string {
  const { id, pass, token, document, phone, name } = draft.subject;
  if (id !== undefined || pass !== undefined || (token !== undefined && draft.direction === "out")) return "known";
  if (document !== undefined) return "document";
  if (phone !== undefined) return "phone";
  return name !== undefined ? "name" : "none";
}

/** Whoever has but a name gets a token: the ledger tells people apart by something that is theirs alone. */
export function named(subject: Subject, newId: () => string): Subject {
  const { id, pass, document, phone, plate, token, name } = subject;
  const isKnown = [id, pass, document, phone, plate, token].some((one) => one !== undefined);
  return isKnown || name === undefined ? subject : { ...subject, token: newId() };
}

/** The draft as the rules read it. */
export function caseOf(draft: Draft, world: World): Case {
  return {
    at: world.at,
    day: world.day,
    direction: draft.direction,
    who: draft.who,
    purpose: draft.purpose,
    unit: world.unit,
    management: world.management,
    checks: draft.checks,
    skipped: draft.skipped,
    stays: draft.stays,
    record: recordOf(draft),
    pass_state: draft.passState,
    past: world.past,
  };
}

/** Those who do not cross, unless somebody says why they may. */
export const STOPPED: readonly string[] = ["persuade_back", "hold", "refer"];

/** A passage as the wire carries it, before it is numbered and linked. */
export interface Said {
  readonly id: string;
  readonly at: number;
  readonly offset: number;
  readonly direction: Direction;
  readonly crossed: boolean;
  readonly who: Who;
  readonly subject: Subject;
  readonly checks: Readonly<Record<string, unknown>>;
  readonly verdict: string;
  readonly reasons: readonly string[];
  readonly pack: string;
  readonly [more: string]: unknown;
}

/** The passage of a draft with its verdict. `id`: see ids.ts. What is empty is left out, as in the canonical text. */
export function passageOf(draft: Draft, judged: Judged, world: World, id: string): Said {
  const isStopped = STOPPED.includes(judged.outcome);
  return dropped({
    id,
    at: world.at - world.offset,
    offset: world.offset,
    direction: draft.direction,
    crossed: !isStopped || draft.override !== undefined,
    who: draft.who,
    subject: draft.subject,
    purpose: draft.purpose,
    checks: measured(draft.checks, world),
    skipped: Object.keys(draft.skipped).length > 0 ? draft.skipped : undefined,
    stays: draft.stays.length > 0 ? draft.stays : undefined,
    verdict: judged.outcome,
    reasons: judged.reasons,
    pack: judged.pack,
    override: isStopped ? draft.override : undefined,
    recorder: world.recorder,
    rides: draft.rides,
    aboard: draft.aboard,
    goods: draft.goods,
    receiver: draft.receiver,
    ...draft.instead?.said,
  }) as unknown as Said;
}

/** What takes a passage back: it stands instead of it, and says that nobody went through and nothing was looked at. */
export function undone(said: Said, at: number, offset: number, id: string, why: string): Said {
  const { id: corrects, subject, who, pack, recorder } = said;
  const nothing = { direction: "through", crossed: false, checks: {}, verdict: "admit", reasons: [] } as const;
  const told = { id, at: at - offset, offset, subject, who, pack, recorder, ...nothing, corrects, correction: why };
  return dropped(told) as unknown as Said;
}

/** With a temperature stand its thermometer and its moment (contracts/README.md). */
function measured(checks: Readonly<Record<string, unknown>>, world: World): Record<string, unknown> {
  if (typeof checks.temperature !== "number") return checks;
  const thermometer = world.thermometer === null ? {} : { thermometer: world.thermometer };
  return { temperature_at: world.at - world.offset, temperature_by: "forehead", ...thermometer, ...checks };
}

function without(checks: Readonly<Record<string, unknown>>, look: string): Record<string, unknown> {
  const gone = [look, ...(SAYS_MORE[look] ?? [])];
  return Object.fromEntries(Object.entries(checks).filter(([name]) => !gone.includes(name)));
}

function dropped(said: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null && value !== undefined));
}
