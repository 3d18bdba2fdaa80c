/** A JWS in its compact form (RFC 7515), as a SMART Health Card uses it: ES256, a compressed payload, a key id. */
import { base64url } from "../bounded.ts";
import { jsonObject } from "../json.ts";
import { damaged, Refused } from "../refusals.ts";
import type { Pairs } from "../values.ts";

const KNOWN = ["alg", "kid", "zip", "typ"];

/** A signed text in its parts. `packed`: the payload, raw DEFLATE; `signed`: what the signature is over (section 5.2). */
export interface Jws {
  readonly keyId: string;
  readonly packed: Uint8Array;
  readonly signature: Uint8Array;
  readonly signed: Uint8Array;
}

/** The parts of `header.payload.signature`. Keys or certificates that a header brings along, and what it declares
 * critical, are refused rather than passed over. Throws Refused (layer jws, compression or signature). */
export function read(token: string): Jws {
  const parts = token.split(".");
  const [header = "", payload = "", signature = ""] = parts;
  if (parts.length !== 3) throw damaged("jws");
  const keyId = checked(jsonObject(base64url(header, "jws"), "jws"));
  return {
    keyId,
    packed: base64url(payload, "jws"),
    signature: base64url(signature, "signature"),
    signed: new TextEncoder().encode(`${header}.${payload}`),
  };
}

function checked(header: Pairs): string {
  const [keyId, algorithm] = [header.get("kid"), header.get("alg")];
  if (typeof keyId !== "string" || typeof algorithm !== "string") throw damaged("jws");
  const isKnown = header.keys().every((name) => KNOWN.includes(String(name)));
  if (algorithm !== "ES256" || !isKnown) throw new Refused("unsupported", "jws");
  if (header.get("zip") !== "DEF") throw damaged("compression");
  return keyId;
}
