/** The one state of the app, and what it needs from outside. */
import { type ComputedRef, shallowReactive } from "vue";
import type { Badge } from "./domain/badge.ts";
import type { Bundle, Past } from "./domain/bundle.ts";
import type { Draft, Said } from "./domain/check.ts";
import type { CarriedRow } from "./domain/exchange.ts";
import type { Row } from "./domain/outbox.ts";
import type { Pack } from "./domain/pack.ts";
import type { Vehicle } from "./domain/vehicle.ts";
import type { Judged } from "./domain/verdict.ts";
import { FIRST_WORDS, type Word, type Words } from "./i18n/words.ts";
import type { Clock, Device, Settings, Store } from "./ports.ts";
import type { Names } from "./shift/names.ts";
import type { Link } from "./sync/sync.ts";

export const FIRST: Settings = {
  language: "zh",
  theme: "day",
  isMuted: false,
  thermometer: "",
  direction: "in",
};

export type Screen =
  | "scan"
  | "check"
  | "verdict"
  | "queue"
  | "today"
  | "settings"
  | "shift"
  | "people"
  | "vehicle"
  | "certificate"
  | "call"
  | "handover"
  | "fevers"
  | "exchange";

/** A verdict as shown, and how it stands with its record. */
export interface Shown {
  readonly draft: Draft;
  readonly judged: Judged;
  readonly at: number;
  readonly saved: "saving" | "saved" | "failed" | "undone";
  readonly said: Said;
}

export interface Ports {
  readonly clock: Clock;
  readonly store: Store;
  /** What is fetched after the app stands. */
  readonly later: () => Promise<typeof import("./later.ts")>;
  /** The address this app was loaded from. */
  readonly origin: string;
}

/** The app, for what joins it later. `back`: to whoever is being checked, else to the next one; `poisoned`: a write to
 * the disk failed. */
export interface Near {
  readonly state: State;
  readonly t: Tell;
  readonly pack: ComputedRef<Pack | null>;
  readonly zone: () => string;
  readonly back: () => void;
  readonly poisoned: () => void;
}

/** A word of the app in the language chosen, filled in. */
export type Tell = (word: Word, given?: Readonly<Record<string, string | number>>) => string;

export interface State {
  phase: "enrol" | "waiting" | "ready";
  screen: Screen;
  device: Device | null;
  bundle: Bundle | null;
  past: Past | null;
  link: Link;
  offset: number;
  rows: Row[];
  /** What other phones of this gate told. */
  told: readonly CarriedRow[];
  settings: Settings;
  words: Readonly<Partial<Words>>;
  draft: Draft | null;
  shown: Shown | null;
  /** What went wrong with what was just done, in words. */
  fault: string;
  isPoisoned: boolean;
  /** Number of the last passage that was handed out in a file, with all that was unsent before it. */
  carried: number;
  /** How much of what may be unsent is, from 0 to 1. */
  fill: number;
  /** The people of the unit, while somebody has opened them. */
  names: Names | null;
  /** A badge that waits for its PIN. */
  badge: Badge | null;
  /** The vehicle whose people are being checked, one after another. */
  vehicle: Vehicle | null;
  /** The phone's clock, every second. */
  tick: number;
  /** A newer app waits: how it is put to use. */
  newer: (() => void) | null;
}

/** Only its members are watched: each is replaced whole, and what they hold goes to the disk as it is. */
export function freshState(now: number): State {
  return shallowReactive<State>({
    phase: "enrol",
    screen: "scan",
    device: null,
    bundle: null,
    past: null,
    link: "starting",
    offset: 0,
    rows: [],
    told: [],
    settings: FIRST,
    words: FIRST_WORDS,
    draft: null,
    shown: null,
    fault: "",
    isPoisoned: false,
    carried: 0,
    fill: 0,
    names: null,
    badge: null,
    vehicle: null,
    tick: now,
    newer: null,
  });
}
