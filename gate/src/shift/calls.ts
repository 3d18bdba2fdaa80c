/**
 * The calls of this gate: held here until the server has them, and how they stand there.
 *
 * They are kept with the rest of the phone's memory and sent behind the passages, before whatever is only asked for.
 */
import { computed, shallowRef } from "vue";
import {
  type Call,
  type Held,
  type Kind,
  type Standing,
  someOpen,
  toSend,
  undoLeft,
  withTold,
} from "../domain/calls.ts";
import { idAt } from "../domain/ids.ts";
import { type Clock, type Device, NoAnswer, type Server, type Store } from "../ports.ts";
import type { State } from "../state.ts";

/** The server will never take it as it is: another call has its id, or the note names a number of a person. */
const FOR_GOOD = [400, 409, 422];

/** What is kept of them. */
export interface Calls {
  readonly held: readonly Held[];
  readonly told: readonly Standing[];
}

interface Needs {
  readonly clock: Clock;
  readonly store: Store;
  readonly server: Pick<Server, "call" | "calls">;
}

export function createCalls({ clock, store, server }: Needs, state: State, poisoned: () => void) {
  const held = shallowRef<readonly Held[]>([]);
  const told = shallowRef<readonly Standing[]>([]);
  const isCutOff = shallowRef(false); // what was tried last got no answer
  /** Something is to be sent and does not go: it must be said by telephone or radio. */
  const isStuck = computed(
    () => (isCutOff.value || state.link !== "here") && toSend(held.value, state.tick).length > 0,
  );
  let isWatched = false;
  let isAsked = false;
  let nudged = new Set<string>();
  let soon = (): void => undefined;

  /** `due`: makes them be brought at once. */
  async function attend(due: () => void): Promise<void> {
    soon = due;
    const kept = await store.get("calls");
    const known = new Set(held.value.map(({ call }) => call.id));
    held.value = [...(kept?.held ?? []).filter(({ call }) => !known.has(call.id)), ...held.value];
    told.value = kept?.told ?? [];
  }

  function set(next: Partial<Calls>): void {
    if (next.held) held.value = next.held;
    if (next.told) told.value = next.told;
    // what the disk refuses stays in memory, and is sent from there
    void store.put("calls", { held: held.value, told: told.value }).catch(poisoned);
  }

  function make(kind: Kind, more: Pick<Call, "supplies" | "note"> = {}): void {
    const at = clock.now();
    const recorder = state.names?.recorder ?? null;
    const call: Call = { id: idAt(at, clock.lots(10)), kind, at, offset: state.offset, ...more };
    set({ held: [...held.value, { call: recorder === null ? call : { ...call, recorder } }] });
    tick();
  }

  /** Takes it back, or puts away one that was refused. */
  function drop(id: string): void {
    const stays = (one: Held) => one.call.id !== id || !(one.refused !== undefined || undoLeft(one, clock.now()) > 0);
    set({ held: held.value.filter(stays) });
  }

  /** Every second: what can no longer be taken back is to be sent. */
  function tick(): void {
    const due = toSend(held.value, clock.now()).map(({ call }) => call.id);
    const isNew = due.some((id) => !nudged.has(id));
    nudged = new Set(due);
    if (isNew) soon();
  }

  /** Sends what is due, then asks how they stand where somebody waits for that. Throws NoAnswer. */
  async function bring(device: Device): Promise<void> {
    try {
      for (const one of toSend(held.value, clock.now())) await send(device, one);
      isCutOff.value = false;
    } catch (failure) {
      isCutOff.value = true;
      throw failure;
    }
    if (isAsked && !isWatched && !someOpen(told.value)) return;
    set({ told: await server.calls(device) });
    isAsked = true;
  }

  async function send(device: Device, one: Held): Promise<void> {
    const others = () => held.value.filter(({ call }) => call.id !== one.call.id);
    try {
      const stands = await server.call(device, one.call);
      set({ told: withTold(told.value, stands), held: others() });
    } catch (failure) {
      if (!(failure instanceof NoAnswer) || !FOR_GOOD.includes(failure.status)) throw failure;
      set({ held: [...others(), { ...one, refused: failure.text || failure.code }] });
    }
  }

  return {
    held,
    told,
    isStuck,
    attend,
    make,
    drop,
    tick,
    bring,
    watch: (is: boolean) => {
      isWatched = is;
      if (is) soon();
    },
    /** This phone is no gate's any more. */
    leave: () => {
      [held.value, told.value, isAsked] = [[], [], false];
    },
  };
}
