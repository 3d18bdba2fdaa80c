/**
 * IndexedDB as the phone's memory: rows of the outbox with their chain, and a few things by name.
 *
 * A passage is kept when its transaction is done with strict durability, and only then is it told as saved. After the
 * first write that failed nothing is written any more in this page: on a full disk one later write that succeeds was
 * seen to erase everything before it. What was kept and what could not be kept stay in memory, to be sent from there.
 * One page at a time has this store (main.ts), so the head of the chain is known in memory.
 */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Said } from "../domain/check.ts";
import type { CarriedRow } from "../domain/exchange.ts";
import { type Head, type Row, START } from "../domain/outbox.ts";
import { type Chained, type Device, type Kept, NotKept, type Store } from "../ports.ts";

const NAME = "kakou-gate";
const VERSION = 2;
// two days of a busy gate without a network: estimate() cannot tell how full a phone is
const MOST_UNSENT = 20_000; // rows
const MOST_BYTES = 32_000_000; // as JSON, of what is unsent

interface Schema extends DBSchema {
  kept: { key: string; value: unknown };
  carried: { key: string; value: CarriedRow };
  rows: { key: number; value: Row; indexes: { state: string; at: number } };
}

type Database = IDBPDatabase<Schema>;

// opened as soon as this file is there, while the rest of the entry is still read: on a new phone it takes longest
const opened = openDB<Schema>(NAME, VERSION, {
  upgrade: (made, from) => {
    made.createObjectStore("carried", { keyPath: "id" });
    if (from > 0) return; // what is unsent is not thrown away
    made.createObjectStore("kept");
    const rows = made.createObjectStore("rows", { keyPath: "seq" });
    rows.createIndex("state", "state");
    rows.createIndex("at", "item.at");
  },
});
opened.catch(() => undefined); // told by whoever waits for it

/** Reads the head of the chain and what is unsent: from now on no other page may write. */
export async function openStore(): Promise<Store> {
  const database = await opened;
  const [waiting, others, head] = await Promise.all([
    database.getAllFromIndex("rows", "state", "unsent"),
    database.getAll("carried"),
    database.get("kept", "head"),
  ]);
  return new Disk(database, waiting, others, (head as Head | undefined) ?? START);
}

class Disk implements Store {
  isPoisoned = false;
  private readonly database: Database;
  private readonly waiting = new Map<number, Row>();
  private readonly others: Map<string, CarriedRow>;
  private bytes = 0;
  private head: Head;

  constructor(database: Database, waiting: readonly Row[], others: readonly CarriedRow[], head: Head) {
    this.database = database;
    this.head = head;
    this.others = new Map(others.map((row) => [row.id, row]));
    for (const row of waiting) this.await(row);
  }

  get fill(): number {
    return Math.max(this.waiting.size / MOST_UNSENT, this.bytes / MOST_BYTES);
  }

  get lastSeq(): number {
    return this.head.seq;
  }

  async get<K extends keyof Kept>(name: K): Promise<Kept[K] | null> {
    return ((await this.database.get("kept", name)) as Kept[K] | undefined) ?? null;
  }

  async put<K extends keyof Kept>(name: K, value: Kept[K]): Promise<void> {
    await this.write(async () => {
      await this.database.put("kept", value, name);
    });
  }

  async append(said: readonly Said[], chained: Chained): Promise<Row[]> {
    if (this.fill >= 1) throw new NotKept("too much is unsent");
    // numbered and linked at once, so that nothing else comes between and nothing is waited for inside the transaction
    const rows = said.map((one) => {
      const { item, head } = chained(this.head, one);
      this.head = head;
      return { seq: item.seq, item, state: "unsent" } as const;
    });
    for (const row of rows) this.await(row);
    await this.write(async () => {
      const transaction = this.database.transaction(["kept", "rows"], "readwrite", { durability: "strict" });
      const store = transaction.objectStore("rows");
      const head = transaction.objectStore("kept").put(this.head, "head");
      await Promise.all([...rows.map((row) => store.add(row)), head, transaction.done]);
    }, rows);
    return rows;
  }

