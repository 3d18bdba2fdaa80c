import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Held,
  isFit,
  KINDS,
  type Standing as Stands,
  toSend,
  UNDO_FOR,
  undoLeft,
  withTold,
} from "../src/domain/calls.ts";
import { NoAnswer } from "../src/ports.ts";
import { createCalls } from "../src/shift/calls.ts";
import { freshState } from "../src/state.ts";
import { DEVICE, Here, Memory, Standing } from "./memory.ts";

const held = fc.array(
  fc.record({
    call: fc.record({ id: fc.uuid(), kind: fc.constantFrom(...KINDS), at: fc.nat(100_000), offset: fc.constant(0) }),
    refused: fc.option(fc.constant("no"), { nil: undefined }),
  }),
) as unknown as fc.Arbitrary<Held[]>;

test("whoever needs help is sent for at once and first; the rest when it can no longer be taken back", () => {
  fc.assert(
    fc.property(held, fc.nat(200_000), (given, now) => {
      const sent = toSend(given, now);
      const others = sent.map(({ call }) => call.kind).lastIndexOf("help") + 1;
      expect(sent.slice(others).every(({ call }) => call.kind !== "help")).toBe(true);
      for (const one of given) {
        const isHelp = one.call.kind === "help";
        const gone = now - one.call.at;
        const isDue = one.refused === undefined && (isHelp || gone < 0 || gone >= UNDO_FOR);
        expect(sent.includes(one)).toBe(isDue);
        expect(undoLeft(one, now) > 0 && isDue).toBe(false);
      }
    }),
  );
});

test("a newer word on a call stands instead of the older one", () => {
  const told = fc.uniqueArray(
    fc.record({ id: fc.uuid(), at: fc.nat(), state: fc.constantFrom("open", "taken", "done") }),
    { selector: ({ id }) => id },
  ) as unknown as fc.Arbitrary<Stands[]>;
  fc.assert(
    fc.property(told, fc.nat(), (known, place) => {
      const old = known[place % Math.max(1, known.length)];
      if (!old) return;
      const after = withTold(known, { ...old, state: "done" });
      expect(after.map(({ id }) => id).sort()).toEqual(known.map(({ id }) => id).sort());
      expect(after.find(({ id }) => id === old.id)?.state).toBe("done");
      expect(after.map(({ at }) => at)).toEqual(after.map(({ at }) => at).sort((a, b) => b - a));
    }),
  );
});

test("a note with a telephone number in it is not sent", () => {
  for (const note of ["13800138000", "ring 138-0013-8000", "0516 8888 8888", "x", ""])
    expect(isFit(note), note).toBe(false);
  for (const note of ["door 12, unit 3", "要两箱水"]) expect(isFit(note), note).toBe(true);
});

function gate() {
  const [store, clock] = [new Memory(), new Standing()];
  const server = new Here(clock);
  const state = freshState(clock.now());
  let nudges = 0;
  const open = async () => {
    const calls = createCalls({ store, clock, server }, state, () => undefined);
    await calls.attend(() => {
      nudges += 1;
    });
    return calls;
  };
  return { store, clock, server, state, open, nudges: () => nudges };
}

test("a call made without a network outlives the app, and is sent once when the network is back", async () => {
  const { server, open } = gate();
  const before = await open();
  server.refuse.call = () => {
    throw new NoAnswer(0, "no-network");
  };
  before.make("help");
  expect(before.isStuck.value).toBe(true); // nobody was reached yet
  await expect(before.bring(DEVICE)).rejects.toThrow();
  const after = await open();
  expect(after.held.value.map(({ call }) => call.kind)).toEqual(["help"]);
  delete server.refuse.call;
  await after.bring(DEVICE);
  await after.bring(DEVICE);
  expect(server.asked.filter((door) => door === "call")).toHaveLength(2);
  expect(after.isStuck.value).toBe(false);
  expect([after.held.value, after.told.value.map(({ state }) => state)]).toEqual([[], ["open"]]);
  expect((await open()).told.value).toHaveLength(1);
});

test("what is not urgent can be taken back for ten seconds, and is sent by itself after them", async () => {
  const { server, clock, open, nudges } = gate();
  const calls = await open();
  calls.make("relief");
  clock.at += 1;
  calls.make("supplies", { supplies: ["water"] });
  await calls.bring(DEVICE);
  expect(server.called.size).toBe(0);
  const [relief] = calls.held.value;
  calls.drop(relief?.call.id ?? "");
  clock.at += UNDO_FOR;
  calls.tick();
  calls.tick();
  expect(nudges()).toBe(1);
  await calls.bring(DEVICE);
  expect([...server.called.values()].map(({ kind }) => kind)).toEqual(["supplies"]);
});

test("one that is on its way is not taken back", async () => {
  const { open } = gate();
  const calls = await open();
  calls.make("help");
  calls.drop(calls.held.value[0]?.call.id ?? "");
  expect(calls.held.value).toHaveLength(1);
});

test("one that the server never takes says why, holds no other back, and can be put away", async () => {
  const { server, clock, open } = gate();
  const calls = await open();
  calls.make("other", { note: "seven 1234567" });
  clock.at += UNDO_FOR;
  server.refuse.call = () => {
    throw new NoAnswer(422, "reason-unfit", "no numbers");
  };
  await calls.bring(DEVICE);
  expect(calls.held.value[0]?.refused).toBe("no numbers");
  delete server.refuse.call;
  calls.make("help");
  await calls.bring(DEVICE);
  expect([...server.called.values()].map(({ kind }) => kind)).toEqual(["help"]);
  calls.drop(calls.held.value[0]?.call.id ?? "");
  expect(calls.held.value).toEqual([]);
});

test("a disk that is full holds no call back", async () => {
  const { store, server, open } = gate();
  const calls = await open();
  store.isPoisoned = true;
  calls.make("help");
  await calls.bring(DEVICE);
  expect(server.called.size).toBe(1);
});

test("how calls stand is asked for only while somebody waits for one", async () => {
  const { server, open } = gate();
  const calls = await open();
  const asked = () => server.asked.filter((door) => door === "calls").length;
  for (let time = 0; time < 5; time += 1) await calls.bring(DEVICE);
  expect(asked()).toBe(1);
  calls.make("help");
  await calls.bring(DEVICE);
  await calls.bring(DEVICE);
  expect(asked()).toBe(3);
});

test("a call that gets no answer is told as not sent, though passages were answered", async () => {
  const { server, state, open } = gate();
  const calls = await open();
  state.link = "here";
  server.refuse.call = () => {
    throw new NoAnswer(0, "no-network");
  };
  calls.make("help");
  expect(calls.isStuck.value).toBe(false);
  await expect(calls.bring(DEVICE)).rejects.toThrow();
  expect(calls.isStuck.value).toBe(true);
  delete server.refuse.call;
  await calls.bring(DEVICE);
  expect(calls.isStuck.value).toBe(false);
});
