/**
 * A pass as text: `KP`, 128 random bits in Crockford's base 32, two check characters by ISO/IEC 7064 MOD 1271-36.
 *
 * The same as `kakou/screening/passes/text.py`; contracts/vectors/pass binds both. The check guards against misreading
 * only: it says nothing about whether a pass is genuine.
 */
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { asScanned, bytesOf, checkOf, fits, lettersOf, meant } from "./letters.ts";

const PREFIX = "KP";
const BODY = 26;

/** The 30 characters of a pass, as its code holds them. `id`: a UUID as text. */
export function passText(id: string): string {
  const body = lettersOf(hexToBytes(id.replaceAll("-", "")));
  return PREFIX + body + checkOf(body);
}

/** The id in a pass as scanned or typed, as a UUID in lower case; null when it is none or was misread. */
export function passId(text: string): string | null {
  const plain = asScanned(text);
  const body = meant(plain.slice(2, 2 + BODY));
  if (!plain.startsWith(PREFIX) || !fits(body, plain.slice(2 + BODY))) return null;
  const bytes = bytesOf(body, 16);
  if (!bytes) return null;
  const hex = bytesToHex(bytes);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
