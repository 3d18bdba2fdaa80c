/** Somebody at the gate, from the first look to the record of the verdict. */
import { computed } from "vue";
import { managementAt, passState } from "./domain/bundle.ts";
import { linked } from "./domain/chain.ts";
import {
  askedOf,
  asUsual,
  begun,
  caseOf,
  type Draft,
  isWhole,
  named,
  passageOf,
  type Said,
  type Subject,
  undone,
  type Who,
  type World,
  withHow,
  withoutLook,
  withResult,
  withSkip,
} from "./domain/check.ts";
import { dayIn } from "./domain/days.ts";
import { idAt } from "./domain/ids.ts";
import type { Row } from "./domain/outbox.ts";
import type { Pack } from "./domain/pack.ts";
import { knownOf, pastOf } from "./domain/past.ts";
import { holderOf, type Known } from "./domain/people.ts";
import { entryOf, passTag } from "./domain/roster.ts";
import { type Vehicle, withoutPassage, withPassage } from "./domain/vehicle.ts";
import { judge } from "./domain/verdict.ts";
import { type Clock, NotKept, type Store } from "./ports.ts";
import type { Near, Shown } from "./state.ts";

export const UNDO_FOR = 10_000; // ms

interface Needs {
  readonly clock: Clock;
  readonly store: Store;
  /** Two sounds and a vibration for a verdict. */
  readonly signal: (verdict: string, isMuted: boolean) => void;
}

export type Checking = ReturnType<typeof createChecking>;

