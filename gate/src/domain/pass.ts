/**
 * A pass as text: `KP`, 128 random bits in Crockford's base 32, two check characters by ISO/IEC 7064 MOD 1271-36.
 *
 * The same as `kakou/screening/passes/text.py`; contracts/vectors/pass binds both. The check guards against misreading
 * only: it says nothing about whether a pass is genuine.
 */
import { asScanned, bytesOf, fits, meant } from "./letters.ts";

const PREFIX = "KP";
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // no I, L, O, U
const CHECKED = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const BODY = 26;
const MODULUS = 1271;
const RADIX = 36;

/** The 30 characters of a pass, as its code holds them. `id`: a UUID as text. */
export function passText(id: string): string {
  let number = BigInt(`0x${id.replaceAll("-", "")}`);
  let body = "";
  for (let place = 0; place < BODY; place += 1) {
    body = LETTERS.charAt(Number(number & 31n)) + body;
    number >>= 5n;
  }
  const check = (MODULUS + 1 - ((remainder(body) * RADIX * RADIX) % MODULUS)) % MODULUS;
  return PREFIX + body + CHECKED.charAt(Math.floor(check / RADIX)) + CHECKED.charAt(check % RADIX);
}

/** The id in a pass as scanned or typed, as a UUID in lower case; null when it is none or was misread. */
export function passId(text: string): string | null {
  const plain = asScanned(text);
  const body = meant(plain.slice(2, 2 + BODY));
  if (!plain.startsWith(PREFIX) || !fits(body, plain.slice(2 + BODY))) return null;
  const bytes = bytesOf(body, 16);
  if (!bytes) return null;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function remainder(body: string): number {
  return [...body].reduce((rest, letter) => (rest * RADIX + CHECKED.indexOf(letter)) % MODULUS, 0);
}
