/** The roster's salted tags: what a phone knows of a pass or a household without holding either (contracts/README.md). */
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, hexToBytes } from "@noble/hashes/utils.js";
import { base64, bytesOf } from "./base64.ts";
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
