/** What the app knows and does: one state, and what people and the world do to it. Screens show it and call it. */
import { computed, shallowReactive } from "vue";
import type { Badge } from "./domain/badge.ts";
import { type Bundle, managementAt, type Past, passState, quotaUsed, versionAt } from "./domain/bundle.ts";
import {
  askedOf,
  asUsual,
  begun,
  caseOf,
  type Direction,
  type Draft,
  isWhole,
  passageOf,
  type Said,
  type Subject,
  undone,
  type Who,
  type World,
  withoutLook,
  withResult,
  withSkip,
} from "./domain/check.ts";
import { clockIn, dayIn } from "./domain/days.ts";
import { enrolmentIn } from "./domain/enrolment.ts";
import { idAt } from "./domain/ids.ts";
import { type Row, unsentOf } from "./domain/outbox.ts";
import type { Pack } from "./domain/pack.ts";
import { passId } from "./domain/pass.ts";
import { holderOf, type Known } from "./domain/people.ts";
import { entryOf, passTag } from "./domain/roster.ts";
import { type Judged, judge } from "./domain/verdict.ts";
import { say, type Word, type Words, wordsOf, ZH } from "./i18n/words.ts";
import { type Clock, type Condition, type Device, NoAnswer, type Server, type Settings, type Store } from "./ports.ts";
import type { Names } from "./shift/names.ts";
import type { Closed, Shift } from "./shift/shift.ts";
import type { Link, Sync } from "./sync/sync.ts";

export const UNDO_FOR = 10_000; // ms
const KEPT_FOR = 3 * 86_400_000; // ms that sent rows stay for the counts of a shift
const FIRST: Settings = {
  language: "zh",
  theme: "day",
  isMuted: false,
  thermometer: "",
  recorder: null,
  direction: "in",
};

export type Screen = "scan" | "check" | "verdict" | "queue" | "today" | "settings" | "shift" | "people";

/** A verdict as shown: whether it is kept already, and its row when it is. */
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
  /** What talks with the server: fetched after the app stands, since nobody at the gate waits for it. */
  readonly talk: () => Promise<{
    readonly server: Server;
    readonly condition: () => Promise<Condition>;
    readonly Sync: typeof Sync;
    readonly Shift: typeof Shift;
  }>;
  /** The address this app was loaded from. */
  readonly origin: string;
  /** Two sounds and a vibration for a verdict. */
  readonly signal: (verdict: string, isMuted: boolean) => void;
}

interface State {
  phase: "enrol" | "waiting" | "ready";
  screen: Screen;
  device: Device | null;
  bundle: Bundle | null;
  past: Past | null;
  link: Link;
  offset: number;
  rows: Row[];
  settings: Settings;
  words: Words;
  draft: Draft | null;
  shown: Shown | null;
  /** What went wrong with what was just done, in words. */
  fault: string;
  isPoisoned: boolean;
  /** The people of the unit, while somebody has opened them. */
  names: Names | null;
  /** A badge that waits for its PIN. */
  badge: Badge | null;
  tick: number;
  /** A newer app waits: how it is put to use. */
  newer: (() => void) | null;
}

export type App = ReturnType<typeof createApp>;

