/** Two phones, one server, and a bad network: whatever happens on the way, everything recorded arrives, each once. */
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { hashOf } from "../src/domain/chain.ts";
import type { Answer, Item } from "../src/domain/outbox.ts";
import { START } from "../src/domain/outbox.ts";
import { type Device, NoAnswer } from "../src/ports.ts";
import { Sync } from "../src/sync/sync.ts";
import { DEVICE, Here, Memory, round, Standing, said } from "./memory.ts";

vi.stubGlobal("__BUILD__", "test");

const WAYS = ["good", "request lost", "answer lost", "half sent", "busy", "too large", "nonsense"] as const;
type Way = (typeof WAYS)[number];

/** The server behind a network: what it stored stands, whether or not the phone heard of it. */
class Bad extends Here {
  way: Way = "good";
  readonly times = new Map<string, number>();

  override async upload(device: Device, items: readonly Item[]): Promise<Answer> {
    if (this.way === "request lost") throw new NoAnswer(0, "no-network");
    if (this.way === "busy") throw new NoAnswer(503, "busy", "", 1);
    if (this.way === "too large" && items.length > 2) throw new NoAnswer(413, "too-large");
    if (this.way === "half sent") throw new NoAnswer(422, "cut-off"); // nothing of it is stored
    for (const { id } of items) if (!this.stored.has(id)) this.times.set(id, (this.times.get(id) ?? 0) + 1);
    const answer = await super.upload(device, items);
    if (this.way === "answer lost") throw new NoAnswer(0, "no-network");
    return this.way === "nonsense" ? { ...answer, items: [{ id: null, result: "lost" }] } : answer;
  }
}

const step = fc.record({
  phone: fc.nat({ max: 1 }),
  what: fc.oneof(
    fc.record({ record: fc.integer({ min: 1, max: 5 }) }),
    fc.record({ way: fc.constantFrom(...WAYS) }),
    fc.record({ skew: fc.integer({ min: -90_000_000, max: 90_000_000 }) }),
  ),
});

test("the server holds the union of what both recorded, each once and in a chain without a gap", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const server = new Bad(new Standing());
      const phones = [0, 1].map((number) => {
        const [store, clock] = [new Memory(), new Standing()];
        const nothing = () => undefined;
        const heard = {
          link: nothing,
          lease: nothing,
          offset: nothing,
          rows: nothing,
          bundle: nothing,
          past: nothing,
          brought: nothing,
          shifts: nothing,
        };
        const ports = { store, clock, server, condition: async () => ({}), shifts: () => [] };
        return { store, clock, sync: new Sync(ports, { ...DEVICE, id: number }, heard, null), made: [] as Item[] };
      });
      let next = 0;
      for (const { phone: number, what } of steps) {
        const { store, clock, sync, made } = phones[number] as (typeof phones)[number];
        if ("record" in what) {
          const told = Array.from({ length: what.record }, () => said(`${number}-${next++}`, clock.now()));
          made.push(...(await store.append(told)).map((row) => row.item));
        } else if ("skew" in what) clock.at += what.skew;
        else {
          server.way = what.way;
          await round(sync);
        }
        // nothing leaves an outbox that the server does not hold
        const gone = made.filter((item) => !store.unsent().some((row) => row.item.id === item.id));
        expect(gone.every((item) => server.stored.has(item.id))).toBe(true);
      }
      server.way = "good";
      for (const { sync } of phones) await round(sync);
      const all = phones.flatMap(({ made }) => made);
      expect([...server.stored.keys()].sort()).toEqual(all.map(({ id }) => id).sort());
      expect([...server.times.values()].every((times) => times === 1)).toBe(true);
      for (const { made, store } of phones) {
        expect(store.unsent()).toEqual([]);
        let before = START.hash;
        made.forEach((item, place) => {
          expect([item.seq, item.prev_hash]).toEqual([place + 1, before]);
          before = hashOf(server.stored.get(item.id));
        });
      }
    }),
    { numRuns: 300 },
  );
});
