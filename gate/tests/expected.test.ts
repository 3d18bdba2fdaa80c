import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Said } from "../src/domain/check.ts";
import { type Expected, e164, type Hint, hintsOf, MARGIN, meant, named, visitTag } from "../src/domain/expected.ts";

const SALT = "AAECAwQFBgcICQoLDA0ODw==";
const HOUR = 3_600_000;
const AT = 1_628_570_700_000;
const PHONE = "+8613812345678";
const PLATE = "苏C12345";

const visit = (number: string, more: Partial<Expected> = {}): Expected => ({
  tag: visitTag(SALT, number),
  kind: number.startsWith("+") ? "person" : "vehicle",
  purpose: "delivery",
  from: AT - HOUR,
  until: AT + HOUR,
  many: 1,
  door: "3-2-501",
  number: number.startsWith("+") ? number.slice(-4) : number,
  name: "",
  ...more,
});
const passed = (subject: object, more: Partial<Said> = {}): Said =>
  ({ id: "1", at: AT, offset: 0, direction: "in", crossed: true, subject, checks: {}, ...more }) as unknown as Said;
const van = (more: Partial<Said> = {}) => passed({ kind: "vehicle", plate: PLATE }, more);
const hints = (kind: "person" | "vehicle", visits: readonly Expected[], own: readonly Said[] = []) =>
  hintsOf(visits, kind, AT, SALT, own);

test("a tag is the one that the server makes: sixteen bytes of SHA-256 over salt and number", () => {
  const hash = createHash("sha256").update(Buffer.from(SALT, "base64")).update(PLATE).digest();
  expect(visitTag(SALT, PLATE)).toBe(hash.subarray(0, 16).toString("base64"));
});

test.each([
  ["138 1234 5678", PHONE],
  ["+86-138-1234-5678", PHONE],
  ["008613812345678", PHONE],
  ["8613812345678", PHONE],
  ["０５１６-83321234", "+8651683321234"],
  ["+8651683321234", "+8651683321234"],
  ["0044 20 7946 0958", "+442079460958"],
  ["12345", null],
])("%s is compared as %s", (typed, number) => {
  expect(e164(typed)).toBe(number);
});

test("who is announced for about now is suggested, by when he begins, and nobody else", () => {
  const times = fc.record({ from: fc.integer({ min: -20, max: 20 }), lasts: fc.integer({ min: 0, max: 12 }) });
  fc.assert(
    fc.property(fc.array(times), (spans) => {
      const visits = spans.map(({ from, lasts }, place) =>
        visit(`+861380000${1000 + place}`, { from: AT + from * HOUR, until: AT + (from + lasts) * HOUR }),
      );
      const told = hints("person", visits);
      const now = visits.filter(({ from, until }) => from - MARGIN <= AT && AT < until + MARGIN);
      expect(new Set(told.map(({ tag }) => tag))).toEqual(new Set(now.map(({ tag }) => tag)));
      expect(told.map(({ from }) => from)).toEqual(told.map(({ from }) => from).sort((one, other) => one - other));
      expect(hints("vehicle", visits)).toEqual([]);
    }),
  );
});

test("a plate is known whole", () => {
  expect(hints("vehicle", [visit(PLATE)])[0]).toMatchObject({ number: PLATE, ends: "2345", door: "3-2-501" });
});

test("of a telephone the shift reads the last four and no more; the whole is what this phone recorded itself", () => {
  const one = visit(PHONE, { name: "王**" });
  expect(hints("person", [one])[0]).toMatchObject({
    number: "",
    ends: "5678",
    name: "王**",
  });
  const lately = passed({ kind: "person", phone: "138 1234 5678" }, { at: AT - 24 * HOUR });
  expect(hints("person", [one], [lately])[0]).toMatchObject({ number: PHONE });
});

test("who came in is suggested no more, until that is taken back", () => {
  const one = visit(PLATE);
  expect(hints("vehicle", [one], [van()])).toEqual([]);
  expect(hints("vehicle", [one], [van({ crossed: false })])).toHaveLength(1);
  expect(hints("vehicle", [one], [van({ direction: "out" })])).toHaveLength(1);
  const back = van({ id: "2", direction: "through", crossed: false, corrects: "1" });
  expect(hints("vehicle", [one], [van(), back])).toHaveLength(1);
});

const hint = (number: string, more: Partial<Hint> = {}): Hint => ({
  ...visit(number),
  number: "",
  ends: number.slice(-4),
  ...more,
});

test("last four find whom they may mean, a whole number only whose it is", () => {
  const [wang, li, dark] = [hint(PHONE), hint("+8613900001234"), hint("+8613700000000", { ends: "" })];
  const all = [wang, li, dark];
  expect(meant(all, "", SALT)).toEqual(all);
  expect(meant(all, "56", SALT)).toEqual([wang, dark]);
  expect(meant(all, "5678", SALT)).toEqual([wang, dark]);
  expect(meant(all, "138 1234 5678", SALT)).toEqual([wang]);
  expect(meant(all, "13700000000", SALT)).toEqual([dark]);
  expect(meant(all, "13611111111", SALT)).toEqual([]);
});

test("the beginning of a plate finds it, and a plate that the phone does not know stands until it is typed whole", () => {
  const [known, dark] = [hint(PLATE, { number: PLATE }), hint("苏CD12345", { ends: "" })];
  expect(meant([known, dark], "苏", SALT)).toEqual([known, dark]);
  expect(meant([known, dark], "苏E", SALT)).toEqual([dark]);
  expect(meant([known, dark], "苏CD12345", SALT)).toEqual([dark]);
});

test("a number means a visit by its tag alone", () => {
  const dark = hint(PHONE, { ends: "" });
  expect(named([dark], "13812345678", SALT)).toBe(dark);
  expect(named([dark], "13812345679", SALT)).toBeNull();
  expect(named([dark], "", SALT)).toBeNull();
});
