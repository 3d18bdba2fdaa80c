/** What the app knows and does: one state, and what people and the world do to it. Screens show it and call it. */
import { computed } from "vue";
import { createChecking } from "./checking.ts";
import { createConnection } from "./connection.ts";
import { versionAt } from "./domain/bundle.ts";
import { askedOf, type Said } from "./domain/check.ts";
import { clockIn, dayIn } from "./domain/days.ts";
import { unsentOf } from "./domain/outbox.ts";
import type { Pack } from "./domain/pack.ts";
import { say, type Word, wordsOf } from "./i18n/words.ts";
import type { Settings } from "./ports.ts";
import { kindOf } from "./scanner/kinds.ts";
import { freshState, type Ports, type Screen } from "./state.ts";

export type App = ReturnType<typeof createApp>;

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
  const asked = computed(() => (pack.value && state.draft ? askedOf(pack.value, state.draft) : []));
  const unsent = computed(() => unsentOf(state.rows));
  const today = computed((): Said[] => {
    const day = dayIn(zone(), state.tick + state.offset);
    return state.rows.filter(({ item }) => dayIn(zone(), item.at + item.offset) === day).map(({ item }) => item);
  });

  const connection = createConnection(ports, state, t);
  const checking = createChecking(ports, state, { pack, today, zone, sent: connection.sent, why: () => t("undo_why") });

  /** Whatever a hand typed. */
  function scanned(text: string): void {
    const found = kindOf(text);
    state.fault = "";
    if (found.kind === "pass") checking.passShown(found.id);
    else if (found.kind === "badge") connection.badge(found.text);
    else if (found.kind === "lease") void connection.lease(found.text);
    else state.fault = t(text.trim().toUpperCase().startsWith("KP") ? "misread" : "not_a_pass");
  }

  /** What a camera or a reader brought. While somebody is being checked nobody else is begun. */
  function seen(text: string): void {
    if (state.phase === "enrol") void connection.enrol(text);
    else if (state.phase === "ready" && state.screen !== "check") scanned(text);
  }

  function next(): void {
    [state.draft, state.shown, state.fault] = [null, null, ""];
    state.screen = state.vehicle ? "vehicle" : "scan";
  }

  function set(given: Partial<Settings>): void {
    state.settings = { ...state.settings, ...given };
    void wordsOf(state.settings.language).then((words) => {
      state.words = words;
    });
    void ports.store.put("settings", state.settings).catch(connection.poisoned);
  }

  return {
    ...connection,
    ...checking,
    state,
    pack,
    asked,
    unsent,
    today,
    t,
    scanned,
    seen,
    next,
    set,
    show: (screen: Screen) => {
      [state.fault, state.screen] = ["", screen];
    },
    timeOf: (ms: number) => clockIn(zone(), ms),
    newer: (use: () => void) => {
      state.newer = use;
    },
  };
}
