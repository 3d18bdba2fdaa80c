/** This phone and the rest of the world: enrolment, the server, whose shift it is. */
import type { Bundle, Past } from "./domain/bundle.ts";
import type { Row } from "./domain/outbox.ts";
import { type Word, wordsOf } from "./i18n/words.ts";
import type { Device } from "./ports.ts";
import type { Names } from "./shift/names.ts";
import type { Closed, Shift } from "./shift/shift.ts";
import { FIRST, type Ports, type State } from "./state.ts";
import type { Link, Sync } from "./sync/sync.ts";

const KEPT_FOR = 3 * 86_400_000; // ms that sent rows stay for the counts of a shift
type Say = (word: Word, given?: Readonly<Record<string, string | number>>) => string;

export function createConnection(ports: Ports, state: State, t: Say) {
  const { clock, store } = ports;
  const stopping = new AbortController();
  let sync: Sync | null = null;
  let shift: Shift | null = null;

  async function start(): Promise<void> {
    state.settings = { ...FIRST, ...(await store.get("settings")), recorder: null }; // nobody has taken the shift yet
    state.words = await wordsOf(state.settings.language);
    state.device = await store.get("device");
    state.offset = (await store.get("offset")) ?? 0;
    state.past = (await store.get("past")) as Past | null;
    const known = [...(await store.unsent()), ...(await store.since(clock.now() - KEPT_FOR))];
    state.rows = [...new Map(known.map((row) => [row.seq, row])).values()].sort((one, other) => one.seq - other.seq);
    if (state.device !== null) await attend(state.device);
  }

  /** This phone belongs to a gate: decide by the bundle it has, and talk with the server from now on. */
  async function attend(device: Device): Promise<void> {
    const kept = await store.get("bundle");
    state.bundle = kept?.content ?? null;
    state.phase = state.bundle === null ? "waiting" : "ready";
    const held = kept && { etag: kept.etag, madeAt: kept.content.made_at };
    void ports.talk().then(async ({ server, condition, Sync, Shift }) => {
      shift = new Shift({ store, clock }, device, ofShift, state.bundle);
      await shift.start();
      sync = new Sync({ store, server, clock, condition }, device, ofServer, held);
      void sync.run(stopping.signal);
    });
    void store.forget(clock.now() - KEPT_FOR);
  }

  const ofShift = {
    names: (names: Names | null) => {
      state.names = names;
      state.settings = { ...state.settings, recorder: names?.recorder ?? null };
    },
    gone: (bundle: Bundle) => {
      state.bundle = bundle;
      sync?.anew();
    },
  };
  const ofServer = {
    link: (link: Link) => {
      state.link = link;
      if (link === "refused") void shift?.deletePeople();
    },
    lease: (text: string) => void shift?.extend(text),
    offset: (ms: number) => {
      state.offset = ms;
      void store.put("offset", ms).catch(poisoned);
    },
    rows: (rows: readonly Row[]) => {
      const told = new Map(rows.map((row) => [row.seq, row]));
      state.rows = state.rows.map((row) => told.get(row.seq) ?? row);
    },
    bundle: (bundle: Bundle) => {
      state.bundle = bundle;
      state.phase = "ready";
      void shift?.renewed(bundle);
    },
    past: (past: Past) => {
      state.past = past;
    },
  };
  const poisoned = () => {
    state.isPoisoned = store.isPoisoned;
  };

  /** By the code of the page “Phones”, scanned or pasted. */
  async function enrol(text: string): Promise<void> {
    const { server, enrolled, NotEnrolled } = await ports.talk();
    state.fault = "";
    try {
      const device = await enrolled(text, ports.origin, server);
      await store.put("device", device);
      state.device = device;
      await attend(device);
    } catch (failure) {
      if (!(failure instanceof NotEnrolled)) throw failure;
      state.fault = t(failure.word, failure.given);
    }
  }

  /** A badge was shown: its PIN is asked for. Another text is no badge. */
  function badge(text: string): void {
    state.badge = shift?.read(text) ?? null;
    state.fault = state.badge === null ? t("badge_none") : "";
    state.screen = "shift";
  }

  /** Six digits behind the badge. */
  async function pin(digits: string): Promise<void> {
    if (!state.badge || !shift) return;
    told(await shift.open(state.badge, digits));
    if (state.names === null) return;
    state.badge = null; // its secret is needed no more
    state.screen = "scan";
  }

  /** A code by which the lead of the gate lengthens what this phone may know. */
  async function lease(text: string): Promise<void> {
    told((await shift?.extend(text)) ?? null);
    state.screen = "shift";
  }

  const told = (why: Closed | null) => {
    state.fault = why === null ? "" : t(`shift_${why}`);
  };

  /** The shift is over: no name is known here any more, and what was begun of somebody is forgotten. */
  function handOver(): void {
    shift?.handOver();
    [state.badge, state.draft, state.shown] = [null, null, null];
    [state.fault, state.screen] = ["", "scan"];
  }

  function tick(): void {
    state.tick = clock.now();
    void shift?.look();
  }

  return {
    start,
    enrol,
    badge,
    pin,
    lease,
    handOver,
    tick,
    poisoned,
    sent: () => sync?.now(),
    tryNow: () => sync?.again(),
    stop: () => stopping.abort(),
  };
}
