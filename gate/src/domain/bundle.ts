/**
 * The bundle a phone is given: what it says, which rules of it hold at a moment, what it knows of a pass.
 *
 * Whoever fetched it has verified its signature by the pinned key. Made by kakou/ledger/bundle.
 */
import type { components } from "../contract.d.ts";
import type { OutboxSection } from "./carried.ts";
import type { ExchangeSection } from "./exchange.ts";
import type { Area } from "./facts.ts";
import type { Pack } from "./pack.ts";
import type { PeopleSection } from "./people.ts";
import type { Product } from "./vaccination.ts";

/** From this moment on (epoch ms) that version holds. */
export interface Turn {
  readonly since: number;
  readonly version: string;
}

/** One pass of the roster: salted hash, kind, first and last day ("" while nobody knows), cancelled, household. */
export type RosterEntry = readonly [
  hash: string,
  kind: string,
  from: string,
  to: string,
  cancelled: boolean,
  household: string,
];

/** A key whose signatures are believed. `id`: of an EU certificate (`dcc`) base64 of 8 bytes, of a health card (`shc`) the
 * thumbprint; `issuer`: country or URL; `usages` null: its extensions cannot be read. Moments as ISO 8601. */
export interface TrustedKey {
  readonly kind: string;
  readonly id: string;
  readonly issuer: string;
  readonly algorithm: "ES256" | "PS256";
  readonly spki: string;
  readonly usages: readonly string[] | null;
  readonly from: string;
  readonly until: string;
}

/** Whom to believe, and what was withdrawn: hashes of EU certificates; of health cards, by issuer and key, the ids of
 * those issued before a second (null: all). */
export interface Trust {
  readonly keys: readonly TrustedKey[];
  readonly revoked: {
    readonly certificates: ReadonlyArray<readonly [country: string, kind: string, hash: string]>;
    readonly cards: ReadonlyArray<{
      readonly issuer: string;
      readonly key: string;
      readonly rids: ReadonlyArray<readonly [rid: string, before: number | null]>;
    }>;
  };
}

export interface Bundle {
  readonly contract: number;
  readonly etag: string;
  readonly made_at: number;
  readonly device: number;
  readonly gate: number;
  readonly rules: { readonly turns: readonly Turn[]; readonly packs: Readonly<Record<string, Pack>> };
  readonly areas: readonly Area[];
  readonly roster: { readonly salt: string; readonly passes: readonly RosterEntry[] };
  readonly trust: Trust;
  readonly vaccines: Readonly<Record<string, Product & { readonly zh: string; readonly en: string }>>;
  /** Of which codes the authority can be asked. */
  readonly codes: { readonly health: boolean; readonly travel: boolean };
  readonly people: PeopleSection;
  /** Absent in a bundle of an older server. */
  readonly outbox?: OutboxSection;
  readonly exchange: ExchangeSection;
  readonly place: {
    readonly unit: number;
    readonly kind: string;
    readonly periods: readonly Period[];
    /** An IANA name: whose days count here. */
    readonly zone: string;
    /** What the gate is called, unit first. */
    readonly name: string;
    /** Tag of each place code that hangs at the unit → where. */
    readonly codes: Readonly<Record<string, string>>;
  };
}

/** Under which rule the unit stands from when until before when (null: while it lasts); epoch ms. */
export interface Period {
  readonly management: string;
  readonly since: number;
  readonly until: number | null;
}

/** The version that holds at a moment: the last turn that has begun. The first one holds since before it was asked. */
export function versionAt(turns: readonly Turn[], at: number): string | null {
  const begun = turns.filter((turn, place) => place === 0 || turn.since <= at);
  return begun.at(-1)?.version ?? null;
}

/** The state of the unit at a moment; "open" under no rule. */
export function managementAt(periods: readonly Period[], at: number): string {
  const now = periods.find((period) => period.since <= at && (period.until === null || at < period.until));
  return now?.management ?? "open";
}

/** What is known of a pass by its salted hash, on a day; "unknown" for one that the roster does not hold. */
export function passState(passes: readonly RosterEntry[], hash: string, day: string): string {
  const found = passes.find(([held]) => held === hash);
  if (!found) return "unknown";
  const [, , from, to, cancelled] = found;
  if (cancelled) return "cancelled";
  if (from > day) return "not_yet";
  return to !== "" && to < day ? "expired" : "valid";
}

type PastOut = components["schemas"]["PastOut"];

/** What other gates know, as `GET /api/gate/past` told it, by the tags of the roster. What is kept of an older server
 * has no `inside`. */
export type Past = Omit<PastOut, "inside"> & Partial<Pick<PastOut, "inside">>;

const DAY = 86_400_000;

/** How often somebody of a household went out within the `days` before `at`. `own`: ways out that this phone
 * knows, in the server's time (`at` + `offset`), as they are told back. */
export function quotaUsed(
  past: Past,
  household: string,
  at: number,
  days: number,
  own: readonly number[] = [],
): number {
  const told = Object.hasOwn(past.households, household) ? (past.households[household] ?? []) : [];
  const known = new Set([...told, ...own]); // what this phone sent comes back
  return [...known].filter((moment) => at - days * DAY < moment && moment < at).length;
}