export function createApp(ports: Ports) {
  const { clock, store } = ports;
  // only its members are watched: each is replaced whole, and what they hold goes to the disk as it is
  const state: State = shallowReactive({
    phase: "enrol",
    screen: "scan",
    device: null,
    bundle: null,
    past: null,
    link: "starting",
    offset: 0,
    rows: [],
    settings: FIRST,
    words: ZH,
    draft: null,
    shown: null,
    fault: "",
    isPoisoned: false,
    names: null,
    badge: null,
    tick: clock.now(),
    newer: null,
  });
  let sync: Sync | null = null;
  let shift: Shift | null = null;
  const stopping = new AbortController();

  const t = (word: Word, given: Readonly<Record<string, string | number>> = {}) => say(state.words, word, given);
  const serverNow = () => clock.now() + state.offset;
  const zone = () => state.bundle?.place.zone ?? "UTC";

  /** The pack that holds now. */
  const pack = computed((): Pack | null => {
    const rules = state.bundle?.rules;
    const version = rules ? versionAt(rules.turns, state.tick + state.offset) : null;
    return (rules && version !== null && rules.packs[version]) || null;
  });
  const asked = computed(() => (pack.value && state.draft ? askedOf(pack.value, state.draft) : []));
  const unsent = computed(() => unsentOf(state.rows));
  const today = computed((): Said[] => {
    const day = dayIn(zone(), state.tick + state.offset);
    return state.rows.filter(({ item }) => dayIn(zone(), item.at + item.offset) === day).map(({ item }) => item);
  });

  async function start(): Promise<void> {
    state.settings = { ...FIRST, ...(await store.get("settings")) };
    state.words = await wordsOf(state.settings.language);
    state.device = await store.get("device");
    state.offset = (await store.get("offset")) ?? 0;
    state.past = (await store.get("past")) as Past | null;
    state.rows = await merged(await store.since(clock.now() - KEPT_FOR));
    if (state.device !== null) await attend(state.device);
  }

  /** Rows of the last days, and every unsent one however old. */
  async function merged(rows: readonly Row[]): Promise<Row[]> {
    const known = new Map([...(await store.unsent()), ...rows].map((row) => [row.seq, row]));
    return [...known.values()].sort((one, other) => one.seq - other.seq);
  }

  /** This phone belongs to a gate: decide by the bundle it has, and talk with the server from now on. */
  async function attend(device: Device): Promise<void> {
    const kept = await store.get("bundle");
    state.bundle = kept?.content ?? null;
    state.phase = state.bundle === null ? "waiting" : "ready";
    const held = kept && { etag: kept.etag, madeAt: kept.content.made_at };
    void ports.talk().then(async ({ server, condition, Sync, Shift }) => {
      shift = new Shift({ store, clock }, device, shiftHeard, state.bundle);
      await shift.start();
      sync = new Sync({ store, server, clock, condition }, device, heard, held);
      void sync.run(stopping.signal);
    });
    void store.forget(clock.now() - KEPT_FOR);
  }

  const shiftHeard = {
    names: (names: Names | null) => {
      state.names = names;
      state.settings = { ...state.settings, recorder: names?.recorder ?? null };
    },
    gone: (bundle: Bundle) => {
      state.bundle = bundle;
      sync?.anew();
    },
  };
  const heard = {
    link: (link: Link) => {
      state.link = link;
      if (link === "refused") void shift?.deletePeople();
    },
    lease: (text: string) => void shift?.extend(text),
    offset: (ms: number) => {
      state.offset = ms;
      void store.put("offset", ms).catch(() => undefined);
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

  /** By the code of the page “Phones”, scanned or pasted. */
  async function enrol(text: string): Promise<void> {
    const found = enrolmentIn(text);
    state.fault = "";
    if (found === null) state.fault = t("enrol_none");
    else if (found.isNewer) state.fault = t("enrol_newer");
    else if (found.server !== ports.origin) state.fault = t("enrol_elsewhere", { server: found.server });
    else await enrolAt(found.server, found.token);
  }

  async function enrolAt(address: string, token: string): Promise<void> {
    try {
      const { server } = await ports.talk();
      const device = await server.enrol(address, token);
      await store.put("device", device);
      state.device = device;
      await attend(device);
    } catch (failure) {
      if (!(failure instanceof NoAnswer)) throw failure;
      state.fault = failure.status === 0 ? t("no_network") : t("enrol_refused", { text: failure.text || failure.code });
    }
  }

  /** Whatever the camera, a reader or a hand brought. */
  function scanned(text: string): void {
    const id = passId(text);
    state.fault = "";
    if (id !== null) passShown(id);
    else if (/^KB1:/iu.test(text.trim())) badge(text);
    else if (/^KL1:/iu.test(text.trim())) void lease(text);
    else state.fault = text.trim().toUpperCase().startsWith("KP") ? t("misread") : t("not_a_pass");
  }

  /** As `scanned`, from a camera or a reader: while somebody is being checked nobody else is begun. */
  function seen(text: string): void {
    if (state.phase === "enrol") void enrol(text);
    else if (state.phase === "ready" && state.screen !== "check") scanned(text);
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
    if (state.names !== null) next();
  }

  /** A code by which the lead of the gate lengthens what this phone may know. */
  async function lease(text: string): Promise<void> {
    told((await shift?.extend(text)) ?? null);
    state.screen = "shift";
  }

  const told = (why: Closed | null) => {
    state.fault = why === null ? "" : t(`shift_${why}`);
  };

  /** The shift is over. */
  function handOver(): void {
    shift?.handOver();
    state.badge = null;
    next();
  }

  /** Somebody found in the list of the unit. */
  function chosen(known: Known): void {
    const who: Who = known.category.startsWith("resident") ? "resident" : "visitor";
    open({ ...begun(state.settings.direction, who, { kind: "person", id: known.id }), called: known.name });
  }

  function passShown(id: string): void {
    const { bundle } = state;
    if (!bundle) return;
    const tag = passTag(bundle.roster.salt, id);
    const entry = entryOf(bundle.roster.passes, tag);
    const known = passState(bundle.roster.passes, tag, dayIn(zone(), serverNow()));
    const who: Who = entry && entry[1] === "resident" && known === "valid" ? "resident" : "visitor";
    open({
      ...begun(state.settings.direction, who, { kind: "person", pass: id }),
      passState: known,
      called: holderOf(state.names?.people ?? [], tag)?.name ?? "",
      household: entry?.[5] ?? "",
    });
  }

  /** Somebody without a pass. */
  function begin(who: Who, subject: Subject = { kind: "person" }): void {
    open(begun(state.settings.direction, who, subject));
  }

  function open(draft: Draft): void {
    state.shown = null;
    state.draft = draft;
    state.screen = "check";
  }

  /** The draft as it is now; when nothing is left to be looked at the verdict follows at once. */
  function become(draft: Draft): void {
    state.draft = draft;
    if (pack.value && isWhole(pack.value, draft)) decide();
  }

  const edit = (change: (pack: Pack, draft: Draft) => Draft) => {
    if (pack.value && state.draft) become(change(pack.value, state.draft));
  };
  const look = (name: string, result: unknown, more: Record<string, unknown> = {}) =>
    edit((_, draft) => withResult(draft, name, result, more));
  const leaveOut = (name: string, reason: string) => edit((_, draft) => withSkip(draft, name, reason));
  const usual = () => edit(asUsual);
  const subject = (given: Subject) => edit((_, draft) => ({ ...draft, subject: given }));
  const purpose = (word: string | null) => {
    if (state.draft) state.draft = { ...state.draft, purpose: word };
  };
  const change = (name: string) => {
    if (state.draft) state.draft = withoutLook(state.draft, name);
  };

  function worldOf(draft: Draft): World {
    const at = serverNow();
    const { bundle, settings } = state;
    return {
      at,
      offset: state.offset,
      day: dayIn(zone(), at),
      unit: bundle?.place.kind ?? "",
      management: managementAt(bundle?.place.periods ?? [], at),
      past: pastOf(draft, at),
      recorder: settings.recorder,
      thermometer: settings.thermometer || null,
    };
  }

  /** What the ledger and this phone remember of a household and of a pass. */
  function pastOf(draft: Draft, at: number): Record<string, number> {
    const { bundle } = state;
    const past = state.past ?? { at: 0, households: {}, turned_back: {} };
    if (!bundle || !draft.subject.pass) return {};
    const tagOf = (said: Said) => (said.subject.pass ? passTag(bundle.roster.salt, said.subject.pass) : "");
    const householdOf = (said: Said) => entryOf(bundle.roster.passes, tagOf(said))?.[5] ?? "";
    const mine = passTag(bundle.roster.salt, draft.subject.pass);
    const turned = today.value.filter((said) => said.verdict === "persuade_back" && tagOf(said) === mine).length;
    const own = state.rows
      .map(({ item }) => item)
      .filter((item) => item.direction === "out" && item.crossed && draft.household !== "")
      .filter(
        (item) =>
          ["shopping", "visit", "other"].includes(String(item.purpose)) && householdOf(item) === draft.household,
      );
    const days = pack.value?.params.quota_days?.value ?? 1;
    const moments = own.map((item) => item.at + item.offset);
    return {
      quota_used: quotaUsed(past, draft.household, at, days, moments),
      persuaded_back: Math.max(past.turned_back[mine] ?? 0, turned),
    };
  }

  /** Judge, show, and keep. The verdict is shown at once and told as recorded when it stands on the disk. */
  function decide(): void {
    const { draft } = state;
    if (!pack.value || !draft || !state.bundle) return;
    const world = worldOf(draft);
    const judged = judge(pack.value, caseOf(draft, world), state.bundle.areas);
    const said = passageOf(draft, judged, world, idAt(clock.now(), clock.lots(10)));
    state.shown = { draft, judged, said, at: clock.now(), saved: "saving" };
    state.draft = null;
    state.screen = "verdict";
    ports.signal(judged.outcome, state.settings.isMuted);
    void keep(said, "saved");
  }

  async function keep(said: Said, then: Shown["saved"]): Promise<void> {
    const shown = state.shown;
    try {
      const rows = await store.append([said]);
      state.rows = [...state.rows, ...rows];
      if (shown !== null && state.shown?.said.id === shown.said.id) state.shown = { ...state.shown, saved: then };
      sync?.now();
    } catch {
      state.isPoisoned = store.isPoisoned;
      if (state.shown?.said.id === shown?.said.id && state.shown) state.shown = { ...state.shown, saved: "failed" };
    }
  }

  /** Take the verdict on the screen back, within ten seconds. */
  function undo(): void {
    const { shown } = state;
    if (!shown || shown.saved !== "saved" || clock.now() - shown.at > UNDO_FOR) return;
    const id = idAt(clock.now(), clock.lots(10));
    void keep(undone(shown.said, serverNow(), state.offset, id, t("undo_why")), "undone");
  }

  /** The same person once more, with what was seen. */
  function again(): void {
    if (state.shown) open(state.shown.draft);
  }

  function next(): void {
    [state.draft, state.shown, state.fault, state.screen] = [null, null, "", "scan"];
  }

  function set(given: Partial<Settings>): void {
    state.settings = { ...state.settings, ...given };
    void wordsOf(state.settings.language).then((words) => {
      state.words = words;
    });
    void store.put("settings", state.settings).catch(() => {
      state.isPoisoned = store.isPoisoned;
    });
  }

  const show = (screen: Screen) => {
    state.screen = screen;
  };
  const face = (direction: Direction) => {
    if (direction !== "through") set({ direction });
  };
  const timeOf = (ms: number) => clockIn(zone(), ms);
  const tick = () => {
    state.tick = clock.now();
    void shift?.look();
  };

  return {
    state,
    pack,
    asked,
    unsent,
    today,
    t,
    start,
    enrol,
    scanned,
    seen,
    badge,
    pin,
    handOver,
    chosen,
    begin,
    look,
    leaveOut,
    usual,
    subject,
    purpose,
    change,
    decide,
    undo,
    again,
    next,
    set,
    show,
    face,
    timeOf,
    tick,
    newer: (use: () => void) => {
      state.newer = use;
    },
    tryNow: () => sync?.again(),
    stop: () => stopping.abort(),
  };
}
