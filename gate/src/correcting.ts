/** What a volunteer does with a passage of earlier: put it right, take it back, or see whoever it was out again. */
import type { Whole } from "./app.ts";
import { managementAt } from "./domain/bundle.ts";
import { type Direction, type Draft, type Said, undone } from "./domain/check.ts";
import { draftOf, idInstead, turned, wayBack } from "./domain/correct.ts";
import { dayIn } from "./domain/days.ts";
import { pastOf } from "./domain/past.ts";
import { called } from "./ui/called.ts";

const LOTS = 10;

/** What is to stand instead. */
export interface Change {
  readonly direction: Direction;
  readonly purpose: string | null;
  readonly why: string;
}

export function correcting(app: Whole) {
  const { state } = app;
  const fresh = (said: Said) => idInstead(said, app.lots(LOTS));

  function known(said: Said): Draft | null {
    if (!state.bundle) return null;
    const day = dayIn(app.zone(), state.tick + state.offset);
    const draft = draftOf(said, state.bundle.roster, day, state.names?.people ?? []);
    return { ...draft, called: called(app, said) };
  }

  /** The draft that replaces this passage, judged as of its own moment. null: there are no rules. */
  function instead(said: Said, change: Change): Draft | null {
    const [draft, world, { bundle }] = [known(said), app.world(), state];
    if (!draft || !world || !bundle || !app.pack.value) return null;
    const at = said.at + said.offset;
    const own = state.rows.map(({ item }) => item).filter(({ id }) => id !== said.id);
    const now = { at, zone: app.zone() };
    const then = {
      ...world,
      at,
      offset: said.offset,
      day: dayIn(app.zone(), at),
      management: managementAt(bundle.place.periods, at),
      past: pastOf(draft, now, app.pack.value, bundle.roster, state.past, own, app.householdOf),
    };
    const said2 = { corrects: said.id, correction: change.why };
    const { direction, purpose } = change;
    return { ...draft, direction, purpose, instead: { id: fresh(said), world: then, said: said2 } };
  }

  return {
    /** Shown once more with what was seen, to look again. */
    look: (said: Said, change: Change) => {
      const draft = instead(said, change);
      if (draft) app.open(draft);
    },
    /** The same looks, judged again at once; false: something is still to be looked at, and is asked for. */
    settle: (said: Said, change: Change) => {
      if (said.subject.kind === "vehicle") {
        void app.keep(turned(said, change.direction, fresh(said), change.why), "saved");
        return;
      }
      const draft = instead(said, change);
      if (!draft) return;
      app.open(draft);
      if (!app.asked.value.some((one) => one.isOpen)) app.decide();
    },
    takeBack: (said: Said, why: string) =>
      void app.keep(undone(said, said.at + said.offset, said.offset, fresh(said), why), "undone"),
    /** Whoever came in goes out now, or the other way: known by the same as before. */
    wayBack: (said: Said) => {
      const draft = known(said);
      if (draft) app.open(wayBack(draft, said.direction === "in" ? "out" : "in"));
    },
  };
}
