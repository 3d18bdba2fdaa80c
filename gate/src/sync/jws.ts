/** A bundle's JWS: taken apart, and verified by the key that the phone pinned when it was enrolled. */
import { bytesOf } from "../domain/base64.ts";
import type { Bundle } from "../domain/bundle.ts";
import { isSigned } from "./signature.ts";

/** A JWS taken apart: the text that was signed, the signature (r‖s), and what it says. */
export interface Sealed {
  readonly signed: string;
  readonly signature: Uint8Array;
  readonly content: Bundle;
}

/** The parts of a bundle's JWS; null for what is none. */
export function takenApart(jws: string): Sealed | null {
  const [header, payload, signature, ...rest] = jws.split(".");
  if (!header || !payload || !signature || rest.length > 0) return null;
  try {
    const { alg, typ } = JSON.parse(textOf(header)) as { readonly alg?: string; readonly typ?: string };
    if (alg !== "ES256" || typ !== "kakou-bundle") return null;
    const content = JSON.parse(textOf(payload)) as Bundle;
    return { signed: `${header}.${payload}`, signature: bytesOf(signature), content };
  } catch {
    return null;
  }
}

function textOf(base64url: string): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytesOf(base64url));
}

/** What the bundle says, if the pinned key signed it and it is for this phone; null otherwise. */
export async function opened(jws: string, key: JsonWebKey, device: number): Promise<Bundle | null> {
  const sealed = takenApart(jws);
  if (sealed === null || sealed.content.device !== device) return null;
  const signed = new TextEncoder().encode(sealed.signed);
  return (await isSigned(key, signed, sealed.signature)) ? sealed.content : null;
}
