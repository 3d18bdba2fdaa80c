/**
 * Until when a phone may know names, by the latest moment it ever saw: setting the clock back gains nothing.
 *
 * The text that lengthens a lease without a network is the one of `kakou/access/leases/text.py`;
 * contracts/vectors/roster/lease.json binds both. All moments in epoch ms.
 */
import { asScanned, bytesOf } from "./letters.ts";

const PREFIX = "KL1:";
const VERSION = 1;
const SAID = 26;
const SIGNATURE = 64;
const HOUR = 3_600_000;
const LONGEST = 24;

/** What a phone keeps. `seen`: the latest moment it ever saw, of its own clock or of the server; `used`: codes, each
 * with the second in which it ends. */
export interface Lease {
  readonly until: number;
  readonly seen: number;
  readonly used: Readonly<Record<string, number>>;
}

/** What a code says; `device` 0: every phone of the gate; `starts`, `ends`: seconds. */
export interface Renewal {
  readonly id: string;
  readonly gate: number;
  readonly device: number;
  readonly starts: number;
  readonly ends: number;
  readonly hours: number;
}

/** A code taken apart: what it says counts only if `signature` (r‖s, ES256) is the pinned key's over `signed`. */
export interface SignedRenewal {
  readonly said: Renewal;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

export type Why = "used" | "other_gate" | "other_phone" | "over";

/** A code as scanned; null when it is none. Says nothing of its signature. */
export function readRenewal(text: string): SignedRenewal | null {
  const plain = asScanned(text);
  const bytes = plain.startsWith(PREFIX) ? bytesOf(plain.slice(PREFIX.length), SAID + SIGNATURE) : null;
  if (!bytes || bytes[0] !== VERSION) return null;
  const number = (from: number) => bytes.subarray(from, from + 4).reduce((sum, byte) => sum * 256 + byte, 0);
  const id = [...bytes.subarray(1, 9)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const hours = Math.min(bytes[25] ?? 0, LONGEST);
  const said = { id, gate: number(9), device: number(13), starts: number(17), ends: number(21), hours };
  const signed = Uint8Array.of(...[...PREFIX].map((letter) => letter.charCodeAt(0)), ...bytes.subarray(0, SAID));
  return { said, signed, signature: bytes.slice(SAID) };
}

/** The lease after a look at the clock. */
export function seenAt(lease: Lease, now: number): Lease {
  return now > lease.seen ? { ...lease, seen: now } : lease;
}

/** May names be known? */
export function isLive(lease: Lease, now: number): boolean {
  return Math.max(lease.seen, now) < lease.until;
}

/** The server's own word is newer than all it said before: a moment that only this phone's clock ever showed, once when it
 * was wrong, counts no more. */
export function corrected(lease: Lease, server: number, now: number): Lease {
  const isWrong = lease.seen > server + HOUR && now <= server + HOUR;
  return isWrong ? { ...lease, seen: server, until: Math.min(lease.until, server + LONGEST * HOUR) } : lease;
}

/** After a contact: the server told its time, and until when. */
export function atContact(lease: Lease, server: number, until: number): Lease {
  return { ...seenAt(lease, server), until: Math.max(lease.until, until) };
}

/** After a code whose signature was found good; `why` it lengthened nothing. The code tells the time, too: it was made
 * when it starts. */
export function renewed(
  lease: Lease,
  said: Renewal,
  now: number,
  here: { readonly gate: number; readonly device: number },
): { readonly lease: Lease; readonly why: Why | null } {
  const why = refusal(lease, said, now, here);
  if (why !== null) return { lease, why };
  const seen = Math.max(lease.seen, now, said.starts * 1000);
  const until = Math.max(lease.until, seen + said.hours * HOUR);
  const used = Object.entries({ ...lease.used, [said.id]: said.ends });
  return { lease: { until, seen, used: Object.fromEntries(used.filter(([, ends]) => ends * 1000 > seen)) }, why: null };
}

function refusal(
  lease: Lease,
  said: Renewal,
  now: number,
  here: { readonly gate: number; readonly device: number },
): Why | null {
  if (said.gate !== here.gate) return "other_gate";
  if (said.device !== 0 && said.device !== here.device) return "other_phone";
  if (Object.hasOwn(lease.used, said.id)) return "used";
  return Math.max(lease.seen, now) >= said.ends * 1000 ? "over" : null;
}
