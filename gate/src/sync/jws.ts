/** What the server signs for this phone, as JWS: taken apart, and verified by the key pinned when it was enrolled. */
import { bytesOf } from "../domain/base64.ts";
import type { Bundle } from "../domain/bundle.ts";
import type { Device } from "../ports.ts";
import { isSigned } from "./signature.ts";

/** A JWS taken apart: the text that was signed, the signature (r‖s), and what it says. */
export interface Sealed<T> {
  readonly signed: string;
  readonly signature: Uint8Array;
  readonly content: T;
}

/** The parts of a JWS of that type; null for what is none. */
export function takenApart<T = Bundle>(jws: string, type: string = "kakou-bundle"): Sealed<T> | null {
  const [header, payload, signature, ...rest] = jws.split(".");
  if (!header || !payload || !signature || rest.length > 0) return null;
  try {
    const { alg, typ } = JSON.parse(textOf(header)) as { readonly alg?: string; readonly typ?: string };
    if (alg !== "ES256" || typ !== type) return null;
    const content = JSON.parse(textOf(payload)) as T;
    return { signed: `${header}.${payload}`, signature: bytesOf(signature), content };
  } catch {
    return null;
  }
}

function textOf(base64url: string): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytesOf(base64url));
}

/** What it says, if the pinned key signed it and it is for this phone; null otherwise. */
export async function opened<T extends { readonly device: number }>(
  jws: string,
  device: Device,
  type: string,
): Promise<T | null> {
  const sealed = takenApart<T>(jws, type);
  if (sealed === null || sealed.content.device !== device.id) return null;
  const signed = new TextEncoder().encode(sealed.signed);
  return (await isSigned(device.key, signed, sealed.signature)) ? sealed.content : null;
}
