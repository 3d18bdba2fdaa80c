/** The roster's salted tags: what a phone knows of a pass or a household without holding either (contracts/README.md). */
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, hexToBytes } from "@noble/hashes/utils.js";
import type { RosterEntry } from "./bundle.ts";

const TAG = 16; // bytes of the hash that stand for a pass

/** The tag of a pass. `salt`: base64, as the roster has it; `id`: a UUID as text. */
export function passTag(salt: string, id: string): string {
  return base64(sha256(concatBytes(bytesOf(salt), hexToBytes(id.replaceAll("-", "")))).slice(0, TAG));
}

/** Its entry; undefined for a pass that the roster does not hold. */
export function entryOf(passes: readonly RosterEntry[], tag: string): RosterEntry | undefined {
  return passes.find(([held]) => held === tag);
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** RFC 4648, padded. */
export function base64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const three = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const letters = [18, 12, 6, 0].map((shift) => LETTERS.charAt((three >> shift) & 63));
    text += letters
      .slice(0, Math.min(3, bytes.length - at) + 1)
      .join("")
      .padEnd(4, "=");
  }
  return text;
}

/** The bytes of RFC 4648 base64; letters that are none count as nothing. */
export function bytesOf(text: string): Uint8Array {
  const found: number[] = [];
  let [bits, many] = [0, 0];
  for (const letter of text.replaceAll("=", "")) {
    bits = ((bits << 6) | Math.max(0, LETTERS.indexOf(letter))) & 0xffffff;
    many += 6;
    if (many >= 8) {
      many -= 8;
      found.push((bits >> many) & 255);
    }
  }
  return Uint8Array.from(found);
}
