import fc from "fast-check";
import { expect, test } from "vitest";
import { passText } from "../src/domain/pass.ts";
import { kindOf } from "../src/scanner/kinds.ts";

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const checked = (first: string) =>
  first + "10X98765432"[[...first].reduce((sum, digit, place) => sum + Number(digit) * (WEIGHTS[place] ?? 0), 0) % 11];

test("a pass is told however it is written", () => {
  fc.assert(
    fc.property(fc.uuid(), (id) => {
      expect(kindOf(passText(id))).toEqual({ kind: "pass", id });
      expect(kindOf(` ${passText(id).toLowerCase()} `)).toEqual({ kind: "pass", id });
    }),
  );
});

test.each([
  ["KB1:7f.9c", "badge"],
  ["KL1:eyJ", "lease"],
  ["KX1:3:16:0AFE", "exchange"],
  ["HC1:6BFOXN%TS3DH", "dcc"],
  ["shc:/5676290952", "shc"],
  ["shc:/1/2/5676290952", "shc"],
])("%s is told by its beginning", (text, kind) => expect(kindOf(text)).toEqual({ kind, text }));

test.each(["http://10.0.0.5:8000/", "https://gate.example.cn/", "https://example.cn:8443/"])(
  "an enrolment keeps its address: %s",
  (address) =>
    expect(kindOf(`${address}gate/#1.Zx9_-aaaaaaaaaaaa`)).toEqual({
      kind: "enrolment",
      server: address.slice(0, -1),
      token: "Zx9_-aaaaaaaaaaaa",
      isNewer: false,
    }),
);

test("an enrolment of a later version is one, so that the screen can ask for an update", () =>
  expect(kindOf(`https://example.cn/gate/#12.${"t".repeat(16)}`)).toMatchObject({ kind: "enrolment", isNewer: true }));

test.each([
  "https://example.cn/gate/#1.",
  "https://example.cn/gate/#one.tttttttttttttttt",
  "javascript:alert(1)/gate/#1.tttttttttttttttt",
])("%s is no enrolment", (text) => expect(kindOf(text).kind).toBe("other"));

test.each([
  ["https://k.example.cn/p/A7Q2", "A7Q2", "k.example.cn"],
  ["http://10.0.0.5:8000/p/A7Q2/?lang=en#x", "A7Q2", "10.0.0.5:8000"],
  ["HTTPS://K.EXAMPLE.CN/p/9", "9", "k.example.cn"],
])("%s is a place's code", (text, code, host) => expect(kindOf(text)).toEqual({ kind: "place", code, host }));

test.each([
  "https://k.example.cn/p/",
  "https://k.example.cn/x/p/1",
  "ftp://k/p/1",
  "https://",
  "/p/1",
  "https://k/p/1/2",
])("%s is none", (text) => expect(kindOf(text).kind).toBe("other"));

const days = fc.date({
  min: new Date("1900-01-01T00:00:00Z"),
  max: new Date("2049-12-31T00:00:00Z"),
  noInvalidDate: true,
});
const residents = fc
  .tuple(fc.integer({ min: 110000, max: 820000 }), days, fc.integer({ min: 0, max: 999 }))
  .map(([area, day, order]) =>
    checked(`${area}${day.toISOString().slice(0, 10).replaceAll("-", "")}${String(order).padStart(3, "0")}`),
  );

test("a resident's number is told, its X in either case", () => {
  fc.assert(
    fc.property(residents, (number) => {
      expect(kindOf(number)).toEqual({ kind: "resident", number });
      expect(kindOf(number.toLowerCase())).toEqual({ kind: "resident", number });
    }),
  );
});

test("with one digit misread, or two neighbours swapped, it is none", () => {
  fc.assert(
    fc.property(residents, fc.integer({ min: 0, max: 16 }), fc.integer({ min: 1, max: 9 }), (number, place, by) => {
      const other = String((Number(number[place]) + by) % 10);
      expect(kindOf(number.slice(0, place) + other + number.slice(place + 1)).kind).toBe("other");
      const [one, two] = [number[place] ?? "", number[place + 1] ?? ""];
      if (one !== two) expect(kindOf(number.slice(0, place) + two + one + number.slice(place + 2)).kind).toBe("other");
    }),
  );
});

test.each(["110101199002300", "110101190002290", "110101199013010", "110101199000100"])(
  "with a right check digit and no day of birth it is none: %s",
  (first) => expect(kindOf(checked(`${first}12`)).kind).toBe("other"),
);

test("29 February of a leap year is a day", () => expect(kindOf(checked("11010120000229001")).kind).toBe("resident"));

test("codes of payment apps are hardly ever taken for residents", () => {
  const draws = Array.from({ length: 20_000 }, (_, n) =>
    checked(`13${String((n * 7_919_331_337) % 10 ** 15).padStart(15, "0")}`),
  );
  const taken = draws.filter((text) => kindOf(text).kind === "resident");
  expect(taken.length / draws.length).toBeLessThan(0.05); // of those whose check digit is right, one in eleven
});

test("whatever is shown, a kind is told and nothing is thrown", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(kindOf(text).kind).toBeTypeOf("string");
    }),
  );
  fc.assert(
    fc.property(fc.webUrl(), (text) => {
      expect(["place", "other"]).toContain(kindOf(text).kind);
    }),
  );
});
