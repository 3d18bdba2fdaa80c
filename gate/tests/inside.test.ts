import fc from "fast-check";
import { expect, test } from "vitest";
import type { Said } from "../src/domain/check.ts";
import { visitTag } from "../src/domain/expected.ts";
import { type Around, type Inside, insideOf, type Told } from "../src/domain/inside.ts";
import { passTag } from "../src/domain/roster.ts";

const SALT = "AAECAwQFBgcICQoLDA0ODw==";
const AT = 1_628_570_700_000;
const HOUR = 3_600_000;
const uuid = (n: number) => `017b2e00-0000-4000-8000-${String(n).padStart(12, "0")}`;
const TELEPHONE = { kind: "person", phone: "13812345678" };
const said = (n: number, hours: number, more: object = {}): Said =>
  ({
    id: uuid(n),
    at: AT + hours * HOUR - 500,
    offset: 500,
    direction: "in",
    crossed: true,
    who: "visitor",
    subject: TELEPHONE,
    checks: {},
    verdict: "admit",
    reasons: [],
    pack: "p.1",
    ...more,
  }) as unknown as Said;
const at = (own: readonly Said[], more: Partial<Around> = {}): Inside =>
  insideOf({ at: AT, own, stored: new Set(), past: null, salt: SALT, expected: [], people: [], ...more });
const told = (visits: Told["visits"], counts: Partial<Told["counts"]> = {}, limits = {}) => ({
  past: {
    at: AT,
    households: {},
    turned_back: {},
    inside: { visits, limits, counts: { visitors: Object.keys(visits).length, vehicles: 0, away: 0, ...counts } },
  },
});
const ids = (loops: Inside["visitors"]) => loops.map((loop) => loop.said.id);

test("a visitor is inside from his entry to his exit, by whatever he was known by at both", () => {
  expect(ids(at([said(1, -2)]).visitors)).toEqual([uuid(1)]);
  const out = { direction: "out", subject: { kind: "person", phone: "+86 138-1234-5678" } };
  expect(at([said(1, -2), said(2, -1, out)]).visitors).toEqual([]);
});

test("who has a name and nothing else is known again by the token of his entry", () => {
  const subject = { kind: "person", name: "小明", token: uuid(9) };
  expect(at([said(1, -2, { subject }), said(2, -1, { direction: "out", subject })]).visitors).toEqual([]);
  const other = { ...subject, token: uuid(8) };
  expect(ids(at([said(1, -2, { subject }), said(2, -1, { direction: "out", subject: other })]).visitors)).toEqual([
    uuid(1),
  ]);
});

test("a pass and the name it belongs to are one person while the names are open", () => {
  const people = [
    {
      id: "p1",
      name: "王**",
      initials: [],
      document: "",
      phone: "",
      category: "",
      flags: [],
      tags: [passTag(SALT, uuid(7))],
    },
  ];
  const out = said(1, -2, { who: "resident", direction: "out", subject: { kind: "person", pass: uuid(7) } });
  const back = said(2, -1, { who: "resident", subject: { kind: "person", id: "p1" } });
  expect(ids(at([out], { people }).away)).toEqual([uuid(1)]);
  expect(at([out, back], { people }).away).toEqual([]);
});

test("who was persuaded back or taken back is not inside, and an undone exit leaves him there", () => {
  const back = (n: number, of: number) => said(n, 0, { direction: "through", crossed: false, corrects: uuid(of) });
  expect(at([said(1, -2, { crossed: false })]).visitors).toEqual([]);
  expect(at([said(1, -2), back(2, 1)]).visitors).toEqual([]);
  expect(ids(at([said(1, -2), said(2, -1, { direction: "out" }), back(3, 2)]).visitors)).toEqual([uuid(1)]);
});

test("the server's word: who left by another gate is gone, who came by another phone is counted", () => {
  const stored = new Set([uuid(1), uuid(2)]);
  const here = { [passTag(SALT, uuid(1))]: [AT - HOUR, 0] as const };
  const own = [said(1, -2), said(2, -3, { subject: { kind: "person", phone: "13900000000" } })];
  const known = at(own, { stored, ...told(here) });
  expect([ids(known.visitors), known.others.visitors, known.asOf]).toEqual([[uuid(1)], 0, AT]);
  const elsewhere = at([], told({ [passTag(SALT, uuid(5))]: [AT - HOUR, 0] }, { away: 3 }));
  expect(elsewhere.others).toEqual({ visitors: 1, vehicles: 0, away: 3 });
});

test("what the server has not yet, or does not tell whole, it says nothing against", () => {
  expect(ids(at([said(1, -2)], told({})).visitors)).toEqual([uuid(1)]); // unsent
  expect(ids(at([said(1, 0)], { stored: new Set([uuid(1)]), ...told({}) }).visitors)).toEqual([uuid(1)]); // just now
  const cut = at([said(1, -2)], { stored: new Set([uuid(1)]), ...told({}, { visitors: 300 }) });
  expect([ids(cut.visitors), cut.others.visitors]).toEqual([[uuid(1)], 300]);
});

test("who is past the server's word, his announced time, or the limit of the place, is a missing exit", () => {
  const missing = (more: Partial<Around>, hours = -2, purpose?: string) =>
    at([said(1, hours, { purpose })], more).visitors[0]?.isMissing;
  const tag = passTag(SALT, uuid(1));
  expect(missing({})).toBe(false);
  expect(missing(told({ [tag]: [AT - 2 * HOUR, AT - 1] }))).toBe(true);
  expect(missing(told({ [tag]: [AT - 2 * HOUR, AT + 1] }))).toBe(false);
  expect(missing(told({}, {}, { any: 240, delivery: 60 }), -2, "delivery")).toBe(true);
  expect(missing(told({}, {}, { any: 240, delivery: 60 }), -2, "visit")).toBe(false);
  expect(missing(told({}, {}, { any: 240 }), -5, "visit")).toBe(true);
  const known = { kind: "person", purpose: "visit", many: 1, door: "", number: "5678", name: "" };
  const visit = { ...known, tag: visitTag(SALT, "+8613812345678") };
  expect(missing({ expected: [{ ...visit, from: AT - 3 * HOUR, until: AT - HOUR }] })).toBe(true);
  expect(missing({ expected: [{ ...visit, from: AT - 3 * HOUR, until: AT + HOUR }] })).toBe(false);
});

test("whatever was recorded, and in whatever order it is told, nobody is both inside and out, or there twice", () => {
  const crossing = fc.record({
    hours: fc.integer({ min: -60, max: 0 }),
    who: fc.constantFrom("resident", "visitor"),
    direction: fc.constantFrom("in", "out", "through"),
    crossed: fc.boolean(),
    phone: fc.constantFrom("13800000001", "13800000002", "13800000003"),
    corrects: fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(crossing, { maxLength: 20 }), fc.array(fc.nat(), { maxLength: 20 }), (rows, lots) => {
      const own = rows.map(({ hours, phone, corrects, ...more }, n) =>
        said(n, hours, {
          ...more,
          subject: { kind: "person", phone },
          ...(corrects !== undefined && corrects < n && { corrects: uuid(corrects) }),
        }),
      );
      const found = at(own);
      const phones = [...found.visitors, ...found.away].map((loop) => loop.said.subject.phone);
      expect(new Set(phones).size).toBe(phones.length);
      const shuffled = own
        .map((one, n) => [lots[n] ?? 0, one] as const)
        .sort(([one], [other]) => one - other)
        .map(([, one]) => one);
      expect(at(shuffled)).toEqual(found);
    }),
  );
});
