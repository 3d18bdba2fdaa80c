/** Bundles and lists of any content, signed as the server signs them, by a key of the test. */
import { webcrypto } from "node:crypto";
import fc from "fast-check";
import type { Bundle } from "../src/domain/bundle.ts";
import { digestOf, type Listed, partsOf } from "../src/domain/parts.ts";
import { DEVICE } from "./memory.ts";

const ES256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const LETTERS = "ABCZaz09+/";
const PIECES = 64;

/** What a bundle says beside its frame. */
export type Sections = Readonly<Record<string, unknown>>;

const letters = fc.string({ unit: fc.constantFrom(...LETTERS), minLength: 1, maxLength: 4 });
const pass = fc.tuple(letters, fc.constantFrom("resident", "visitor"), fc.constant(""), fc.boolean());
const passes = fc.uniqueArray(pass, { selector: ([tag]) => tag, maxLength: 12 }).map((all) => all.sort());
const pieces = fc.array(fc.oneof(fc.constant(""), letters), { minLength: PIECES, maxLength: PIECES });

/** Any sections: two of them cut, one of them in any other shape. */
export const sections: fc.Arbitrary<Sections> = fc.record({
  roster: fc.record({ salt: letters, passes }),
  people: fc.record({
    count: fc.nat(9),
    sealed: pieces.map((all) => (all.every((piece) => piece === "") ? "" : all.join("."))),
  }),
  areas: fc.array(fc.record({ code: fc.string(), to: fc.option(fc.string()) }), { maxLength: 3 }),
  codes: fc.record({ health: fc.boolean(), travel: fc.boolean() }),
});

/** The etag is what it says, whenever it was made. */
const frame = (said: Sections, at: number) =>
  ({ contract: 1, device: DEVICE.id, gate: DEVICE.node, etag: digestOf(said), made_at: at }) as const;

export const bundleOf = (said: Sections, at: number) => ({ ...frame(said, at), ...said }) as unknown as Bundle;

export const listOf = (said: Sections, at: number): Listed => {
  const digests = [...partsOf(said)].map(([name, part]) => [name, digestOf(part)]);
  return { ...frame(said, at), parts: Object.fromEntries(digests) };
};

/** A key, and what it signs. */
export async function signer() {
  const { privateKey, publicKey } = await webcrypto.subtle.generateKey(ES256, true, ["sign", "verify"]);
  const text = (content: unknown) => Buffer.from(JSON.stringify(content)).toString("base64url");
  return {
    key: (await webcrypto.subtle.exportKey("jwk", publicKey)) as JsonWebKey,
    sign: async (content: unknown, typ: string): Promise<string> => {
      const signed = `${text({ alg: "ES256", typ })}.${text(content)}`;
      const signature = await webcrypto.subtle.sign(ES256, privateKey, new TextEncoder().encode(signed));
      return `${signed}.${Buffer.from(signature).toString("base64url")}`;
    },
  };
}
