/** The fevers that this phone follows: kept on the disk, sent when there is a network, fetched when the app stands. */
import { type ComputedRef, computed, shallowRef } from "vue";
import { type Case, type Known, NOTHING, openFevers, type Step, type Taken } from "../domain/fevers.ts";
import type { Pack } from "../domain/pack.ts";
import { type Clock, type Device, NoAnswer, type Server, type Store } from "../ports.ts";
import type { State } from "../state.ts";

const DAY = 86_400_000; // ms
const REST = 15; // minutes, where the pack says nothing

export type Fevers = ReturnType<typeof createFevers>;

/** What the app gives besides. */
interface Kept {
  readonly poisoned: () => void;
  readonly newId: () => string;
}

interface Needs {
  readonly clock: Clock;
  readonly store: Store;
  readonly server: Pick<Server, "fevers" | "step">;
}

export function createFevers(
  { clock, store, server }: Needs,
  state: State,
  pack: ComputedRef<Pack | null>,
  kept: Kept,
) {
  const known = shallowRef<Known>(NOTHING);
  const refused = shallowRef("");
  let soon = () => {};

  const stored = computed(() => new Set(state.rows.filter((row) => row.state !== "unsent").map(({ item }) => item.id)));
  const numbers = computed(() => {
    const params = pack.value?.params;
    const limit = params?.temperature_limit?.value ?? Number.POSITIVE_INFINITY;
    return { limit, rest: params?.retest_minutes?.value ?? REST };
  });
  const own = computed(() => state.rows.map(({ item }) => item));
  const open = computed(() =>
    openFevers(known.value, own.value, stored.value, numbers.value, state.tick + state.offset),
  );

  async function keep(now: Known): Promise<void> {
    const { told, taken } = known.value;
    const isNews = taken !== now.taken || JSON.stringify(told) !== JSON.stringify(now.told);
    known.value = now;
    if (isNews) await store.put("fevers", now).catch(kept.poisoned); // in memory, and sent from there
  }

  /** `due`: makes them be brought at once. */
  async function attend(due: () => void): Promise<void> {
    soon = due;
    known.value = (await store.get("fevers")) ?? known.value;
  }

  /** A step is kept before anything is sent of it. */
  async function take(one: Case, step: Omit<Step, "id" | "at" | "offset">): Promise<void> {
    refused.value = "";
    const whole = { ...step, id: kept.newId(), at: clock.now(), offset: state.offset };
    await keep({ ...known.value, taken: [...known.value.taken, { passage: one.passage, step: whole }] });
    soon();
  }

  /** Sends what was taken, in order, and asks what is open. Of a passage that is unsent no step is sent. Throws NoAnswer. */
  async function bring(device: Device): Promise<void> {
    const waits = new Set(state.rows.filter((row) => row.state === "unsent").map(({ item }) => item.id));
    for (const taken of known.value.taken) {
      if (waits.has(taken.passage)) continue; // the steps of a case keep their order
      const isOld = clock.now() - taken.step.at > DAY; // nobody will ever know this case
      const answer = isOld ? "dropped" : await sent(() => server.step(device, taken.passage, taken.step));
      if (answer === "waits") waits.add(taken.passage);
      else await keep(told(answer, taken));
    }
    const all = await server.fevers(device); // a step may be taken meanwhile
    await keep({ ...known.value, told: all, at: clock.now() + state.offset });
  }

  /** What is known when a step was answered: the case as the server has it stands in the place of the step. */
  function told(answer: Case | "dropped", taken: Taken): Known {
    const rest = known.value.taken.filter((one) => one !== taken);
    if (answer === "dropped") return { ...known.value, taken: rest };
    const others = known.value.told.filter(({ passage }) => passage !== answer.passage);
    return { ...known.value, taken: rest, told: [...others, answer] };
  }

  /** The case after the step; dropped: it was refused for good. A case that the server does not know yet is waited for. */
  async function sent(send: () => Promise<Case>): Promise<Case | "dropped" | "waits"> {
    try {
      return await send();
    } catch (failure) {
      if (!(failure instanceof NoAnswer) || ![404, 409, 422].includes(failure.status)) throw failure;
      if (failure.status === 404) return "waits";
      refused.value = failure.text;
      return "dropped";
    }
  }

  return { attend, bring, open, own, numbers, refused, take };
}
