/** What is told from phone to phone, packed and encrypted under the gate's key of a day; it opens whole or not at all. */
import { concatBytes } from "@noble/hashes/utils.js";
import { placeOf, type Series } from "../domain/series.ts";
import { inflated } from "../packing.ts";

export const PACKED = "deflate-raw"; // without a header
const NONCE = 12;
export const OVERHEAD = NONCE + 16; // bytes beside the packed text: nonce and tag
const MOST_INFLATED = 4_000_000; // bytes: what a series of codes can hold is far less

/** Nonce ‖ ciphertext ‖ tag, AES-256-GCM, bound to the series. */
export async function sealed(packed: Uint8Array, key: Uint8Array, series: Series, nonce: Uint8Array) {
  const made = await crypto.subtle.encrypt(how(nonce, series), await imported(key, "encrypt"), packed as BufferSource);
  return concatBytes(nonce, new Uint8Array(made));
}

/** The text in it; null where the key is another, or a byte is. */
export async function unsealed(content: Uint8Array, key: Uint8Array, series: Series): Promise<string | null> {
  try {
    const ciphertext = content.subarray(NONCE) as BufferSource;
    const nonce = content.subarray(0, NONCE);
    const packed = await crypto.subtle.decrypt(how(nonce, series), await imported(key, "decrypt"), ciphertext);
    return new TextDecoder().decode(await inflated(new Uint8Array(packed), PACKED, MOST_INFLATED));
  } catch {
    return null;
  }
}

function how(nonce: Uint8Array, series: Series): AesGcmParams {
  return { name: "AES-GCM", iv: nonce as BufferSource, additionalData: placeOf(series) as BufferSource };
}

function imported(key: Uint8Array, use: KeyUsage): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", key as BufferSource, "AES-GCM", false, [use]);
}
