/** The steps of a fever on the phone: kept before they are sent, sent in order, and never sent about an unsent passage. */
import { expect, test } from "vitest";
import { computed } from "vue";
import type { Case } from "../src/domain/fevers.ts";
import { NoAnswer } from "../src/ports.ts";
import { createFevers } from "../src/shift/fevers.ts";
import { freshState } from "../src/state.ts";
import { DEVICE, Here, Memory, Standing } from "./memory.ts";
import { packOf } from "./packs.ts";

const CASE = { passage: "p", state: "resting", opened_at: 1, first: 378, second: null, due_at: 2, limit: 373 };

function phone() {
  const [store, clock] = [new Memory(), new Standing()];
  const server = new Here(clock);
  const state = freshState(clock.at);
  let ids = 0;
  const kept = { poisoned: () => undefined, newId: () => `step-${++ids}` };
  const follow = () =>
    createFevers(
      { store, clock, server },
      state,
      computed(() => packOf("cn-2021-08")),
      kept,
    );
  const one = CASE as unknown as Case;
  server.cases.set("p", one);
  return { store, clock, server, state, follow, one };
}

test("a step taken without a network stands on the disk, and is sent after a restart", async () => {
  const { store, server, follow, one } = phone();
  const before = follow();
  await before.take(one, { kind: "isolated", place: "A" } as never);
  expect((await store.get("fevers"))?.taken).toHaveLength(1);
  const again = follow();
  await again.attend(() => undefined);
  await again.bring(DEVICE);
  expect(server.asked).toEqual(["step", "fevers"]);
  expect((await store.get("fevers"))?.taken).toEqual([]);
});

test("a step that nobody answered stays, and so do those behind it", async () => {
  const { store, server, follow, one } = phone();
  const fevers = follow();
  await fevers.take(one, { kind: "isolated", place: "A" } as never);
  await fevers.take(one, { kind: "called", whom: "B" } as never);
  server.refuse.step = () => {
    throw new NoAnswer(0, "no-network");
  };
  await expect(fevers.bring(DEVICE)).rejects.toMatchObject({ status: 0 });
  expect((await store.get("fevers"))?.taken).toHaveLength(2);
  server.refuse = {};
  await fevers.bring(DEVICE);
  expect(server.asked.filter((door) => door === "step")).toHaveLength(3);
});

test("of a case that the server does not know yet no step is dropped; what it refuses is told in its words", async () => {
  const { store, server, follow, one } = phone();
  server.cases.clear();
  const fevers = follow();
  await fevers.take(one, { kind: "isolated", place: "A" } as never);
  await fevers.bring(DEVICE);
  expect((await store.get("fevers"))?.taken).toHaveLength(1);
  server.refuse.step = () => {
    throw new NoAnswer(409, "not-now", "It was ended meanwhile.");
  };
  await fevers.bring(DEVICE);
  expect([(await store.get("fevers"))?.taken, fevers.refused.value]).toEqual([[], "It was ended meanwhile."]);
});
