/** COSE_Sign1 (RFC 9052 section 4.2) as the EU certificate uses it: one signer, ES256 or PS256, a key id of 8 bytes. */
import { base64 } from "../domain/base64.ts";
import { cbor } from "./cbor.ts";
import { damaged, Refused } from "./refusals.ts";
import type { Algorithm } from "./trust.ts";
import { isLabelled, Pairs, type Value } from "./values.ts";

const HEADS = ["d2", "d83dd2"]; // tag 18, COSE_Sign1; or that within tag 61, CWT (RFC 8392 section 6)
const [ALG, KID] = [1n, 4n];
const ALGORITHMS = new Map<bigint, Algorithm>([
  [-7n, "ES256"],
  [-37n, "PS256"],
]);

/** One signed message. `keyId`: base64; `signed`: the bytes the signature is over (section 4.4). */
export interface Sign1 {
  readonly algorithm: Algorithm;
  readonly keyId: string;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  readonly signed: Uint8Array;
}

/** A message: tagged, tagged within a CWT, or untagged. Algorithm and key id may stand in either header; the protected
 * one wins. The algorithm only ever refuses: what verifies is the key's own. Throws Refused (layer cose). */
export function read(message: Uint8Array): Sign1 {
  const parts = cbor(message.slice(headOf(message)), "cose");
  if (!Array.isArray(parts) || parts.length !== 4) throw damaged("cose");
  const [inside, outside, payload, signature] = parts as readonly Value[];
  if (!(inside instanceof Uint8Array && payload instanceof Uint8Array && signature instanceof Uint8Array))
    throw damaged("cose");
  const headers = labelled(outside).under(inside.length === 0 ? new Pairs() : labelled(cbor(inside, "cose")));
  const keyId = headers.get(KID);
  if (!(keyId instanceof Uint8Array)) throw damaged("cose");
  const algorithm = algorithmOf(headers.get(ALG));
  return { algorithm, keyId: base64(keyId), payload, signature, signed: signedOver(inside, payload) };
}

function headOf(message: Uint8Array): number {
  const begins = Array.from(message.slice(0, 3), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return (HEADS.find((head) => begins.startsWith(head))?.length ?? 0) / 2;
}

function labelled(found: Value | undefined): Pairs {
  if (!isLabelled(found)) throw damaged("cose");
  return found;
}

function algorithmOf(label: Value | undefined): Algorithm {
  if (typeof label !== "bigint") throw damaged("cose");
  const known = ALGORITHMS.get(label);
  if (known === undefined) throw new Refused("unsupported", "cose");
  return known;
}

function signedOver(inside: Uint8Array, payload: Uint8Array): Uint8Array {
  const context = new TextEncoder().encode("Signature1");
  const head = [0x84, 0x60 | context.length, ...context]; // four things, the first of them a text
  return Uint8Array.from([...head, ...byteString(inside), ...byteString(new Uint8Array()), ...byteString(payload)]);
}

function byteString(content: Uint8Array): number[] {
  const size = content.length; // of at most 64 kB
  const head = size < 24 ? [0x40 | size] : size < 256 ? [0x58, size] : [0x59, size >> 8, size & 0xff];
  return [...head, ...content];
}
