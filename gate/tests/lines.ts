/**
 * Judges what comes in, a JSON object a line, and answers a line each: how the server's tests ask the phone's code.
 *
 * {"pack": …} takes a pack; {"case": …, "areas": …} judges; {"expression": …, "data": …} evaluates;
 * {"pass": …} reads a pass; {"bundle": …, "key": …} opens a bundle with the pinned key (JWK), {"at": …} takes the
 * pack that holds then of the bundle opened last; {"list": …, "held": …, "key": …} tells which parts a bundle lacks, and
 * with "sent" puts them together.
 */
import { webcrypto } from "node:crypto";
import { createInterface } from "node:readline";
import { evaluate } from "certlogic-js";
import { type Bundle, versionAt } from "../src/domain/bundle.ts";
import type { Area, Case } from "../src/domain/facts.ts";
import type { Pack } from "../src/domain/pack.ts";
import { kept, type Listed, lacking, merged } from "../src/domain/parts.ts";
import { passId } from "../src/domain/pass.ts";
import { judge } from "../src/domain/verdict.ts";
import { opened as signedFor, takenApart } from "../src/sync/jws.ts";

interface Line {
  readonly pack?: Pack;
  readonly case?: Case;
  readonly areas?: readonly Area[];
  readonly expression?: unknown;
  readonly data?: unknown;
  readonly pass?: string;
  readonly bundle?: string;
  readonly key?: webcrypto.JsonWebKey;
  readonly at?: number;
  readonly list?: string;
  readonly held?: Bundle;
  readonly sent?: Readonly<Record<string, unknown>>;
}

const ES256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
let pack: Pack | undefined;
let held: Bundle | undefined;

async function opened(jws: string, jwk: webcrypto.JsonWebKey): Promise<unknown> {
  const sealed = takenApart(jws);
  if (!sealed) return { refused: "malformed" };
  const key = await webcrypto.subtle.importKey("jwk", jwk, ES256, false, ["verify"]);
  const signed = new TextEncoder().encode(sealed.signed);
  if (!(await webcrypto.subtle.verify(ES256, key, sealed.signature as Uint8Array<ArrayBuffer>, signed))) {
    return { refused: "bad_signature" };
  }
  const mine = held?.device === sealed.content.device;
  if (held && mine && sealed.content.made_at < held.made_at) return { refused: "older" };
  held = sealed.content;
  return { content: held };
}

async function renewed(list: string, held: Bundle, key: JsonWebKey, sent?: Line["sent"]): Promise<unknown> {
  const device = { id: held.device, node: held.gate, token: "", server: "", key };
  const listed = await signedFor<Listed>(list, device, "kakou-bundle-list");
  if (!listed) return { refused: "bad_signature" };
  const same = kept(listed, held);
  return sent ? { content: merged(listed, same, sent) } : { lacking: lacking(listed, same) };
}

function turned(at: number): unknown {
  const version = held && versionAt(held.rules.turns, at);
  pack = version ? held?.rules.packs[version] : undefined;
  return { version: version ?? null };
}

async function answer(line: Line): Promise<unknown> {
  if (line.bundle !== undefined && line.key) return opened(line.bundle, line.key);
  if (line.list !== undefined && line.held && line.key) return renewed(line.list, line.held, line.key, line.sent);
  if (line.at !== undefined) return turned(line.at);
  if (line.pack) {
    pack = line.pack;
    return true;
  }
  if (line.case && pack) return judge(pack, line.case, line.areas);
  if (line.pass !== undefined) return { id: passId(line.pass) };
  try {
    return { value: evaluate(line.expression as never, line.data) };
  } catch {
    return { throws: true };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line) as Line))}\n`);
}
