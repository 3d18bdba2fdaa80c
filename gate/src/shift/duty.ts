/** Who stands at the gate since when, what the server is told of it, and when to ask whether he is to be relieved. */
import { computed, shallowRef } from "vue";
import { dayIn } from "../domain/days.ts";
import { LONGEST, lastRun, reliefDue, shiftSince } from "../domain/relief.ts";
import type { Clock, ShiftTold, Store } from "../ports.ts";
import type { State } from "../state.ts";
import type { Names } from "./names.ts";

/** What is kept of it; moments by the phone's clock, epoch ms. */
export interface Duty {
  /** When the badge of this shift was opened, and whose it is. */
  readonly opened: number | null;
  readonly recorder: number | null;
  /** The last hand-over. */
  readonly ended: number | null;
  /** When it was last answered whether relief is needed. */
  readonly asked: number | null;
  /** The day of the site that somebody called hot. */
  readonly hot: string;
  /** The shift that is open, and those that ended and that the server does not know to have ended. */
  readonly shifts: readonly ShiftTold[];
}

const NONE: Duty = { opened: null, recorder: null, ended: null, asked: null, hot: "", shifts: [] };
const MOST_TOLD = 50; // at once

const closedAt = (shifts: readonly ShiftTold[], now: number): ShiftTold[] =>
  shifts.map((shift) => (shift.closed === undefined ? { ...shift, closed: now } : shift));

export function createDuty({ clock, store }: { clock: Clock; store: Store }, state: State, poisoned: () => void) {
  const duty = shallowRef<Duty>(NONE);
  const today = computed(() => dayIn(state.bundle?.place.zone ?? "UTC", state.tick + state.offset));
  const isHot = computed(() => duty.value.hot === today.value);
  const moments = computed(() => state.rows.map(({ item }) => item.at));
  const run = computed(() => lastRun(moments.value, duty.value.ended));
  const since = computed(() => shiftSince(duty.value.opened, run.value, state.tick));
  const isDue = computed(() => reliefDue(since.value, duty.value.asked, state.tick, isHot.value));

  function set(next: Partial<Duty>): void {
    duty.value = { ...duty.value, ...next };
    void store.put("duty", duty.value).catch(poisoned);
  }

  /** A badge was opened. The same one opened again (the phone was locked, or started anew) goes on with its shift. */
  function opened({ recorder }: Names): void {
    const now = clock.now();
    const { opened: before, recorder: who } = duty.value;
    const isTold = recorder === null || duty.value.shifts.some(({ closed }) => closed === undefined);
    if (before !== null && who === recorder && now - before < LONGEST && isTold) return;
    const shifts = closedAt(duty.value.shifts, now);
    set({
      opened: now,
      recorder,
      asked: null,
      shifts: recorder === null ? shifts : [...shifts, { recorder, opened: now }],
    });
  }

  return {
    isHot,
    since,
    isDue,
    opened,
    attend: async () => {
      duty.value = { ...duty.value, ...(await store.get("duty")) };
    },
    /** Somebody else takes over. */
    handedOver: () => {
      const now = clock.now();
      set({ opened: null, recorder: null, ended: now, asked: null, shifts: closedAt(duty.value.shifts, now) });
    },
    /** What the server is to know: told again it changes nothing there. */
    toTell: (): readonly ShiftTold[] => duty.value.shifts.slice(0, MOST_TOLD),
    /** The server knows these. */
    told: (shifts: readonly ShiftTold[]) => {
      const known = new Set(shifts.filter(({ closed }) => closed !== undefined).map(({ opened }) => opened));
      if (known.size > 0) set({ shifts: duty.value.shifts.filter(({ opened }) => !known.has(opened)) });
    },
    /** This phone is another one from now on: whose shifts those were, nobody can tell any more. */
    leave: () => set({ opened: null, recorder: null, shifts: [] }),
    answered: () => set({ asked: clock.now() }),
    heat: (is: boolean) => set({ hot: is ? today.value : "" }),
  };
}
