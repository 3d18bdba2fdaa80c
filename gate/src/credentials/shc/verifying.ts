/** The layers of a SMART Health Card (framework 1.4.0), each a function. */
import type { Trust, TrustedKey } from "../../domain/bundle.ts";
import { inflated, MAX_INFLATED, moment } from "../bounded.ts";
import type { Credential } from "../credential.ts";
import { jsonObject } from "../json.ts";
import { damaged, misshapen, Refused } from "../refusals.ts";
import { confirms, isWithdrawn, keysOf, ofIssuer } from "../trust.ts";
import { checkValidity } from "../validity.ts";
import { Pairs } from "../values.ts";
import { read as bundleOf } from "./bundle.ts";
import { jwsIn, SCHEME } from "./digits.ts";
import { type Jws, read } from "./jws.ts";

const HEALTH_CARD = "https://smarthealth.cards#health-card";

/** What a card says around its health data. `rid`: revocation id; times are epoch ms. */
interface Claims {
  readonly issuedAt: number;
  readonly expiresAt: number | null;
  readonly rid: string | null;
  readonly bundle: Pairs;
}

/** A text of shc:/ codes, or a bare JWS, as a Credential. Throws Refused. */
export async function verifyShc(text: string, trust: Trust, at: number): Promise<Credential> {
  const signed = read(text.startsWith(SCHEME) ? jwsIn(text) : text);
  const payload = jsonObject(await inflated(signed.packed, "deflate-raw", MAX_INFLATED), "json");
  const key = await signerOf(signed, payload, trust);
  const claims = claimsOf(payload);
  const { holder, records } = bundleOf(claims.bundle);
  checkValidity(at, claims.issuedAt, claims.expiresAt);
  if (claims.rid !== null && isWithdrawn(trust, key, claims.rid, claims.issuedAt))
    throw new Refused("revoked", "revocation");
  return { kind: "shc", issuer: key.issuer, keyId: key.id, usage: "fits", records, holder };
}

/** The trusted key of the issuer that the card names, which has the card's key id and made its signature.
 * Throws Refused (layer json, issuer, key or signature). */
async function signerOf(signed: Jws, payload: Pairs, trust: Trust): Promise<TrustedKey> {
  const issuer = payload.get("iss");
  if (typeof issuer !== "string") throw damaged("json");
  const key = keysOf(trust, "shc", signed.keyId).find((one) => one.issuer === issuer);
  if (key === undefined) {
    if (ofIssuer(trust, "shc", issuer).length > 0) throw new Refused("wrong_key_id", "key");
    throw new Refused("unknown_issuer", "issuer");
  }
  if (!(await confirms(key, "ES256", signed.signature, signed.signed))) throw new Refused("bad_signature", "signature");
  return key;
}

/** The claims of a card. `nbf` is asked for, `exp` may be missing. Throws Refused (layer payload). */
function claimsOf(payload: Pairs): Claims {
  const credential = payload.get("vc");
  const types = credential instanceof Pairs ? credential.get("type") : null;
  if (!(credential instanceof Pairs) || !Array.isArray(types)) throw misshapen();
  if (!types.includes(HEALTH_CARD)) throw new Refused("unsupported", "payload");
  const [issuedAt, expiresAt] = [moment(payload.get("nbf")), moment(payload.get("exp"))];
  const [subject, rid = null] = [credential.get("credentialSubject"), credential.get("rid")];
  const bundle = subject instanceof Pairs ? subject.get("fhirBundle") : null;
  const hasNoEnd = expiresAt === null && payload.get("exp") !== undefined;
  if (issuedAt === null || hasNoEnd || !(bundle instanceof Pairs)) throw misshapen();
  if (rid !== null && typeof rid !== "string") throw misshapen();
  return { issuedAt, expiresAt, rid, bundle };
}
