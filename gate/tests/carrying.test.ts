import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { base64, bytesOf } from "../src/domain/base64.ts";
import { fileName, isCarried } from "../src/domain/carried.ts";
import type { Item, Row } from "../src/domain/outbox.ts";
import { keyOf, sealed } from "../src/sync/carrying.ts";
import { VECTORS } from "./packs.ts";

const VECTOR = JSON.parse(readFileSync(new URL("outbox/outbox.json", VECTORS), "utf8"));
const { site, device, token, said } = VECTOR;
const CURVE = { name: "ECDH", namedCurve: "P-256" };

/** As the office does: what the file says. Throws for one that does not open. */
async function open(file: Uint8Array, with_ = token): Promise<unknown> {
  const end = file.indexOf(10) + 1;
  const [line, point, nonce, rest] = [
    file.slice(0, end),
    file.slice(end, end + 65),
    file.slice(end + 65, end + 77),
    file.slice(end + 77),
  ];
  const own = await crypto.subtle.importKey("jwk", site.jwk, CURVE, false, ["deriveBits"]);
  const theirs = await crypto.subtle.importKey("raw", point, CURVE, false, []);
  const agreed = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, own, 256);
  const key = await keyOf(agreed, with_, point, bytesOf(site.section.key));
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce, additionalData: line }, key, rest);
  return JSON.parse(gunzipSync(new Uint8Array(plain)).toString("utf8"));
}

test.each(["server", "phone"])("what the %s wrote opens", async (writer) => {
  expect(await open(bytesOf(VECTOR.files[writer]))).toEqual(said);
});

test("what this phone writes opens at the office, and says all that was unsent", async () => {
  const texts = fc.array(fc.record({ id: fc.string({ unit: "grapheme" }), seq: fc.nat() }), { maxLength: 50 });
  await fc.assert(
    fc.asyncProperty(texts, fc.nat(), async (items, sentAt) => {
      const file = await sealed(site.section, { id: device, token }, items as unknown as Item[], sentAt);
      expect(await open(file)).toEqual({ contract: 1, device, sent_at: sentAt, items });
    }),
    { numRuns: 50 },
  );
});

test("a file that was altered anywhere does not open, and neither does one under another token", async () => {
  const file = await sealed(site.section, { id: device, token }, said.items, said.sent_at);
  await fc.assert(
    fc.asyncProperty(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), async (place, change) => {
      const altered = file.map((byte, at) => (at === place ? byte ^ change : byte));
      await expect(open(altered)).rejects.toThrow();
    }),
    { numRuns: 100 },
  );
  await expect(open(file, "another")).rejects.toThrow();
});

test("no two files are alike, and nothing of a passage stands in one", async () => {
  const [one, other] = await Promise.all(
    [1, 2].map(() => sealed(site.section, { id: device, token }, said.items, said.sent_at)),
  );
  expect(base64(one as Uint8Array).slice(60)).not.toBe(base64(other as Uint8Array).slice(60));
  expect(new TextDecoder("latin1").decode(one)).toMatch(/^kakou-outbox 1 7 [0-9a-f]{16}\n/u);
  expect(new TextDecoder("latin1").decode(one)).not.toContain(said.items[0].id);
});

test("a file is named by its gate and the site's time", () => {
  const at = Date.UTC(2021, 7, 10, 1, 12);
  expect(fileName("阳光小区 · 东门", "Asia/Shanghai", at)).toBe("kakou-outbox-阳光小区-东门-20210810-0912.kko");
  expect(fileName("../a/b", "UTC", at)).toBe("kakou-outbox-a-b-20210810-0112.kko");
});

test("a file holds all that is unsent until something new is recorded", () => {
  const rows = fc.array(fc.record({ seq: fc.nat(40), state: fc.constantFrom("unsent", "stored", "quarantined") }));
  fc.assert(
    fc.property(rows, fc.nat(40), (given, upTo) => {
      const all = given as unknown as Row[];
      const late = all.filter((row) => row.state === "unsent" && row.seq > upTo);
      expect(isCarried(all, upTo)).toBe(late.length === 0);
    }),
  );
});
