/** Ports in memory: a disk that can be made to fail, a clock that stands until it is told, a server that answers. */

import type { Past } from "../src/domain/bundle.ts";
import type { Call, Standing as Stands } from "../src/domain/calls.ts";
import { linked } from "../src/domain/chain.ts";
import type { Said } from "../src/domain/check.ts";
import type { Carried, CarriedRow } from "../src/domain/exchange.ts";
import type { Case, Step } from "../src/domain/fevers.ts";
import type { Answer, Item, Row } from "../src/domain/outbox.ts";
import { type Head, START } from "../src/domain/outbox.ts";
import { type Clock, type Device, type Kept, NoAnswer, NotKept, type Server, type Store } from "../src/ports.ts";
import type { Sync } from "../src/sync/sync.ts";

export const DEVICE: Device = { id: 7, node: 3, token: "t", server: "https://kakou.test", key: {} };

export const said = (id: string, at = 1_000): Said =>
  ({
    id,
    at,
    offset: 0,
    direction: "in",
    crossed: true,
    who: "visitor",
    subject: { kind: "person", phone: "1" },
  }) as unknown as Said;

export class Memory implements Store {
  isPoisoned = false;
  fill = 0;
  readonly kept = new Map<string, unknown>();
  readonly rows = new Map<number, Row>();
  readonly others = new Map<string, CarriedRow>();
  private head: Head = START;

  get lastSeq(): number {
    return this.head.seq;
  }
  async get<K extends keyof Kept>(name: K): Promise<Kept[K] | null> {
    return (this.kept.get(name) as Kept[K] | undefined) ?? null;
  }
  async put<K extends keyof Kept>(name: K, value: Kept[K]): Promise<void> {
    if (this.isPoisoned) throw new NotKept("full");
    this.kept.set(name, value);
  }
  async append(given: readonly Said[]): Promise<Row[]> {
    const made = given.map((one) => {
      const { item, head } = linked(this.head, one);
      this.head = head;
      return { seq: item.seq, item, state: "unsent" } as const;
    });
    for (const row of made) this.rows.set(row.seq, row);
    if (this.isPoisoned) throw new NotKept("full", made);
    return made;
  }
  async mark(rows: readonly Row[]): Promise<void> {
    for (const row of rows) this.rows.set(row.seq, row);
  }
  unsent(): Row[] {
    return [...this.rows.values()].filter((row) => row.state === "unsent");
  }
  carried(): CarriedRow[] {
    return [...this.others.values()];
  }
  async carry(rows: readonly CarriedRow[]): Promise<void> {
    for (const row of rows) this.others.set(row.id, row);
    if (this.isPoisoned) throw new NotKept("full");
  }
  async since(): Promise<Row[]> {
    return [...this.rows.values()];
  }
  async forget(): Promise<number> {
    return 0;
  }
  async become(device: Device): Promise<Row[]> {
    this.kept.set("device", device);
    return this.unsent();
  }
}

/** `waits`: how long somebody asked to wait, in order; each is over at once when the clock is moved past it. */
export class Standing implements Clock {
  at = 1_000_000;
  readonly waits: number[] = [];
  now(): number {
    return this.at;
  }
  lot(): number {
    return 0.5;
  }
  lots(many: number): Uint8Array {
    return new Uint8Array(many);
  }
  wait(ms: number, signal?: AbortSignal): Promise<void> {
    this.waits.push(ms);
    return new Promise((done) => {
      if (signal?.aborted) done();
      else signal?.addEventListener("abort", () => done(), { once: true });
    });
  }
}

/** A server that stores what it gets, by id. `refuse`: the door that fails, and how. */
export class Here implements Server {
  readonly stored = new Map<string, Item>();
  readonly called = new Map<string, Stands>();
  readonly cases = new Map<string, Case>();
  readonly asked: string[] = [];
  /** What was carried here, in order. */
  readonly brought: Carried[] = [];
  refuse: Partial<Record<keyof Server, () => never>> = {};
  most = 500;
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }
  private door(name: keyof Server): void {
    this.asked.push(name);
    this.refuse[name]?.();
  }
  async enrol(): Promise<Device> {
    this.door("enrol");
    return DEVICE;
  }
  async upload(_: Device, items: readonly Item[], __ = 0, carried: readonly Carried[] = []): Promise<Answer> {
    this.door("upload");
    if (items.length > this.most) throw new NoAnswer(413, "too-large");
    let fresh = 0;
    for (const item of items) {
      if (!this.stored.has(item.id)) fresh += 1;
      this.stored.set(item.id, item);
    }
    const told = items.map(({ id }) => ({ id, result: "stored" }));
    for (const one of carried) this.brought.push(one);
    const others = carried.map(({ item, proof }) => ({ id: item.id, result: proof === "" ? "quarantined" : "stored" }));
    return { items: told, carried: others, new: fresh, server_time: this.clock.now() };
  }
  async bundle(): Promise<{ jws: string; lease: string | null }> {
    this.door("bundle");
    return { jws: "", lease: "KL1:A" };
  }
  async list(_device: Device, _etag: string): Promise<{ jws: string | null; lease: string | null }> {
    this.door("list");
    return { jws: null, lease: "KL1:A" };
  }
  async parts(_device: Device, _names: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
    this.door("parts");
    return {};
  }
  async call(_: Device, { id, kind, at, supplies = [] }: Call): Promise<Stands> {
    this.door("call");
    const known = this.called.get(id) ?? { id, kind, supplies, at, state: "open", who: "S", since: at };
    this.called.set(id, known);
    return known;
  }
  async calls(): Promise<readonly Stands[]> {
    this.door("calls");
    return [...this.called.values()];
  }
  async fevers(): Promise<readonly Case[]> {
    this.door("fevers");
    return [...this.cases.values()];
  }
  async step(_: Device, passage: string, { kind }: Step): Promise<Case> {
    this.door("step");
    const known = this.cases.get(passage);
    if (!known) throw new NoAnswer(404, "not-found");
    const after = { ...known, state: kind } as unknown as Case;
    this.cases.set(passage, after);
    return after;
  }
  async status(): Promise<string> {
    this.door("status");
    return "KL1:B";
  }
  async past(): Promise<Past> {
    this.door("past");
    return { at: 1, households: {}, turned_back: {} };
  }
}

/** Both hands once, one after the other; how long to wait before bringing again (ms). */
export async function round(sync: Sync): Promise<number> {
  const wait = await sync.bring();
  await sync.ask();
  return wait;
}
