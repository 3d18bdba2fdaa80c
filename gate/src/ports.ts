/** What the app needs of the world, each with one adapter; tests bring others. */
import type { components } from "./contract.d.ts";
import type { Bundle, Past } from "./domain/bundle.ts";
import type { Call, Standing } from "./domain/calls.ts";
import type { linked } from "./domain/chain.ts";
import type { Said } from "./domain/check.ts";
import type { Carried, CarriedRow } from "./domain/exchange.ts";
import type { Case, Known as Fevers, Step } from "./domain/fevers.ts";
import type { Lease } from "./domain/lease.ts";
import type { Answer, Item, Row } from "./domain/outbox.ts";
import type { Calls } from "./shift/calls.ts";
import type { Duty } from "./shift/duty.ts";

/** Moments and lots. */
export interface Clock {
  /** The phone's own clock, epoch milliseconds. */
  now(): number;
  /** From 0 to 1. */
  lot(): number;
  /** So many random bytes. */
  lots(many: number): Uint8Array;
  /** Waits so many milliseconds; ends early when `signal` says so. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Who this phone is, as the server said when it was enrolled. */
export interface Device {
  readonly id: number;
  readonly node: number;
  readonly token: string;
  readonly server: string;
  readonly key: JsonWebKey;
}

/** A bundle whose signature was good. `etag` "": ask for it again, for something was taken out of it. */
export interface Held {
  readonly etag: string;
  readonly content: Bundle;
}

/** What is kept by name. */
export interface Kept {
  device: Device;
  bundle: Held;
  past: Past;
  offset: number;
  settings: Settings;
  /** Until when names may be known, by the latest moment ever seen. */
  lease: Lease;
  fevers: Fevers;
  /** Wrong PINs in a row. */
  wrongPins: number;
  calls: Calls;
  duty: Duty;
}

export interface Settings {
  readonly language: "zh" | "en";
  readonly theme: "day" | "night" | "sun";
  readonly isMuted: boolean;
  readonly thermometer: string;
  readonly direction: "in" | "out";
}

/** A write that did not reach the disk. From then on nothing is written any more: see storage/store.ts. `rows`: what
 * stands in memory only, and is sent from there. */
export class NotKept extends Error {
  readonly rows: readonly Row[];

  constructor(why: string, rows: readonly Row[] = []) {
    super(why);
    this.rows = rows;
  }
}

/** How a passage follows the head of the phone's chain: domain/chain.ts. */
export type Chained = typeof linked;

export interface Store {
  get<K extends keyof Kept>(name: K): Promise<Kept[K] | null>;
  put<K extends keyof Kept>(name: K, value: Kept[K]): Promise<void>;
  /** Chains and keeps these passages, all or none; they stand on the disk when it answers. Throws NotKept. */
  append(said: readonly Said[], chained: Chained): Promise<Row[]>;
  /** Marks rows as the server said. */
  mark(rows: readonly Row[]): Promise<void>;
  /** Every row that is unsent, in order; from memory. */
  unsent(): Row[];
  /** Passages of other phones, as they were told; from memory. */
  carried(): CarriedRow[];
  /** Keeps such passages, or how they stand now. Throws NotKept: then they are in memory only. */
  carry(rows: readonly CarriedRow[]): Promise<void>;
  /** Every row since that moment of the phone's clock, and every one that is unsent, in order. */
  since(ms: number): Promise<Row[]>;
  /** Forgets rows that the server has and that are older than that moment; how many. */
  forget(before: number): Promise<number>;
  /** Whose phone this is from now on; what the former one was given goes, settings and what is unsent stay. Its rows. */
  become(device: Device): Promise<Row[]>;
  /** Did a write fail? */
  readonly isPoisoned: boolean;
  /** How much of what may be unsent is: from 1 on nothing more is taken. */
  readonly fill: number;
  /** Number of the last passage made; 0 before the first. */
  readonly lastSeq: number;
}

/** How the phone is (contracts/README.md, "Status"). */
export type Status = components["schemas"]["StatusIn"];

/** What of it a browser may tell. */
export type Condition = Pick<Status, "battery" | "charging" | "storage_used" | "storage_limit" | "persisted">;

/** A shift on this phone; moments by its own clock, epoch ms. */
export interface ShiftTold {
  readonly recorder: number;
  readonly opened: number;
  readonly closed?: number;
}

/** What went wrong between phone and server: `status` 0 where there was no answer at all. */
export class NoAnswer extends Error {
  readonly status: number;
  readonly code: string;
  readonly text: string;
  readonly retryAfter: number | null;

  constructor(status: number, code: string, text = "", retryAfter: number | null = null) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
    this.text = text;
    this.retryAfter = retryAfter;
  }
}

export interface Server {
  /** Throws NoAnswer. */
  enrol(server: string, token: string): Promise<Device>;
  /** `carried`: what other phones made. */
  upload(device: Device, items: readonly Item[], sentAt: number, carried?: readonly Carried[]): Promise<Answer>;
  /** The bundle, whole. `lease`: a text that lengthens it, null for none. */
  bundle(device: Device): Promise<{ readonly jws: string; readonly lease: string | null }>;
  /** What its parts say, as digests; `jws` null: nothing changed since the bundle of that name. */
  list(device: Device, etag: string): Promise<{ readonly jws: string | null; readonly lease: string | null }>;
  /** Parts by name, as they stand now. */
  parts(device: Device, names: readonly string[]): Promise<Readonly<Record<string, unknown>>>;
  past(device: Device): Promise<Past>;
  /** Fevers that are open around this gate. */
  fevers(device: Device): Promise<readonly Case[]>;
  /** Tells a step of the case that this passage opened. */
  step(device: Device, passage: string, said: Step): Promise<Case>;
  /** Calls for something; how it stands. */
  call(device: Device, call: Call): Promise<Standing>;
  /** How the calls of the gate stand. */
  calls(device: Device): Promise<readonly Standing[]>;
  /** Says how the phone is; the text that lengthens its lease. */
  status(device: Device, said: Status): Promise<string>;
}

/** Speaks to whoever stands at the gate. */
export interface Voice {
  /** Is there a voice for it on this phone? */
  speaks(language: Settings["language"]): boolean;
  /** Says it, instead of what is being said. */
  say(text: string, language: Settings["language"]): void;
}
