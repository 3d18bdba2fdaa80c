/**
 * What the phones of one gate tell each other without a network: their recent passages, each with the proof by which
 * the server knows whose it is (contracts/README.md, "Phone to phone").
 *
 * A passage that another phone told counts here as one of this phone's, until the server says that it is nobody's.
 */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { hashOf, linked } from "./chain.ts";
import type { Said } from "./check.ts";
import type { Answer, Item, Row, State } from "./outbox.ts";

/** Section `exchange` of a bundle: day → key of the gate, and the key of this phone's proofs (both base64). */
export interface ExchangeSection {
  readonly keys: Readonly<Record<string, string>>;
  readonly proof: string;
}

/** A passage of the phone `device`, as another phone brings it to the server. */
export interface Carried {
  readonly device: number;
  readonly item: Item;
  readonly proof: string;
}

/** The same as it is kept, and where it stands. */
export interface CarriedRow extends Carried {
  readonly id: string;
  readonly state: State;
}

/** Passages of one phone that follow one another: the links of a chain need not be told, they are counted. */
interface Run {
  readonly device: number;
  readonly seq: number;
  readonly prev_hash: string;
  readonly told: readonly (readonly [proof: string, said: Said])[];
}

const RECENT = 200;
const MOST = 600;
const MOST_CARRIED = 200;
const MOST_KEPT = 5_000; // of others: what was told must not fill the disk
const PROOF = 16; // bytes
const FORMAT = 1;

/** The newest 200, and before them what is unsent: at most 600, without a number left out. `rows` in order. */
export function recentOf(rows: readonly Row[]): readonly Row[] {
  const unsent = rows.findIndex((row) => row.state === "unsent");
  const first = Math.min(unsent < 0 ? rows.length : unsent, rows.length - RECENT);
  return rows.slice(Math.max(0, first, rows.length - MOST));
}

/** What this phone tells: its own recent passages, and the newest of what others told it and the server may lack. */
export function toldBy(
  device: number,
  key: Uint8Array,
  rows: readonly Row[],
  carried: readonly CarriedRow[],
): readonly Carried[] {
  const own = recentOf(rows).map(({ item }) => ({ device, item, proof: proofOf(key, item) }));
  const others = carried.filter((row) => row.state === "unsent").sort((one, other) => one.item.at - other.item.at);
  return [...own, ...others.slice(-MOST_CARRIED).map(({ device, item, proof }) => ({ device, item, proof }))];
}

/** By what the server knows that the phone with this key made the item. */
export function proofOf(key: Uint8Array, item: Item): string {
  return bytesToHex(hmac(sha256, key, hexToBytes(hashOf(item))).slice(0, PROOF));
}

/** What is told, as one text. */
export function packedOf(told: readonly Carried[]): string {
  return JSON.stringify({ format: FORMAT, runs: runsOf(told) });
}

/** What such a text says; null for what is none. Of what is no passage nothing is taken. */
export function unpacked(text: string): readonly Carried[] | null {
  try {
    const { format, runs } = JSON.parse(text) as { readonly format: unknown; readonly runs: readonly Run[] };
    if (format !== FORMAT) return null;
    return runs.flatMap(carriedOf).filter(isPassage);
  } catch {
    return null;
  }
}

/** Of what was told, what is news to the phone `device`. */
export function newsOf(told: readonly Carried[], device: number, known: readonly CarriedRow[]): readonly CarriedRow[] {
  const ids = new Set(known.map((row) => row.id));
  return told
    .filter((one) => one.device !== device && !ids.has(one.item.id))
    .slice(0, Math.max(0, MOST_KEPT - known.length))
    .map((one) => ({ ...one, id: one.item.id, state: "unsent" }) as const);
}

/** What is still to be brought to the server, each phone's in its order. */
export function toBring(rows: readonly CarriedRow[], most: number): readonly CarriedRow[] {
  const waiting = rows.filter((row) => row.state === "unsent");
  return waiting.sort((one, other) => one.device - other.device || one.item.seq - other.item.seq).slice(0, most);
}

/** The rows brought, as the answer says that they stand. */
export function brought(rows: readonly CarriedRow[], answer: Answer): readonly CarriedRow[] {
  const told = new Map(answer.carried?.map((entry) => [entry.id, entry.result]));
  return rows.flatMap((row) => {
    const state = told.get(row.id);
    return state === "stored" || state === "duplicate" || state === "quarantined" ? [{ ...row, state }] : [];
  });
}

function runsOf(told: readonly Carried[]): readonly Run[] {
  const sorted = [...told].sort((one, other) => one.device - other.device || one.item.seq - other.item.seq);
  const runs: { device: number; seq: number; prev_hash: string; told: [string, Said][] }[] = [];
  let [device, next, hash] = [0, 0, ""];
  for (const one of sorted) {
    const { seq, prev_hash, ...said } = one.item;
    if (one.device !== device || seq !== next || prev_hash !== hash) {
      runs.push({ device: one.device, seq, prev_hash, told: [] });
    }
    runs.at(-1)?.told.push([one.proof, said as unknown as Said]);
    [device, next, hash] = [one.device, seq + 1, hashOf(one.item)];
  }
  return runs;
}

function carriedOf({ device, seq, prev_hash, told }: Run): readonly Carried[] {
  let head = { seq: seq - 1, hash: prev_hash };
  return told.map(([proof, said]) => {
    const one = linked(head, said);
    head = one.head;
    return { device, item: one.item, proof };
  });
}

/** Whoever told it has the gate's key, and may be wrong all the same: only what looks like a passage is taken. */
function isPassage({ device, item, proof }: Carried): boolean {
  const numbers = [device, item.seq, item.at, item.offset].every((one) => Number.isSafeInteger(one));
  const texts = [proof, item.id, item.prev_hash, item.direction, item.verdict].every((one) => typeof one === "string");
  const objects = [item.subject, item.checks].every((one) => typeof one === "object" && one !== null);
  return numbers && texts && objects && typeof item.crossed === "boolean";
}
