/** Whom to believe: the keys and revocations of the bundle's section `trust`, used as kakou's trust store does. */
import { base64, bytesOf } from "../domain/base64.ts";
import type { Trust, TrustedKey } from "../domain/bundle.ts";
import { Refused } from "./refusals.ts";

export type Algorithm = TrustedKey["algorithm"];
const CURVES = ["P-256", "P-384", "P-521"];
const HASH = "SHA-256";
const PSS = { name: "RSA-PSS", hash: HASH, saltLength: 32 };
const ECDSA = { name: "ECDSA", hash: HASH };

/** Every key of that id: key ids of EU certificates are short, so that two may share one. */
export function keysOf(trust: Trust, kind: string, id: string): TrustedKey[] {
  return trust.keys.filter((key) => key.kind === kind && key.id === id);
}

/** The keys of that issuer, and those that name none; all keys, if the issuer is not told (""). */
export function ofIssuer(trust: Trust, kind: string, issuer: string): TrustedKey[] {
  return trust.keys.filter((key) => key.kind === kind && (issuer === "" || key.issuer === "" || key.issuer === issuer));
}

/** Did this key sign exactly these bytes, in the way the header says and this key does? An ECDSA signature is r‖s, each
 * as long as the key's curve. Throws Refused (unsupported) for a curve that browsers do not know. */
export async function confirms(
  key: TrustedKey,
  algorithm: Algorithm,
  signature: Uint8Array,
  signed: Uint8Array,
): Promise<boolean> {
  if (algorithm !== key.algorithm) return false;
  const how = algorithm === "PS256" ? PSS : ECDSA;
  return crypto.subtle.verify(how, await publicKey(key), signature as BufferSource, signed as BufferSource);
}

async function publicKey(key: TrustedKey): Promise<CryptoKey> {
  const spki = bytesOf(key.spki) as BufferSource;
  const kinds = key.algorithm === "PS256" ? [PSS] : CURVES.map((namedCurve) => ({ ...ECDSA, namedCurve }));
  for (const kind of kinds) {
    try {
      return await crypto.subtle.importKey("spki", spki, kind, false, ["verify"]);
    } catch {} // of another curve
  }
  throw new Refused("unsupported", "key");
}

/** The first 128 bits of SHA-256, base64, as a batch of withdrawn EU certificates holds them. */
export async function revocationHash(content: Uint8Array): Promise<string> {
  return base64(new Uint8Array(await crypto.subtle.digest(HASH, content as BufferSource)).slice(0, 16));
}

/** Does the issuer's list of this key hold the card's `rid`, without a time or with a later one than it was issued? */
export function isWithdrawn(trust: Trust, key: TrustedKey, rid: string, issuedAt: number): boolean {
  const lists = trust.revoked.cards.filter((list) => list.issuer === key.issuer && list.key === key.id);
  return lists.some(({ rids }) =>
    rids.some(([held, before]) => held === rid && (before === null || issuedAt < before * 1_000)),
  );
}
