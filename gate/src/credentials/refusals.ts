/** Why a credential is refused, and at which layer it broke: as kakou/screening/credentials/refusals.py. */

export type Why =
  | "malformed"
  | "unknown_issuer"
  | "bad_signature"
  | "wrong_key_id"
  | "wrong_key_usage"
  | "not_yet_valid"
  | "expired"
  | "revoked"
  | "unsupported";

/** Where it broke, from the outside in. */
export type Layer =
  | "text"
  | "prefix"
  | "chunks"
  | "numeric"
  | "base45"
  | "compression"
  | "cose"
  | "jws"
  | "key"
  | "signature"
  | "cbor"
  | "json"
  | "payload"
  | "issuer"
  | "usage"
  | "validity"
  | "revocation";

/** The code is not to be relied on. */
export class Refused extends Error {
  readonly why: Why;
  readonly layer: Layer;

  constructor(why: Why, layer: Layer) {
    super(`${why} at ${layer}`);
    this.why = why;
    this.layer = layer;
  }
}

/** Parts of a card are still to be scanned: so many of so many are known. */
export class PartsMissing extends Refused {
  readonly scanned: number;
  readonly total: number;

  constructor(scanned: number, total: number) {
    super("malformed", "chunks");
    this.scanned = scanned;
    this.total = total;
  }
}

/** Its bytes cannot be read at this layer. */
export const damaged = (layer: Layer) => new Refused("malformed", layer);

/** It can be read, but does not say what its standard asks for. */
export const misshapen = () => new Refused("malformed", "payload");
