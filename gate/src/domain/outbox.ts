/**
 * The outbox: what was recorded and not yet acknowledged. A row leaves it when the server said of its id where it
 * stands (stored, duplicate, quarantined), and never otherwise (contracts/README.md).
 */
import type { components } from "../contract.d.ts";
import type { Linked } from "./chain.ts";
import type { Said } from "./check.ts";

export type Item = Said & Linked;

type Shapes = components["schemas"];

/** What the server answered of one item: a newer one may say a word that nobody here knows. */
export type Entry = Omit<Shapes["Answer"], "result"> & { readonly result: string };
/** `carried`: of what other phones made, where anything was sent of it. */
export type Answer = Omit<Shapes["Answers"], "items" | "carried"> & {
  readonly items: readonly Entry[];
  readonly carried?: readonly Entry[];
};

/** Where an item stands: unsent, or what the server said of it. */
export type State = "unsent" | "stored" | "duplicate" | "quarantined";

export interface Row {
  readonly seq: number;
  readonly item: Item;
  readonly state: State;
  readonly reason?: string;
}

/** The last item of this device: its number and hash; what the next one names before it. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

export const START: Head = { seq: 0, hash: "0".repeat(64) };
export const CONTRACT = 1;
const MOST_ITEMS = 500;
const MOST_BYTES = 3_500_000; // the server takes 4 MB, inflated

/** The next items to send, the oldest first: at most 500, and no more bytes than the server takes. */
export function batchOf(rows: readonly Row[], most: number = MOST_ITEMS): Item[] {
  const waiting = rows.filter((row) => row.state === "unsent").sort((one, other) => one.seq - other.seq);
  const found: Item[] = [];
  let bytes = 0;
  for (const { item } of waiting) {
    const size = JSON.stringify(item).length * 3; // UTF-8 takes three bytes at most for each unit
    if (found.length >= most || (found.length > 0 && bytes + size > MOST_BYTES)) break;
    bytes += size;
    found.push(item);
  }
  return found;
}

/** What the answer says of the rows sent: id → row as it stands now. Of others, and of results that nobody knows,
 * it says nothing. */
export function acknowledged(sent: readonly Row[], answer: Answer): Row[] {
  const told = new Map(answer.items.map((entry) => [entry.id, entry]));
  return sent.flatMap((row) => {
    const entry = told.get(row.item.id);
    if (!entry || !isKnown(entry.result)) return [];
    return [{ ...row, state: entry.result, ...(entry.reason ? { reason: entry.reason } : {}) }];
  });
}

function isKnown(result: string): result is State {
  return result === "stored" || result === "duplicate" || result === "quarantined";
}

/** Server minus device (ms), by an answer: the server's clock against the middle of the time it took. */
export function offsetOf(serverTime: number, sent: number, received: number): number {
  return Math.round(serverTime - (sent + received) / 2);
}

/** How long to wait after so many failures (ms): doubling from two seconds to two minutes; `lot` from 0 to 1 spreads
 * phones that came back together. `asked`: what the server said (Retry-After, seconds). */
export function patience(failures: number, lot: number, asked: number | null = null): number {
  const most = Math.min(120_000, 2_000 * 2 ** Math.min(failures, 6));
  const chosen = most / 2 + (most / 2) * lot;
  return Math.round(Math.max(chosen, (asked ?? 0) * 1_000));
}

/** For the badge: how many are unsent, and when the oldest of them happened (epoch ms, by the server's clock). */
export function unsentOf(rows: readonly Row[]): { many: number; oldest: number | null } {
  const waiting = rows.filter((row) => row.state === "unsent");
  const oldest = waiting.reduce<number | null>((first, { item }) => {
    const at = item.at + item.offset;
    return first === null || at < first ? at : first;
  }, null);
  return { many: waiting.length, oldest };
}
