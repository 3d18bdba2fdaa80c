import { expect, test, vi } from "vitest";
import type { Bundle } from "../src/domain/bundle.ts";
import { NoAnswer } from "../src/ports.ts";
import { Sync } from "../src/sync/sync.ts";
import { DEVICE, Here, Memory, round, Standing, said } from "./memory.ts";

vi.stubGlobal("__BUILD__", "test");

const HELD = { etag: "e", content: { made_at: 1 } as Bundle };

function phone() {
  const [store, clock] = [new Memory(), new Standing()];
  const server = new Here(clock);
  const links: string[] = [];
  const leases: string[] = [];
  const nothing = () => undefined;
  const heard = {
    link: (link: string) => links.push(link),
    lease: (text: string) => leases.push(text),
    offset: nothing,
    rows: nothing,
    bundle: nothing,
    past: nothing,
    brought: nothing,
    shifts: nothing,
  };
  const sync = new Sync({ store, clock, server, condition: async () => ({}), shifts: () => [] }, DEVICE, heard, HELD);
  return { store, clock, server, links, leases, sync };
}

const fails = (failure: unknown) => () => {
  throw failure;
};

test("what is unsent goes first, and nothing empty is sent behind it", async () => {
  const { store, server, sync } = phone();
  await store.append([said("a"), said("b")]);
  await round(sync);
  expect(server.asked).toEqual(["upload", "list", "past", "status"]);
  expect([...server.stored.keys()]).toEqual(["a", "b"]);
  expect(store.unsent()).toEqual([]);
});

test("a phone that has nothing to send says once a minute that it is here", async () => {
  const { clock, server, sync } = phone();
  for (let second = 0; second < 180; second += 15) {
    await round(sync);
    clock.at += 15_000;
  }
  expect(server.asked.filter((door) => door === "upload")).toHaveLength(3);
  expect(server.asked.filter((door) => door === "list")).toHaveLength(3);
  expect(server.asked.filter((door) => door === "past").length).toBeGreaterThanOrEqual(6);
});

test("a door that fails holds no passage back, and is left alone for a while that grows", async () => {
  const { store, clock, server, links, sync } = phone();
  server.refuse.list = fails(new NoAnswer(500, "fault"));
  const asked = () => server.asked.filter((door) => door === "list").length;
  const gaps: number[] = [];
  let before = 0;
  for (let turn = 0; turn < 60; turn += 1) {
    await store.append([said(`r${turn}`)]);
    const had = asked();
    await round(sync);
    if (asked() > had) {
      gaps.push(turn - before);
      before = turn;
    }
    clock.at += 5_000;
  }
  expect(server.stored.size).toBe(60);
  expect(links.every((link) => link === "here")).toBe(true);
  expect(gaps.slice(1)).toEqual([...gaps.slice(1)].sort((one, other) => one - other));
  expect(gaps.at(-1)).toBeGreaterThan(gaps[1] as number);
});

test("whatever goes wrong on the way is no network, and is tried again", async () => {
  for (const failure of [new NoAnswer(0, "not-kakou"), new TypeError("x is not a function"), "lost"]) {
    const { store, server, links, sync } = phone();
    await store.append([said("a")]);
    server.refuse.upload = fails(failure);
    expect(await round(sync)).toBeGreaterThan(0);
    expect([links.at(-1), store.unsent().length]).toEqual(["away", 1]);
    server.refuse = {};
    await round(sync);
    expect([links.at(-1), store.unsent().length]).toEqual(["here", 0]);
  }
});

test("what the disk could not keep is sent from memory", async () => {
  const { store, server, sync } = phone();
  store.isPoisoned = true;
  await store.append([said("a")]).catch(() => undefined);
  await round(sync);
  expect([...server.stored.keys()]).toEqual(["a"]);
});

test("what is recorded while a round runs makes another at once", async () => {
  const { store, clock, server, sync } = phone();
  server.refuse.status = () => {
    server.refuse = {};
    void store.append([said("late")]);
    sync.now();
    throw new NoAnswer(500, "fault");
  };
  void sync.run();
  await vi.waitFor(() => expect([...server.stored.keys()]).toEqual(["late"]));
  sync.stop();
  expect(clock.waits.length).toBeGreaterThanOrEqual(2);
});

test("a batch that is too large is sent in parts", async () => {
  const { store, server, sync } = phone();
  server.most = 3;
  await store.append(Array.from({ length: 20 }, (_, n) => said(`n${n}`)));
  await round(sync);
  expect([server.stored.size, store.unsent().length]).toEqual([20, 0]);
});

test("a phone that was revoked says so, and what it holds is still sent", async () => {
  const { store, server, links, sync } = phone();
  const refused = fails(new NoAnswer(401, "revoked-device"));
  server.refuse = { list: refused, past: refused, status: refused };
  for (const id of ["a", "b", "c"]) {
    await store.append([said(id)]);
    await round(sync);
    expect(links.at(-1)).toBe("refused");
  }
  expect(server.stored.size).toBe(3);
});

test("the lease is lengthened by every contact, whether the bundle changed or not", async () => {
  const { leases, sync } = phone();
  await round(sync);
  expect(leases).toEqual(["KL1:A", "KL1:B"]);
});

test("where somebody answers, if not for passages, the other doors are tried; where nobody does, none is", async () => {
  const { store, server, sync } = phone();
  await store.append([said("a")]);
  sync.add(20_000, async () => void server.asked.push("call"));
  server.refuse.upload = fails(new NoAnswer(0, "no-network"));
  await round(sync);
  expect(server.asked).toEqual(["upload"]);
  server.refuse.upload = fails(new NoAnswer(503, "busy"));
  await round(sync);
  expect(server.asked).toEqual(["upload", "upload", "call", "list", "past", "status"]);
});

test("a call is brought while a bundle comes in slowly", async () => {
  const { store, server, sync } = phone();
  const never = new Promise<never>(() => undefined);
  server.list = () => {
    server.asked.push("list");
    return never;
  };
  const soon = sync.add(20_000, async () => void server.asked.push("call"));
  void sync.run();
  await vi.waitFor(() => expect(server.asked).toContain("list"));
  const before = server.asked.filter((door) => door === "call").length;
  await store.append([said("a")]);
  soon();
  await vi.waitFor(() => expect(server.asked.filter((door) => door === "call").length).toBeGreaterThan(before));
  await vi.waitFor(() => expect([...server.stored.keys()]).toEqual(["a"]));
  sync.stop();
});

test("what was added goes right behind the passages, in the order in which it was added, and at once when it is due", async () => {
  const { clock, server, sync } = phone();
  const soon = sync.add(20_000, async () => void server.asked.push("calls"));
  sync.add(20_000, async () => void server.asked.push("fevers"));
  await round(sync);
  expect(server.asked.slice(0, 3)).toEqual(["upload", "calls", "fevers"]);
  clock.at += 1_000;
  soon();
  await round(sync);
  expect(server.asked.slice(6)).toEqual(["calls"]);
});
