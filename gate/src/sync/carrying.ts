/**
 * The outbox as a file that only the office opens: a key of its own for every file (ECDH on P-256 with the site's),
 * HKDF-SHA-256, AES-256-GCM. It is made in memory, of what is in memory, and this phone cannot open it again.
 */
import { concatBytes } from "@noble/hashes/utils.js";
import { bytesOf } from "../domain/base64.ts";
import { lineOf, type OutboxSection, textOf } from "../domain/carried.ts";
import type { Item } from "../domain/outbox.ts";
import { packed } from "../packing.ts";
import type { Device } from "../ports.ts";

const CURVE = { name: "ECDH", namedCurve: "P-256" };
const INFO = "kakou outbox 1\0";
const NONCE = 12; // bytes

/** The whole file. The salt is the hash of this phone's token: nobody else writes one in its name. */
export async function sealed(
  section: OutboxSection,
  device: Pick<Device, "id" | "token">,
  items: readonly Item[],
  sentAt: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const own = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", own.publicKey));
  const site = bytesOf(section.key);
  const theirs = await crypto.subtle.importKey("raw", site as BufferSource, CURVE, false, []);
  const agreed = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, own.privateKey, 256);
  const key = await keyOf(agreed, device.token, point, site);
  const line = utf8(lineOf(section, device.id));
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE));
  const plain = await packed(textOf(device.id, items, sentAt), "gzip");
  const how = { name: "AES-GCM", iv: nonce, additionalData: line };
  return concatBytes(line, point, nonce, new Uint8Array(await crypto.subtle.encrypt(how, key, plain)));
}

/** The key of one file, of what both ends come to. */
export async function keyOf(
  agreed: ArrayBuffer,
  token: string,
  point: Uint8Array,
  site: Uint8Array,
): Promise<CryptoKey> {
  const salt = await crypto.subtle.digest("SHA-256", utf8(token));
  const base = await crypto.subtle.importKey("raw", agreed, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt, info: concatBytes(utf8(INFO), point, site) };
  return crypto.subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
