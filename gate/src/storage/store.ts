/**
 * IndexedDB as the phone's memory: rows of the outbox with their chain, and a few things by name.
 *
 * A passage is kept when its transaction is done with strict durability, and only then is it told as saved. After the
 * first write that failed nothing is written any more in this page: on a full disk one later write that succeeds was
 * seen to erase everything before it. What was kept and what could not be kept stay in memory, to be sent from there.
 */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { type Head, linked, START } from "../domain/chain.ts";
import type { Said } from "../domain/check.ts";
import type { Row } from "../domain/outbox.ts";
import { type Kept, NotKept, type Store } from "../ports.ts";

const NAME = "kakou-gate";
const VERSION = 1;
export const MOST_UNSENT = 20_000; // rows: two days of a busy gate without a network; estimate() cannot tell

interface Schema extends DBSchema {
  kept: { key: string; value: unknown };
  rows: { key: number; value: Row; indexes: { state: string; at: number } };
}

export async function openStore(name: string = NAME): Promise<Store> {
  const database = await openDB<Schema>(name, VERSION, {
    upgrade: (made) => {
      made.createObjectStore("kept");
      const rows = made.createObjectStore("rows", { keyPath: "seq" });
      rows.createIndex("state", "state");
      rows.createIndex("at", "item.at");
    },
  });
  const waiting = await database.getAllFromIndex("rows", "state", "unsent");
  return new Disk(database, new Map(waiting.map((row) => [row.seq, row])));
}

class Disk implements Store {
  isPoisoned = false;
  private readonly database: IDBPDatabase<Schema>;
  private readonly waiting: Map<number, Row>;

  constructor(database: IDBPDatabase<Schema>, waiting: Map<number, Row>) {
    this.database = database;
    this.waiting = waiting;
  }

  async get<K extends keyof Kept>(name: K): Promise<Kept[K] | null> {
    return ((await this.database.get("kept", name)) as Kept[K] | undefined) ?? null;
  }

  async put<K extends keyof Kept>(name: K, value: Kept[K]): Promise<void> {
    await this.write(async () => {
      await this.database.put("kept", value, name);
    });
  }

  async append(said: readonly Said[]): Promise<Row[]> {
    if (this.waiting.size + said.length > MOST_UNSENT) throw new NotKept("too much is unsent");
    const made = await this.write(async () => {
      const transaction = this.database.transaction(["kept", "rows"], "readwrite", { durability: "strict" });
      const kept = transaction.objectStore("kept");
      let head = ((await kept.get("head")) as Head | undefined) ?? START;
      const rows: Row[] = [];
      for (const one of said) {
        const next = linked(head, one);
        head = next.head;
        rows.push({ seq: next.item.seq, item: next.item, state: "unsent" });
      }
      // the hash is made at once, so that nothing else is waited for inside the transaction
      const store = transaction.objectStore("rows");
      await Promise.all([...rows.map((row) => store.add(row)), kept.put(head, "head"), transaction.done]);
      return rows;
    });
    for (const row of made) this.waiting.set(row.seq, row);
    return made;
  }

  async mark(rows: readonly Row[]): Promise<void> {
    for (const row of rows) this.waiting.delete(row.seq);
    await this.write(async () => {
      const transaction = this.database.transaction("rows", "readwrite");
      await Promise.all([...rows.map((row) => transaction.store.put(row)), transaction.done]);
    }).catch(() => undefined); // sent again after a restart, it is the same row
  }

  async unsent(): Promise<Row[]> {
    return [...this.waiting.values()].sort((one, other) => one.seq - other.seq);
  }

  async since(ms: number): Promise<Row[]> {
    const found = await this.database.getAllFromIndex("rows", "at", IDBKeyRange.lowerBound(ms));
    return found.sort((one, other) => one.seq - other.seq);
  }

  async lastSeq(): Promise<number> {
    return ((await this.database.get("kept", "head")) as Head | undefined)?.seq ?? 0;
  }

  async forget(before: number): Promise<number> {
    return this.write(async () => {
      const transaction = this.database.transaction("rows", "readwrite");
      const old = await transaction.store.index("at").getAll(IDBKeyRange.upperBound(before, true));
      const gone = old.filter((row) => row.state !== "unsent");
      await Promise.all([...gone.map((row) => transaction.store.delete(row.seq)), transaction.done]);
      return gone.length;
    }).catch(() => 0);
  }

  private async write<T>(act: () => Promise<T>): Promise<T> {
    if (this.isPoisoned) throw new NotKept("an earlier write failed");
    try {
      return await act();
    } catch (failure) {
      this.isPoisoned = true;
      throw new NotKept(failure instanceof Error ? failure.name : "unknown");
    }
  }
}
