/** Who stands at the gate since when, and when to ask whether he is to be relieved. */
import { computed, shallowRef } from "vue";
import { dayIn } from "../domain/days.ts";
import { LONGEST, lastRun, reliefDue, shiftSince } from "../domain/relief.ts";
import type { Clock, Store } from "../ports.ts";
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
}

const NONE: Duty = { opened: null, recorder: null, ended: null, asked: null, hot: "" };

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
    const goesOn = before !== null && who === recorder && now - before < LONGEST;
    if (!goesOn) set({ opened: now, recorder, asked: null });
  }

  return {
    isHot,
    since,
    isDue,
    opened,
    attend: async () => {
      duty.value = (await store.get("duty")) ?? duty.value;
    },
    /** Somebody else takes over. */
    handedOver: () => set({ opened: null, recorder: null, ended: clock.now(), asked: null }),
    answered: () => set({ asked: clock.now() }),
    heat: (is: boolean) => set({ hot: is ? today.value : "" }),
  };
}
