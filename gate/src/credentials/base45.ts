/** Base45 (RFC 9285): two bytes as three characters of QR's alphanumeric set, a last single byte as two. */
import { damaged } from "./refusals.ts";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const VALUES = new Map([...ALPHABET].map((letter, value) => [letter, value]));

/** The bytes. Strict: another character, a character too many, a group above its range is damaged. Throws Refused. */
export function decode(text: string): Uint8Array {
  const values = [...text].map((letter) => VALUES.get(letter) ?? Number.NaN);
  if (values.length % 3 === 1 || values.some(Number.isNaN)) throw damaged("base45");
  const bytes: number[] = [];
  for (let at = 0; at < values.length; at += 3) {
    const isWhole = at + 2 < values.length;
    const sum = (values[at] ?? 0) + 45 * (values[at + 1] ?? 0) + 2025 * (values[at + 2] ?? 0);
    if (sum > (isWhole ? 0xffff : 0xff)) throw damaged("base45");
    bytes.push(...(isWhole ? [sum >> 8, sum & 0xff] : [sum]));
  }
  return Uint8Array.from(bytes);
}
