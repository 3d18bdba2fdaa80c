/** What the app knows and does: one state, and what people and the world do to it. Screens show it and call it. */
import { computed, shallowRef } from "vue";
import type { Checking } from "./checking.ts";
import type { Connection } from "./connection.ts";
import { versionAt } from "./domain/bundle.ts";
import type { Said, Who } from "./domain/check.ts";
import { clockIn, dayIn } from "./domain/days.ts";
import { unsentOf } from "./domain/outbox.ts";
import type { Pack } from "./domain/pack.ts";
import type { Progress } from "./exchange/exchange.ts";
import { FIRST_WORDS, say, type Word, wordsOf } from "./i18n/words.ts";
import type { Rest } from "./later.ts";
import type { Settings } from "./ports.ts";
import { FIRST, freshState, type Ports, type Screen } from "./state.ts";

const KEPT_FOR = 3 * 86_400_000; // ms that sent rows stay for the counts of a shift and for who is inside
const FORGETS_EVERY = 3_600_000; // ms
const RETRY = 3_000; // ms
const nothing = () => undefined;

export type App = ReturnType<typeof createApp>;
/** With all that is done with whoever is being checked. */
export type Whole = App & Checking;

export function createApp(ports: Ports) {
  const state = freshState(ports.clock.now());
  const t = (word: Word, given: Readonly<Record<string, string | number>> = {}) => say(state.words, word, given);
  const zone = () => state.bundle?.place.zone ?? "UTC";

  /** The pack that holds now. */
  const pack = computed((): Pack | null => {
    const rules = state.bundle?.rules;
    const version = rules ? versionAt(rules.turns, state.tick + state.offset) : null;
    return (rules && version !== null && rules.packs[version]) || null;
  });
  const unsent = computed(() => unsentOf(state.rows));
  const today = computed((): Said[] => {
    const day = dayIn(zone(), state.tick + state.offset);
    return state.rows.filter(({ item }) => dayIn(zone(), item.at + item.offset) === day).map(({ item }) => item);
  });

  let stands: () => void = nothing;
  const drawn = new Promise<void>((done) => {
    stands = done;
  });
  const rest = shallowRef<Rest | null>(null);
  const joined = fetched(async () => (await ports.later()).join(ports, { state, t, pack, zone, back, poisoned }));
  const far = joined.then(({ connection }) => connection);
  void joined.then((one) => {
    rest.value = one;
  });
  let forgot = 0;

  /** A write to the disk failed. */
  function poisoned(): void {
    state.isPoisoned = ports.store.isPoisoned;
  }

  /** A piece of the app, as soon as the network gave it: it is held by the service worker from then on. Nothing takes
   * the line or the phone from the first screen before it stands. */
  async function fetched<T>(piece: () => Promise<T>): Promise<T> {
    await drawn;
    for (;;) {
      try {
        return await piece();
      } catch {
        await ports.clock.wait(RETRY);
      }
    }
  }

  /** Reads what this phone keeps; when it answers the first screen can be shown. */
  async function start(): Promise<void> {
    const { store, clock } = ports;
    const [settings, device, bundle, offset, past, rows] = await Promise.all([
      store.get("settings"),
      store.get("device"),
      store.get("bundle"),
      store.get("offset"),
      store.get("past"),
      store.since(clock.now() - KEPT_FOR),
    ]);
    state.settings = { ...FIRST, ...settings };
    // words that are not there in a while come later: until then it speaks Chinese
    const { language } = state.settings;
    const words =
      language === "zh" ? FIRST_WORDS : await Promise.race([wordsOf(language).catch(nothing), clock.wait(RETRY)]);
    state.words = words ?? FIRST_WORDS;
    void speak();
    [state.device, state.bundle, state.past, state.rows] = [device, bundle?.content ?? null, past, rows];
    state.offset = Number.isFinite(offset) ? Number(offset) : 0;
    state.fill = store.fill;
    if (state.device !== null) state.phase = state.bundle === null ? "waiting" : "ready";
    void far.then((connection) => connection.attend());
    forget();
  }

  async function speak(): Promise<void> {
    const { language } = state.settings;
    const words = await fetched(() => wordsOf(language));
    if (language === state.settings.language) state.words = words;
  }

  /** From a screen beside: to whoever is being checked, else to the next one. */
  function back(): void {
    if (state.draft === null) next();
    else show("check");
  }

  /** Somebody without a pass is to be checked, as soon as what checks is there. */
  function begin(who: Who): void {
    show("check");
    void joined.then(({ checking }) => {
      if (state.screen !== "check") return; // somebody went back meanwhile
      checking.begin(who);
      if (state.draft === null) next(); // too full for another one: the alarm says so
    });
  }

  function show(screen: Screen): void {
    [state.fault, state.badge, state.screen] = ["", null, screen];
  }

  function next(): void {
    [state.draft, state.shown, state.badge, state.fault] = [null, null, null, ""];
    state.screen = state.vehicle ? "vehicle" : "scan";
  }

  function set(given: Partial<Settings>): void {
    state.settings = { ...state.settings, ...given };
    void speak();
    void ports.store.put("settings", state.settings).catch(poisoned);
  }

  function tick(): void {
    state.tick = ports.clock.now();
    void far.then((connection) => connection.tick());
    if (state.tick - forgot > FORGETS_EVERY) forget();
  }

  /** What the server has, and nobody asks for any more. */
  function forget(): void {
    forgot = ports.clock.now();
    const before = forgot - KEPT_FOR;
    state.rows = state.rows.filter(({ item, state: is }) => is === "unsent" || item.at >= before);
    void ports.store.forget(before);
  }

  return {
    rest,
    joined,
    fetched,
    /** The first screen is drawn. */
    stands,
    connected: computed((): Connection | null => rest.value?.connection ?? null),
    begin,
    start,
    tick,
    enrol: async (text: string) => (await far).enrol(text),
    leave: async () => (await far).leave(),
    badge: async (text: string) => (await far).badge(text),
    pin: async (digits: string) => (await far).pin(digits),
    handOver: async () => (await far).handOver(),
    scanned: async (text: string) => (await far).scanned(text),
    seen: async (text: string) => (await far).seen(text),
    hidden: async (isHidden: boolean) => (await far).hidden(isHidden),
    exchange: async (progress: (now: Progress) => void) => (await far).exchange(progress),
    tryNow: async () => (await far).tryNow(),
    state,
    pack,
    unsent,
    today,
    zone,
    lots: ports.clock.lots,
    t,
    next,
    set,
    back,
    show,
    timeOf: (ms: number) => clockIn(zone(), ms),
    newer: (use: () => void) => {
      state.newer = use;
    },
  };
}
