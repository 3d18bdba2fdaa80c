/**
 * Who is inside and who of the residents is out, as this phone knows it: what it recorded itself, and what the server
 * told of the unit (`inside` of `GET /api/gate/past`). What was corrected or taken back counts as what stands instead.
 */
import type { components } from "../contract.d.ts";
import type { Past } from "./bundle.ts";
import type { Said, Subject } from "./check.ts";
import { type Expected, MARGIN, numberOf, visitTag } from "./expected.ts";
import { held } from "./past.ts";
import { holderOf, type Known } from "./people.ts";
import { passTag } from "./roster.ts";

/** What the server told (contracts/README.md). Moments in epoch ms; until 0 is no limit. */
export type Told = components["schemas"]["InsideOut"];

/** An open loop that this phone saw begin. `due`: until when it may last (epoch ms), null: nobody said. */
export interface Loop {
  readonly said: Said;
  readonly since: number;
  readonly due: number | null;
  readonly isMissing: boolean;
}

/** `others`: visits that the server knows and this phone did not see begin. `asOf`: up to when other gates are known
 * (epoch ms by the server's clock), null: they are not. Lists by who is overdue, then by when they began. */
export interface Inside {
  readonly visitors: readonly Loop[];
  readonly vehicles: readonly Loop[];
  readonly away: readonly Loop[];
  readonly others: { readonly visitors: number; readonly vehicles: number; readonly away: number };
  readonly asOf: number | null;
}

export interface Around {
  readonly at: number;
  readonly own: readonly Said[];
  /** Ids of passages that the server has. */
  readonly stored: ReadonlySet<string>;
  readonly past: Past | null;
  readonly salt: string;
  readonly expected: readonly Expected[];
  readonly people: readonly Known[];
}

const MINUTE = 60_000;
const FOLDED = 60_000; // ms after which the server has made a visit of what it stored

/** See `Inside`. */
export function insideOf(around: Around): Inside {
  const { at, past, salt } = around;
  const told = past?.inside ?? null; // an older answer has none
  const last = lastOf(held(around.own), (subject) => keyOf(subject, salt, around.people));
  const isKnown = told !== null && Object.keys(told.visits).length >= told.counts.visitors + told.counts.vehicles;
  // who left by another gate since: the server had the entry when it told, and tells no visit of it
  const hasLeft = (said: Said) =>
    isKnown &&
    around.stored.has(said.id) &&
    said.at + said.offset < (past?.at ?? 0) - FOLDED &&
    told.visits[passTag(salt, said.id)] === undefined;
  const loops = [...last.values()].map((said) => loopOf(said, at, told, salt, around.expected));
  const isVisit = ({ said }: Loop) => said.direction === "in" && said.who !== "resident";
  const visits = loops.filter((loop) => isVisit(loop) && !hasLeft(loop.said)).sort(byUrgency);
  const visitors = visits.filter(({ said }) => said.subject.kind === "person");
  const vehicles = visits.filter(({ said }) => said.subject.kind === "vehicle");
  const away = loops.filter(({ said }) => said.direction === "out" && said.who === "resident").sort(byUrgency);
  const isTold = (loop: Loop) => told?.visits[passTag(salt, loop.said.id)] !== undefined;
  const beyond = (many: number | undefined, mine: readonly Loop[]) =>
    Math.max(0, (many ?? 0) - mine.filter(isTold).length);
  const others = {
    visitors: beyond(told?.counts.visitors, visitors),
    vehicles: beyond(told?.counts.vehicles, vehicles),
    away: Math.max(0, (told?.counts.away ?? 0) - away.filter(({ said }) => around.stored.has(said.id)).length),
  };
  return { visitors, vehicles, away, others, asOf: told && past ? past.at : null };
}

/** What tells somebody apart: whose pass it is where that is known, else whatever was shown. "" for nothing. */
export function keyOf(subject: Subject, salt: string, people: readonly Known[]): string {
  const { id, pass, document, token, name } = subject;
  const holder = pass === undefined ? null : holderOf(people, passTag(salt, pass));
  if (id ?? holder) return `id ${id ?? holder?.id}`;
  if (pass !== undefined) return `pass ${pass}`;
  if (document !== undefined) return `document ${document.kind} ${document.no}`;
  const number = numberOf({ subject });
  if (number !== null) return `number ${number}`;
  return token === undefined ? (name ?? "") : `token ${token}`;
}

/** The last crossing of each. */
function lastOf(passages: readonly Said[], key: (subject: Subject) => string): Map<string, Said> {
  const crossed = passages
    .filter((said) => said.crossed && said.direction !== "through")
    .sort((one, other) => one.at + one.offset - (other.at + other.offset) || (one.id < other.id ? -1 : 1));
  return new Map(crossed.map((said) => [key(said.subject), said]));
}

function loopOf(said: Said, at: number, told: Told | null, salt: string, expected: readonly Expected[]): Loop {
  const since = said.at + said.offset;
  const due = said.direction === "in" ? dueOf(said, since, told, salt, expected) : null;
  return { said, since, due, isMissing: due !== null && due < at };
}

/** As the server says of this very visit; else as it was announced, or by the limit of the place. */
function dueOf(
  said: Said,
  since: number,
  told: Told | null,
  salt: string,
  expected: readonly Expected[],
): number | null {
  const known = told?.visits[passTag(salt, said.id)];
  if (known !== undefined) return known[1] === 0 ? null : known[1];
  const number = numberOf(said);
  const tag = number === null ? "" : visitTag(salt, number);
  const visit = expected.find((one) => one.tag === tag && one.from - MARGIN <= since && since < one.until + MARGIN);
  const minutes = told?.limits[String(said.purpose ?? "")] ?? told?.limits.any;
  const limit = minutes === undefined ? null : since + minutes * MINUTE;
  return visit ? Math.max(visit.until, limit ?? 0) : limit;
}

function byUrgency(one: Loop, other: Loop): number {
  return Number(other.isMissing) - Number(one.isMissing) || one.since - other.since;
}
