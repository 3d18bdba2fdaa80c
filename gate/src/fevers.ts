/** The fevers that this phone follows: kept on the disk, sent when there is a network, fetched when the app stands. */
import { computed, shallowRef } from "vue";
import { fevers as doors } from "./adapters/server.ts";
import type { App } from "./app.ts";
import { type Case, type Known, NOTHING, openFevers, type Step, type Taken } from "./domain/fevers.ts";
import { NoAnswer } from "./ports.ts";

const EVERY = 20_000; // ms
const DAY = 86_400_000; // ms
const REST = 15; // minutes, where the pack says nothing

export type Fevers = ReturnType<typeof follow>;
const made = new WeakMap<App, Fevers>();

/** Those of this app: one list, whoever looks at it. */
export function feversOf(app: App): Fevers {
  const fevers = made.get(app) ?? follow(app);
  made.set(app, fevers);
  return fevers;
}

function follow(app: App) {
  const { state, store } = app;
  const known = shallowRef<Known>(NOTHING);
  const refused = shallowRef("");
  const read = store.get("fevers").then((found) => {
    if (found) known.value = found;
  });
  let next = 0;
  let isBusy = false;

  const stored = computed(() => new Set(state.rows.filter((row) => row.state !== "unsent").map(({ item }) => item.id)));
  const numbers = computed(() => {
    const params = app.pack.value?.params;
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
    if (isNews) await store.put("fevers", now).catch(app.poisoned); // in memory, and sent from there
  }

  /** A step is kept before anything is sent of it. */
  async function take(one: Case, step: Omit<Step, "id" | "at" | "offset">): Promise<void> {
    refused.value = "";
    const whole = { ...step, id: app.newId(), at: app.now(), offset: state.offset };
    await keep({ ...known.value, taken: [...known.value.taken, { passage: one.passage, step: whole }] });
    next = 0;
    await round();
  }

  /** Sends what was taken, in order, and asks what is open. Of a passage that is unsent no step is sent. */
  async function round(): Promise<void> {
    await read;
    const { device } = state;
    if (isBusy || device === null || app.now() < next) return;
    [isBusy, next] = [true, app.now() + EVERY];
    try {
      const waits = new Set(state.rows.filter((row) => row.state === "unsent").map(({ item }) => item.id));
      for (const taken of known.value.taken) {
        if (waits.has(taken.passage)) continue; // the steps of a case keep their order
        const isOld = app.now() - taken.step.at > DAY; // nobody will ever know this case
        const answer = isOld ? "dropped" : await sent(() => doors.step(device, taken.passage, taken.step));
        if (answer === "waits") waits.add(taken.passage);
        else await keep(told(answer, taken));
      }
      const all = await doors.open(device); // a step may be taken meanwhile
      await keep({ ...known.value, told: all, at: app.now() + state.offset });
    } catch (failure) {
      if (!(failure instanceof NoAnswer)) throw failure; // no network: what is known stays
    } finally {
      isBusy = false;
    }
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

  return { open, own, numbers, refused, take, round };
}
