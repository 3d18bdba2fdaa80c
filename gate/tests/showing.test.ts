/** A certificate at the gate: its parts put together, and what of it stands in the check. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createChecking } from "../src/checking.ts";
import { createCodes } from "../src/codes.ts";
import type { Credential } from "../src/credentials/credential.ts";
import { joined, written } from "../src/credentials/showing.ts";
import { begun, passageOf, withResult } from "../src/domain/check.ts";
import { visitTag } from "../src/domain/expected.ts";
import { kindOf } from "../src/scanner/kinds.ts";
import { freshState, type Near, type Ports, type State } from "../src/state.ts";

const DOSE = {
  kind: "vaccination",
  product: "EU/1/20/1528",
  dose: 2,
  doses: 2,
  date: "2021-06-18",
  result: null,
} as const;
const VALID: Credential = {
  kind: "dcc",
  issuer: "XZ",
  keyId: "",
  usage: "fits",
  records: [{ ...DOSE, certificateId: "URN:UVCI:01:XZ:1" }],
  holder: { name: "Anna Müller", standardName: null, born: "1990-02-28" },
};
const SOMEBODY = begun("in", "visitor", { kind: "person", phone: "13800138000" });
const SHOWN = { vaccination: "full", vaccine: "EU/1/20/1528", doses: 2, dose_on: "2021-06-18" };

test("parts in any order, some of them twice, are one card; another card begins anew", () => {
  const many = fc.integer({ min: 1, max: 9 });
  fc.assert(
    fc.property(
      many.chain((of) => fc.tuple(fc.constant(of), fc.array(fc.integer({ min: 1, max: of })))),
      ([of, scans]) => {
        const scanned = scans.reduce<readonly string[]>(
          (known, number) => joined(known, `shc:/${number}/${of}/5${number}`),
          [],
        );
        expect(new Set(scanned).size).toBe(scanned.length);
        expect(new Set(scanned)).toEqual(new Set(scans.map((number) => `shc:/${number}/${of}/5${number}`)));
      },
    ),
  );
  const known = ["shc:/1/3/51", "shc:/2/3/52"];
  for (const other of ["shc:/1/2/51", "shc:/1/3/99", "shc:/5676", "HC1:ABC"])
    expect(joined(known, other)).toEqual([other]);
});

test("a valid one fills both looks and says whose it is, which is not sent", () => {
  const draft = written(SOMEBODY, VALID);
  expect(draft.checks).toEqual({ certificate: "valid", ...SHOWN });
  expect(draft.holder).toBe("Anna Müller · 1990-02-28");
  const world = { at: 1, offset: 0, day: "", unit: "", management: "", past: {}, recorder: null, thermometer: null };
  const said = passageOf(draft, { outcome: "admit", reasons: [], fix: null, pack: "x" } as never, world, "id");
  expect(JSON.stringify(said)).not.toMatch(/Anna|1990|UVCI/u);
});

test("a test or a recovery says nothing of a vaccination", () => {
  for (const kind of ["test", "recovery"] as const) {
    const found = { ...VALID, records: [{ ...DOSE, kind, dose: null, doses: null, certificateId: null }] };
    expect(written(SOMEBODY, found).checks).toEqual({ certificate: "valid" });
  }
});

test("what is refused fills its word alone, and takes back what the one before said", () => {
  expect(written(written(SOMEBODY, VALID), "expired")).toMatchObject({
    checks: { certificate: "expired" },
    holder: "",
  });
  expect(written(written(SOMEBODY, VALID), "expired").checks).not.toHaveProperty("vaccination");
  const told = withResult(SOMEBODY, "vaccination", "partial");
  expect(written(told, "malformed").checks).toEqual({ vaccination: "partial", certificate: "malformed" });
});

/** The codes of a phone at the garden's gate. */
function codes() {
  const state: State = { ...freshState(0), screen: "scan" };
  const ports = { clock: { now: () => 0, lots: () => new Uint8Array(10) }, store: { fill: 0 } } as unknown as Ports;
  const tell = (word: string, given = {}) => [word, ...Object.values(given)].join(" ");
  const near = { state, t: tell, pack: { value: null }, zone: () => "UTC" } as unknown as Near;
  const nothing = () => undefined;
  const checking = createChecking({ ...ports, signal: nothing }, near, nothing);
  const shown = createCodes(ports, state, tell as never, checking);
  return { state, scan: (text: string) => shown(kindOf(text)) };
}

test("the number of an identity card begins a visitor by his document", () => {
  const { state, scan } = codes();
  expect(scan("11010519491231002x")).toBe(true);
  expect(state.draft).toMatchObject({
    who: "visitor",
    subject: { kind: "person", document: { kind: "10", no: "11010519491231002X" } },
    called: "id_card 002X",
  });
  expect(state.screen).toBe("check");
});

test("a place code is told for what it is, by name where it hangs here", () => {
  const { state, scan } = codes();
  const salt = "AAAAAAAAAAAAAAAAAAAAAA==";
  const place = { codes: { [visitTag(salt, "k7q2m9xp3c5t")]: "花园小区 东门" } };
  Object.assign(state, {
    device: { server: "https://kakou.example" },
    bundle: { roster: { salt, passes: [] }, place },
  });
  for (const [text, word] of [
    ["https://kakou.example/p/K7Q2M9XP3C5T/", "place_code_of 花园小区 东门"],
    ["https://kakou.example/p/k7q2m9xp3c5u/", "place_code_ours"],
    ["https://elsewhere.example/p/k7q2m9xp3c5t/", "place_code"],
  ] as const) {
    expect(scan(text)).toBe(true);
    expect([state.fault, state.draft]).toEqual([word, null]);
  }
  expect(scan("https://example.org/")).toBe(false);
});
