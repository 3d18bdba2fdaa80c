/** Reading what strangers wrote, within bounds; the same bounds as kakou/screening/credentials/bounded.py. */
import { base64, bytesOf } from "../domain/base64.ts";
import { inflated as unpacked } from "../packing.ts";
import { damaged, type Layer } from "./refusals.ts";
import type { Value } from "./values.ts";

export const MAX_TEXT = 8 * 1024; // characters of a code; the largest QR code holds 7,089 digits
export const MAX_INFLATED = 64 * 1024; // bytes
export const MAX_CERTIFICATE = 8 * 1024; // bytes of an EU certificate; 500 are usual
const END_OF_TIME = 253_402_300_800; // the year 10000, in seconds

/** The whole of `content`, at most `most` bytes of it. Throws Refused (malformed, layer compression). */
export async function inflated(content: Uint8Array, how: "deflate" | "deflate-raw", most: number): Promise<Uint8Array> {
  try {
    return await unpacked(content, how, most);
  } catch {
    throw damaged("compression");
  }
}

/** UTF-8 as it stands, a byte order mark included; null for what is none. */
export function textIn(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** RFC 7515 section 2: without padding, and in the one way to write these bytes. Throws Refused (malformed). */
export function base64url(text: string, layer: Layer): Uint8Array {
  if (!/^[\w-]*$/u.test(text)) throw damaged(layer);
  const bytes = bytesOf(text);
  const again = base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  if (again !== text) throw damaged(layer);
  return bytes;
}

/** A NumericDate (RFC 7519 section 2): seconds since 1970, whole or not, as epoch milliseconds; null if it is none. */
export function moment(seconds: Value | undefined): number | null {
  if (typeof seconds !== "bigint" && typeof seconds !== "number") return null;
  const told = Number(seconds);
  return told >= 0 && told < END_OF_TIME ? told * 1_000 : null;
}
