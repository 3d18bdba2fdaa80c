import fc from "fast-check";
import { expect, test } from "vitest";
import { base64, bytesOf } from "../src/domain/base64.ts";

const bytes = fc.uint8Array({ maxLength: 200 });

test("it writes as everybody does, and reads what it wrote", () => {
  fc.assert(
    fc.property(bytes, (given) => {
      expect(base64(given)).toBe(Buffer.from(given).toString("base64"));
      expect([...bytesOf(base64(given))]).toEqual([...given]);
    }),
  );
});

test("the alphabet of addresses is read too, without padding", () => {
  fc.assert(
    fc.property(bytes, (given) => {
      expect([...bytesOf(Buffer.from(given).toString("base64url"))]).toEqual([...given]);
    }),
  );
});

test.each(["a b=", "ab*=", "=ab"])("%s is none", (text) => {
  expect(() => bytesOf(text)).toThrow();
});
