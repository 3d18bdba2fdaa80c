/**
 * A badge as text: `KB1:`, number and secret in Crockford's base 32, two check characters.
 *
 * The same as `kakou/access/badges/text.py`; contracts/vectors/roster/badge.json binds both.
 */
import { asScanned, bytesOf, fits, meant } from "./letters.ts";

const PREFIX = "KB1:";
const NUMBER = 4;
const SECRET = 16;

export interface Badge {
  readonly id: number;
  /** 16 bytes. Never to be stored. */
  readonly secret: Uint8Array;
}

/** Number and secret of a badge as scanned or typed; null when it is none or was misread. */
export function readBadge(text: string): Badge | null {
  const plain = asScanned(text);
  const body = meant(plain.slice(PREFIX.length, -2));
  if (!plain.startsWith(PREFIX) || !fits(body, plain.slice(-2))) return null;
  const bytes = bytesOf(body, NUMBER + SECRET);
  if (!bytes) return null;
  const id = bytes.subarray(0, NUMBER).reduce((number, byte) => number * 256 + byte, 0);
  return { id, secret: bytes.slice(NUMBER) };
}

/** What a key is derived with besides the PIN (PBKDF2-HMAC-SHA-256, 600,000 rounds, 32 bytes): secret, then number. */
export function saltOf(badge: Badge): Uint8Array {
  return Uint8Array.of(...badge.secret, ...bigEndian(badge.id, NUMBER));
}

/** What the wrapped key of a badge is bound to (associated data of AES-256-GCM). */
export function placeOfBadge(device: number, badge: number, until: number): Uint8Array {
  return bound("kakou badge 1\0", bigEndian(device, 4), bigEndian(badge, NUMBER), bigEndian(until, 8));
}

/** What a piece of the people of a bundle is bound to. */
export function placeOfPeople(device: number, until: number, number: number): Uint8Array {
  return bound("kakou people 2\0", bigEndian(device, 4), bigEndian(until, 8), bigEndian(number, 1));
}

function bound(words: string, ...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.of(...[...words].map((letter) => letter.charCodeAt(0)), ...parts.flatMap((part) => [...part]));
}

function bigEndian(number: number, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, place) => Math.floor(number / 256 ** (size - 1 - place)) % 256);
}
