import fc from "fast-check";
import { expect, test } from "vitest";
import { digitsOf } from "../src/domain/keyed.ts";

test("a hand types one digit, a thermometer a reading", () => {
  expect(["3", "36.5", "365"].map(digitsOf)).toEqual(["3", "365", "365"]);
});

test("a scanned code is no temperature, however many digits it holds", () => {
  const code = fc.oneof(
    fc.stringMatching(/^[1-9][0-9]{16}[0-9X]$/),
    fc.stringMatching(/^KP[0-9A-Z]{28}$/),
    fc.stringMatching(/^[0-9]{4,40}$/),
    fc.constantFrom("K", ".", "3.65", "36.55", "", "x365", "365x"),
  );
  fc.assert(
    fc.property(code, (text) => {
      expect(digitsOf(text)).toBe("");
    }),
  );
});
