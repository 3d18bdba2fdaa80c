/** What is told from phone to phone, packed and encrypted under the gate's key of a day; it opens whole or not at all. */
import { placeOf, type Series } from "../domain/series.ts";

const NONCE = 12;
export const OVERHEAD = NONCE + 16; // bytes beside the packed text: nonce and tag
const MOST_INFLATED = 4_000_000; // bytes: what a series of codes can hold is far less

/** The text, packed (deflate without a header). */
export async function deflated(text: string): Promise<Uint8Array> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Nonce ‖ ciphertext ‖ tag, AES-256-GCM, bound to the series. */
export async function sealed(packed: Uint8Array, key: Uint8Array, series: Series, nonce: Uint8Array) {
  const made = await crypto.subtle.encrypt(how(nonce, series), await imported(key, "encrypt"), packed as BufferSource);
  const content = new Uint8Array(NONCE + made.byteLength);
  content.set(nonce);
  content.set(new Uint8Array(made), NONCE);
  return content;
}

/** The text in it; null where the key is another, or a byte is. */
export async function unsealed(content: Uint8Array, key: Uint8Array, series: Series): Promise<string | null> {
  try {
    const ciphertext = content.subarray(NONCE) as BufferSource;
    const nonce = content.subarray(0, NONCE);
    return await inflated(await crypto.subtle.decrypt(how(nonce, series), await imported(key, "decrypt"), ciphertext));
  } catch {
    return null;
  }
}

async function inflated(packed: ArrayBuffer): Promise<string> {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const parts: Uint8Array[] = [];
  let size = 0;
  for (const reader = stream.getReader(); ; ) {
    const { value, done } = await reader.read();
    if (done) return new Blob(parts as BlobPart[]).text();
    size += value.length;
    if (size > MOST_INFLATED) throw new Error("more than any phone tells");
    parts.push(value);
  }
}

function how(nonce: Uint8Array, series: Series): AesGcmParams {
  return { name: "AES-GCM", iv: nonce as BufferSource, additionalData: placeOf(series) as BufferSource };
}

function imported(key: Uint8Array, use: KeyUsage): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", key as BufferSource, "AES-GCM", false, [use]);
}
