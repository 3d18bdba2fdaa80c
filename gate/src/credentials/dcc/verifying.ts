/** The layers of an EU certificate, each a function (hcert-spec 1.0.8, section 3 and 4; EU certificate governance). */
import type { Trust, TrustedKey } from "../../domain/bundle.ts";
import { decode } from "../base45.ts";
import { inflated, MAX_CERTIFICATE, moment } from "../bounded.ts";
import { cbor } from "../cbor.ts";
import { read, type Sign1 } from "../cose.ts";
import type { Credential, CredentialRecord } from "../credential.ts";
import { damaged, Refused } from "../refusals.ts";
import { confirms, keysOf, ofIssuer, revocationHash } from "../trust.ts";
import { checkValidity } from "../validity.ts";
import { isLabelled, Pairs } from "../values.ts";
import { read as payloadOf } from "./payload.ts";

export const PREFIX = "HC1:";
const [ISS, EXP, IAT, HCERT, EU] = [1n, 4n, 6n, -260n, 1n];
const MOST_TRIED = 64; // keys tried to tell a wrong key id from a stranger; either is refused

/** What the CWT says around the certificate. `issuer` "": the claim is optional. Times are epoch ms. */
interface Claims {
  readonly issuer: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly certificate: Pairs;
}

/** A text that begins with HC1: as a Credential. Throws Refused. */
export async function verifyDcc(text: string, trust: Trust, at: number): Promise<Credential> {
  const signed = await messageOf(text);
  const key = await signerOf(signed, trust);
  const claims = claimsOf(signed.payload);
  const { holder, records } = payloadOf(claims.certificate);
  const usage = usageOf(key, records);
  const begins = Math.max(claims.issuedAt, Date.parse(key.from));
  checkValidity(at, begins, Math.min(claims.expiresAt, Date.parse(key.until)));
  await checkRevocation(signed, new Set([claims.issuer, key.issuer].filter((one) => one)), records, trust);
  return { kind: "dcc", issuer: claims.issuer || key.issuer, keyId: key.id, usage, records, holder };
}

/** What was signed, of a text that begins with HC1:. Throws Refused. */
export async function messageOf(text: string): Promise<Sign1> {
  return read(await inflated(decode(text.slice(PREFIX.length)), "deflate", MAX_CERTIFICATE));
}

/** The trusted key that has the message's key id and made its signature; several keys may share an id, so each is
 * tried. Throws Refused (layer key or signature). */
export async function signerOf(signed: Sign1, trust: Trust): Promise<TrustedKey> {
  const keys = keysOf(trust, "dcc", signed.keyId);
  for (const key of keys) if (await confirms(key, signed.algorithm, signed.signature, signed.signed)) return key;
  if (keys.length > 0) throw new Refused("bad_signature", "signature");
  // a good signature under another key's id is a fault of the issuer or a trick, and told apart from a stranger's
  for (const key of ofIssuer(trust, "dcc", claimsOf(signed.payload).issuer).slice(0, MOST_TRIED)) {
    const isGood = await confirms(key, signed.algorithm, signed.signature, signed.signed).catch(() => false);
    if (isGood) throw new Refused("wrong_key_id", "key");
  }
  throw new Refused("unknown_issuer", "key");
}

/** The claims of a CWT. Issuer may be missing; times and certificate may not. Throws Refused (malformed, layer cbor). */
export function claimsOf(encoded: Uint8Array): Claims {
  const claims = cbor(encoded, "cbor");
  if (!isLabelled(claims)) throw damaged("cbor");
  const issuer = claims.get(ISS) === undefined ? "" : claims.get(ISS);
  const [issuedAt, expiresAt, health] = [moment(claims.get(IAT)), moment(claims.get(EXP)), claims.get(HCERT)];
  const certificate = health instanceof Pairs ? health.get(EU) : null;
  if (typeof issuer !== "string" || issuedAt === null || expiresAt === null || !(certificate instanceof Pairs))
    throw damaged("cbor");
  return { issuer, issuedAt, expiresAt, certificate };
}

/** May this key sign these records? Throws Refused (wrong_key_usage) if it may not. */
function usageOf(key: TrustedKey, records: readonly CredentialRecord[]): Credential["usage"] {
  const { usages } = key;
  if (usages === null) return "unknown";
  if (!records.every(({ kind }) => usages.includes(kind))) throw new Refused("wrong_key_usage", "usage");
  return "fits";
}

/** Throws Refused (revoked) if one of these countries withdrew the signature or a certificate id. Of an elliptic
 * signature r alone counts: s can be negated by anybody and still verifies. */
async function checkRevocation(
  signed: Sign1,
  countries: ReadonlySet<string>,
  records: readonly CredentialRecord[],
  trust: Trust,
): Promise<void> {
  const { certificates } = trust.revoked;
  if (certificates.length === 0) return;
  const bytes = (text: string) => new TextEncoder().encode(text);
  const half = signed.algorithm === "ES256" ? signed.signature.length >> 1 : signed.signature.length;
  const names = records.map(({ certificateId }) => certificateId ?? "");
  const wanted = [...countries].flatMap((country) => [
    [country, "SIGNATURE", signed.signature.slice(0, half)] as const,
    ...names.map((name) => [country, "UCI", bytes(name)] as const),
    ...names.map((name) => [country, "COUNTRYCODEUCI", bytes(country + name)] as const),
  ]);
  const hashed = wanted.map(async ([country, kind, content]) =>
    [country.toUpperCase(), kind, await revocationHash(content)].join(" "),
  );
  const known = new Set(await Promise.all(hashed));
  if (certificates.some((entry) => known.has(entry.join(" ")))) throw new Refused("revoked", "revocation");
}
