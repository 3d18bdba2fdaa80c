import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { passId, passText } from "../src/domain/pass.ts";
import { VECTORS } from "./packs.ts";

interface Vectors {
  readonly good: ReadonlyArray<{ readonly id: string; readonly text: string; readonly spaced: string }>;
  readonly typed: ReadonlyArray<{ readonly name: string; readonly text: string; readonly id: string }>;
  readonly misread: ReadonlyArray<{ readonly name: string; readonly text: string }>;
}
const { good, typed, misread } = JSON.parse(readFileSync(new URL("pass/pass.json", VECTORS), "utf8")) as Vectors;

test.each(good)("$id is written and read", ({ id, text, spaced }) => {
  expect(passText(id)).toBe(text);
  expect(passId(text)).toBe(id);
  expect(passId(spaced)).toBe(id);
});

test.each(typed)("read as it is typed: $name", ({ text, id }) => expect(passId(text)).toBe(id));

test.each(misread)("misread: $name", ({ text }) => expect(passId(text)).toBeNull());

test("one wrong character is always noticed", () => {
  const places = fc.integer({ min: 2, max: 29 });
  const letters = fc.constantFrom(..."0123456789ABCDEFGHJKMNPQRSTVWXYZ");
  fc.assert(
    fc.property(fc.uuid(), places, letters, (id, place, letter) => {
      const text = passText(id);
      const wrong = text.slice(0, place) + letter + text.slice(place + 1);
      expect(passId(wrong)).toBe(wrong === text ? id : null);
    }),
  );
});
