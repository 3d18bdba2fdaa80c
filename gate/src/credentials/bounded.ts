/** Reading what strangers wrote, within bounds; the same bounds as kakou/screening/credentials/bounded.py. */
import { base64, bytesOf } from "../domain/base64.ts";
import { damaged, type Layer } from "./refusals.ts";
import type { Value } from "./values.ts";

export const MAX_TEXT = 8 * 1024; // characters of a code; the largest QR code holds 7,089 digits
export const MAX_INFLATED = 64 * 1024; // bytes
export const MAX_CERTIFICATE = 8 * 1024; // bytes of an EU certificate; 500 are usual
const END_OF_TIME = 253_402_300_800; // the year 10000, in seconds
const SLICE = 64; // bytes handed to the inflater at a time: what one of them can become is at most 66 kB

/**
 * The whole of `packed` and nothing after it. A bomb is left at its first slice above `most` bytes.
 * Throws Refused (malformed, layer compression).
 */
export async function inflated(packed: Uint8Array, how: "deflate" | "deflate-raw", most: number): Promise<Uint8Array> {
  const stream = new DecompressionStream(how);
  const writer = stream.writable.getWriter();
  const reader = stream.readable.getReader();
  const feed = async () => {
    for (let at = 0; at < packed.length; at += SLICE) {
      await writer.ready;
      await writer.write(packed.slice(at, at + SLICE));
    }
    await writer.close();
  };
  try {
    const fed = feed();
    fed.catch(() => undefined); // told where it is read
    const plain = await gathered(reader, most);
    await fed;
    return plain;
  } catch {
    void reader.cancel().catch(() => undefined);
    throw damaged("compression");
  }
}

async function gathered(reader: ReadableStreamDefaultReader<Uint8Array>, most: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > most) throw new Error("too much");
    parts.push(value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
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
