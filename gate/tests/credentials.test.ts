/** Credentials on the phone have the answers that the server gives: on the shared vectors, public samples, mutants. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inflated, MAX_CERTIFICATE } from "../src/credentials/bounded.ts";
import { courseOf, looksOf } from "../src/credentials/course.ts";
import { messageOf, signerOf } from "../src/credentials/dcc/verifying.ts";
import { Refused } from "../src/credentials/refusals.ts";
import { jwsIn } from "../src/credentials/shc/digits.ts";
import { read as jwsOf } from "../src/credentials/shc/jws.ts";
import { verify } from "../src/credentials/verifying.ts";
import type { Trust } from "../src/domain/bundle.ts";
import { record } from "./counts.ts";
import { VECTORS } from "./packs.ts";

interface Case {
  readonly name: string;
  readonly text: string;
  readonly at: number;
  readonly trust: string;
  readonly refused?: { readonly why: string; readonly layer: string };
  readonly says?: unknown;
  /** Of an EU sample: do its makers expect its signature to be good? */
  readonly verifies?: boolean | null;
}
interface Answers {
  readonly trusts: Readonly<Record<string, Trust>>;
  readonly cases: readonly Case[];
}

const ROOT = new URL("../../", import.meta.url);
const DATA = process.env.KAKOU_TESTDATA ?? join(import.meta.dirname, "../../../shared/data");
const SHARED = JSON.parse(readFileSync(new URL("credentials/cases.json", VECTORS), "utf8")) as Answers;
const SEED = Number(process.env.KAKOU_SEED ?? 20210810);

/** What the server's own code answers. */
function asked(...what: string[]): Answers {
  const own = fileURLToPath(new URL(".venv/bin/python", ROOT));
  const told = execFileSync(
    existsSync(own) ? own : "python3",
    ["-m", "kakou.screening.credentials.tests.answers", ...what],
    {
      cwd: fileURLToPath(ROOT),
      encoding: "utf8",
      maxBuffer: 2 ** 28,
      env: { ...process.env, KAKOU_TESTDATA: DATA },
    },
  );
  return JSON.parse(told) as Answers;
}

async function answer({ text, at }: Pick<Case, "text" | "at">, trust: Trust): Promise<Pick<Case, "says" | "refused">> {
  try {
    const says = await verify(text, trust, at);
    return { says: { ...says, course: courseOf(says.records) } };
  } catch (failure) {
    if (!(failure instanceof Refused)) throw failure;
    return { refused: { why: failure.why, layer: failure.layer } };
  }
}

/** Those whose answer is another one than the server's. */
async function differing({ cases, trusts }: Answers): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const one of cases) {
    const { name, text, says, refused } = one;
    const here = await answer(one, trusts[one.trust] as Trust);
    const there = says === undefined ? { refused } : { says };
    if (JSON.stringify(sorted(here)) !== JSON.stringify(sorted(there))) found.push({ name, text, here, there });
  }
  return found;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(members.map(([name, inner]) => [name, sorted(inner)]));
}

test("the shared vectors have their answers", async () => {
  expect(await differing(SHARED)).toEqual([]);
  expect(SHARED.cases.length).toBeGreaterThan(80);
});

describe.skipIf(!existsSync(join(DATA, "dcc/vectors")))(`public samples at ${DATA} (KAKOU_TESTDATA)`, () => {
  const samples = existsSync(join(DATA, "dcc/vectors")) ? asked("samples") : { trusts: {}, cases: [] };

  test("157 EU vectors and the SMART Health Cards, good and malformed, have the server's answers", async ({ task }) => {
    expect(await differing(samples)).toEqual([]);
    const cards = samples.cases.filter(({ name }) => name.startsWith("shc/"));
    const good = samples.cases.filter(({ says }) => says !== undefined);
    record(task, { "EU vectors": samples.cases.length - cards.length, cards: cards.length, valid: good.length });
    expect([samples.cases.length - cards.length, cards.length, good.length]).toEqual([157, 17, 135]);
  });

  test("127 EU vectors whose signature is good verify by their certificate's key", async ({ task }) => {
    const wanted = samples.cases.filter(({ verifies }) => verifies);
    for (const one of wanted) await signerOf(await messageOf(one.text), samples.trusts[one.trust] as Trust);
    record(task, { "EU signatures verified": wanted.length });
    expect(wanted.length).toBe(127);
  });
});

test("2,000 mutants made by the server's own workshop have the server's answers", async ({ task }) => {
  const mutants = asked("mutants", "2000", String(SEED));
  expect(await differing(mutants)).toEqual([]);
  record(task, { "mutants compared": mutants.cases.length });
}, 120_000);

test("whatever is changed in a code, nothing that was not signed is valid, and nothing but a refusal comes", async () => {
  const honest = SHARED.cases.filter(({ says, trust }) => says !== undefined && trust === "all");
  const known = new Set<string>();
  for (const { text } of honest) known.add(await signedIn(text));
  const letters = fc.constantFrom(..."0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:");
  const change = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.nat(3), put: fc.array(letters) });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...honest), fc.array(change, { minLength: 1, maxLength: 4 }), async (one, all) => {
      const text = all.reduce((so, { at, cut, put }) => {
        const place = Math.floor(at * so.length);
        return so.slice(0, place) + put.join("") + so.slice(place + cut);
      }, one.text);
      const said = await answer({ text, at: one.at }, SHARED.trusts.all as Trust);
      // what is valid was signed: the change is around the signed bytes, not in them
      if (said.says !== undefined) expect(known).toContain(await signedIn(text));
    }),
    { numRuns: 2_000, seed: SEED },
  );
}, 120_000);

async function signedIn(text: string): Promise<string> {
  const bare = text.trim();
  const isEu = bare.startsWith("HC1:");
  const { signed } = isEu ? await messageOf(bare) : jwsOf(bare.startsWith("shc:") ? jwsIn(bare) : bare);
  return signed.join();
}

test("a bomb is left at the bound, and what is cut off or goes on is no stream", async () => {
  const packed = async (bytes: Uint8Array) =>
    new Uint8Array(
      await new Response(
        new Blob([bytes as BlobPart]).stream().pipeThrough(new CompressionStream("deflate")),
      ).arrayBuffer(),
    );
  const plain = Uint8Array.from({ length: MAX_CERTIFICATE }, (_, at) => at % 251);
  const good = await packed(plain);
  expect(await inflated(good, "deflate", MAX_CERTIFICATE)).toEqual(plain);
  const bomb = await packed(new Uint8Array(2 ** 24));
  for (const bad of [
    bomb,
    good.slice(0, -1),
    Uint8Array.from([...good, 0]),
    await packed(Uint8Array.from([...plain, 1])),
  ])
    await expect(inflated(bad, "deflate", MAX_CERTIFICATE)).rejects.toBeInstanceOf(Refused);
});

test("a course says only what a passage can carry", () => {
  const course = { state: "full", vaccine: "EU/1/20/1528", doses: 2, doseOn: "2021-06-18" } as const;
  expect(looksOf(course)).toEqual({ vaccination: "full", vaccine: course.vaccine, doses: 2, dose_on: "2021-06-18" });
  const odd = { ...course, vaccine: "what it was", doses: 12, doseOn: "2021-02-30" };
  expect(looksOf(odd)).toEqual({ vaccination: "full", vaccine: "other" });
});