/** `sent`: something new waits to be sent. */
export function createChecking({ clock, store, signal }: Needs, app: Near, sent: () => void) {
  const { state, pack, zone } = app;
  const serverNow = () => clock.now() + state.offset;
  const newId = () => idAt(clock.now(), clock.lots(10));

  /** Whoever shows this pass. */
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
      tag,
      called: holderOf(state.names?.people ?? [], tag)?.name ?? "",
      household: entry?.[5] ?? "",
    });
  }

  /** Somebody found in the list of the unit. */
  function chosen(known: Known): void {
    const who: Who = known.category.startsWith("resident") ? "resident" : "visitor";
    const [tag = ""] = known.tags;
    const household = entryOf(state.bundle?.roster.passes ?? [], tag)?.[5] ?? "";
    open({
      ...begun(state.settings.direction, who, { kind: "person", id: known.id }),
      called: known.name,
      tag,
      household,
    });
  }

  /** Somebody without a pass. */
  function begin(who: Who): void {
    open(begun(state.settings.direction, who, { kind: "person" }));
  }

  function open(draft: Draft): void {
    state.shown = null;
    if (store.fill >= 1) return; // the alarm says so: what would not be recorded is not begun
    state.draft = state.vehicle ? { ...draft, rides: state.vehicle.id, purpose: state.vehicle.purpose } : draft;
    state.screen = "check";
  }

  /** The draft changed; when nothing is left to be looked at the verdict follows at once. */
  function edit(change: (pack: Pack, draft: Draft) => Draft): void {
    if (!pack.value || !state.draft) return;
    state.draft = change(pack.value, state.draft);
    if (isWhole(pack.value, state.draft)) decide();
  }

  /** Of somebody whom this phone recorded by his pass or, while the names are open, by his number. */
  function householdOf({ subject }: Said): string {
    const { bundle, names } = state;
    if (!bundle) return "";
    const ofId = names?.people.find((known) => known.id === subject.id)?.tags[0] ?? "";
    const tag = subject.pass ? passTag(bundle.roster.salt, subject.pass) : ofId;
    return entryOf(bundle.roster.passes, tag)?.[5] ?? "";
  }

  function worldOf(past: World["past"]): World {
    const at = serverNow();
    const { bundle, settings, names } = state;
    return {
      at,
      offset: state.offset,
      day: dayIn(zone(), at),
      unit: bundle?.place.kind ?? "",
      management: managementAt(bundle?.place.periods ?? [], at),
      past,
      recorder: names?.recorder ?? null,
      thermometer: settings.thermometer || null,
    };
  }

  /** When, and with what: as it is typed, for the verdict may come much later. */
  function measured(): Record<string, unknown> {
    const { thermometer } = state.settings;
    return { temperature_at: clock.now(), ...(thermometer !== "" && { thermometer }) };
  }

  /** Judge, show, and keep. The verdict is shown at once and told as recorded when it stands on the disk. */
  function decide(): void {
    const { draft, bundle, rows, told } = state;
    if (!pack.value || !draft || !bundle) return;
    const now = { at: serverNow(), zone: zone() };
    const past = pastOf(draft, now, pack.value, bundle.roster, state.past, knownOf(rows, told), householdOf);
    const world = draft.instead?.world ?? worldOf(past);
    const judged = judge(pack.value, caseOf(draft, world), bundle.areas);
    const said = passageOf(draft, judged, world, draft.instead?.id ?? newId());
    state.shown = { draft, judged, said, at: clock.now(), saved: "saving" };
    state.draft = null;
    state.screen = "verdict";
    if (state.vehicle) state.vehicle = withPassage(state.vehicle, said.id, said.crossed, draft.before);
    signal(judged.outcome, state.settings.isMuted);
    void keep(said, "saved");
  }

  async function keep(said: Said, then: Shown["saved"]): Promise<void> {
    const about = state.shown?.said.id;
    const stands = (saved: Shown["saved"]) => {
      if (state.shown && state.shown.said.id === about) state.shown = { ...state.shown, saved };
    };
    try {
      added(await store.append([said], linked));
      stands(then);
    } catch (failure) {
      added(failure instanceof NotKept ? failure.rows : []); // in memory only, and sent from there
      app.poisoned();
      stands("failed");
    }
    sent();
  }

  function added(rows: readonly Row[]): void {
    state.rows = [...state.rows, ...rows];
    state.fill = store.fill;
  }

  /** Take the verdict on the screen back, within ten seconds. */
  function undo(): void {
    const { shown } = state;
    if (!shown || shown.saved !== "saved" || shown.draft.instead || clock.now() - shown.at > UNDO_FOR) return;
    state.shown = { ...shown, saved: "saving" }; // a second tap finds nothing to undo
    if (state.vehicle) state.vehicle = withoutPassage(state.vehicle, shown.said.id);
    void keep(undone(shown.said, serverNow(), state.offset, newId(), app.t("undo_why")), "undone");
  }

  return {
    asked: computed(() => (pack.value && state.draft ? askedOf(pack.value, state.draft) : [])),
    passShown,
    chosen,
    begin,
    open,
    decide,
    undo,
    newId,
    look: (name: string, result: unknown, more: Record<string, unknown> = {}) =>
      edit((_, draft) => withResult(draft, name, result, { ...(name === "temperature" && measured()), ...more })),
    how: (name: string, way: string) => {
      if (state.draft) state.draft = withHow(state.draft, name, way);
    },
    keep,
    householdOf,
    leaveOut: (name: string, reason: string) => edit((_, draft) => withSkip(draft, name, reason)),
    usual: () => edit(asUsual),
    subject: (given: Subject) => edit((_, draft) => ({ ...draft, subject: named(given, newId) })),
    purpose: (word: string | null) => {
      if (state.draft) state.draft = { ...state.draft, purpose: word };
    },
    change: (name: string) => {
      if (state.draft) state.draft = withoutLook(state.draft, name);
    },
    /** The same person once more, with what was seen. */
    again: () => {
      if (state.shown) open({ ...state.shown.draft, before: state.shown.said.id, instead: undefined });
    },
    /** Of a vehicle, which has no past. */
    world: () => worldOf({}),
    /** The vehicle whose people come now; null: it is done, and `said` is its own passage. */
    vehicle: (given: Vehicle | null, said: Said | null = null) => {
      state.vehicle = given;
      if (said !== null) void keep(said, "saved");
    },
  };
}