  async mark(rows: readonly Row[]): Promise<void> {
    for (const row of rows) {
      if (this.waiting.delete(row.seq)) this.bytes -= sizeOf(row);
    }
    await this.write(async () => {
      const transaction = this.database.transaction("rows", "readwrite");
      await Promise.all([...rows.map((row) => transaction.store.put(row)), transaction.done]);
    }).catch(() => undefined); // sent again after a restart, it is the same row
  }

  unsent(): Row[] {
    return [...this.waiting.values()].sort((one, other) => one.seq - other.seq);
  }

  carried(): CarriedRow[] {
    return [...this.others.values()];
  }

  async carry(rows: readonly CarriedRow[]): Promise<void> {
    for (const row of rows) this.others.set(row.id, row);
    await this.write(async () => {
      const transaction = this.database.transaction("carried", "readwrite", { durability: "strict" });
      await Promise.all([...rows.map((row) => transaction.store.put(row)), transaction.done]);
    });
  }

  async since(ms: number): Promise<Row[]> {
    const recent = await this.database.getAllFromIndex("rows", "at", IDBKeyRange.lowerBound(ms));
    const known = new Map([...recent, ...this.waiting.values()].map((row) => [row.seq, row]));
    return [...known.values()].sort((one, other) => one.seq - other.seq);
  }

  async forget(before: number): Promise<number> {
    return this.write(async () => {
      const transaction = this.database.transaction("rows", "readwrite");
      const old = await transaction.store.index("at").getAll(IDBKeyRange.upperBound(before, true));
      const gone = old.filter((row) => row.state !== "unsent");
      await Promise.all([...gone.map((row) => transaction.store.delete(row.seq)), transaction.done]);
      await this.forgetOthers(before);
      return gone.length;
    }).catch(() => 0);
  }

  async become(device: Device): Promise<Row[]> {
    const isNew = this.waiting.size === 0; // otherwise the chain goes on: nothing unsent is numbered anew
    if (isNew) this.head = START;
    await this.write(async () => {
      const transaction = this.database.transaction(["kept", "rows"], "readwrite", { durability: "strict" });
      const [kept, rows] = [transaction.objectStore("kept"), transaction.objectStore("rows")];
      const [settings, fevers] = [await kept.get("settings"), await kept.get("fevers")];
      await kept.clear();
      const stay = { device, head: this.head, settings: settings ?? {}, ...(fevers !== undefined && { fevers }) };
      const puts = Object.entries(stay).map(([name, value]) => kept.put(value, name));
      await Promise.all([...puts, ...(isNew ? [rows.clear()] : []), transaction.done]);
    }).catch(() => undefined); // a disk that keeps nothing more: known in memory, until the page is closed
    return this.unsent();
  }

  private async forgetOthers(before: number): Promise<void> {
    const gone = this.carried().filter((row) => row.state !== "unsent" && row.item.at < before);
    const transaction = this.database.transaction("carried", "readwrite");
    await Promise.all([...gone.map((row) => transaction.store.delete(row.id)), transaction.done]);
    for (const row of gone) this.others.delete(row.id);
  }

  private await(row: Row): void {
    this.waiting.set(row.seq, row);
    this.bytes += sizeOf(row);
  }

  /** `rows`: what stays in memory only when it fails. */
  private async write<T>(act: () => Promise<T>, rows: readonly Row[] = []): Promise<T> {
    if (this.isPoisoned) throw new NotKept("an earlier write failed", rows);
    try {
      return await act();
    } catch (failure) {
      this.isPoisoned = true;
      throw new NotKept(failure instanceof Error ? failure.name : "unknown", rows);
    }
  }
}

function sizeOf(row: Row): number {
  return JSON.stringify(row.item).length;
}
