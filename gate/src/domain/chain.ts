/**
 * One device, one chain: the text of an item, its hash, and the link to the one before (contracts/README.md).
 *
 * The same as `kakou.ledger.lane.wire`; contracts/vectors/chain binds both.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Head } from "./outbox.ts";

/** RFC 8785 of a value without its null members: keys sorted, no white space, integers only. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = value as Record<string, unknown>;
  const said = Object.keys(members).filter((name) => members[name] !== null && members[name] !== undefined);
  return `{${said
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(members[name])}`)
    .join(",")}}`;
}

/** SHA-256 of the canonical text, in 64 hex digits: the name of an item. */
export function hashOf(item: unknown): string {
  return bytesToHex(sha256(utf8ToBytes(canonical(item))));
}

/** What follows the head: the item with its number and link, and the head after it. */
export function linked<T extends object>(head: Head, said: T): { item: T & Linked; head: Head } {
  const item = { ...said, seq: head.seq + 1, prev_hash: head.hash };
  return { item, head: { seq: item.seq, hash: hashOf(item) } };
}

export interface Linked {
  readonly seq: number;
  readonly prev_hash: string;
}
