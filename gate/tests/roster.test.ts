import { webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { placeOfBadge, placeOfPeople, readBadge, saltOf } from "../src/domain/badge.ts";
import { atContact, isLive, type Lease, type Renewal, readRenewal, renewed, seenAt } from "../src/domain/lease.ts";
import { BETWEEN } from "../src/domain/parts.ts";
import { found, holderOf, isReadable, openedOf, type PeopleSection, peopleOf } from "../src/domain/people.ts";
import { VECTORS } from "./packs.ts";

const read = <T>(name: string) => JSON.parse(readFileSync(new URL(`roster/${name}.json`, VECTORS), "utf8")) as T;
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const plain = (text: string) => Uint8Array.from(Buffer.from(text, "base64"));

interface Named {
  readonly name: string;
  readonly text: string;
}
interface Badges {
  readonly good: ReadonlyArray<{ badge: number; secret: string; text: string; pin: string; key: string }>;
  readonly typed: ReadonlyArray<Named & { badge: number }>;
  readonly misread: readonly Named[];
}
interface People {
  readonly device: number;
  readonly places: {
    readonly people: Readonly<Record<string, string>>;
    readonly badges: Readonly<Record<string, string>>;
  };
  readonly section: PeopleSection;
  readonly roster_key: string;
  readonly staff: Readonly<Record<string, number>>;
  readonly expected: Readonly<Record<string, readonly string[]>>;
  readonly people: Parameters<typeof peopleOf>[0]["people"];
  readonly found: ReadonlyArray<{ typed: string; ids: readonly string[] }>;
  readonly wrong: ReadonlyArray<{ name: string; badge: number; pin: string }>;
}
interface Leases {
  readonly key: webcrypto.JsonWebKey;
  readonly gate: number;
  readonly device: number;
  readonly good: ReadonlyArray<{ text: string; said: Renewal }>;
  readonly bad: readonly Named[];
  readonly forged: readonly Named[];
  readonly judged: ReadonlyArray<{ name: string; lease: Lease; now: number; live: boolean }>;
  readonly renewed: ReadonlyArray<{
    name: string;
    lease: Lease;
    now: number;
    said: Renewal;
    until: number;
    why: string | null;
  }>;
}
const badges = read<Badges>("badge");
const people = read<People>("people");
const leases = read<Leases>("lease");

async function keyOf(text: string, pin: string): Promise<Uint8Array> {
  const badge = readBadge(text);
  if (!badge) throw new Error("misread");
  const base = await webcrypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveBits"]);
  const salt = saltOf(badge) as Uint8Array<ArrayBuffer>;
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: 600_000 };
  return new Uint8Array(await webcrypto.subtle.deriveBits(how, base, 256));
}

async function open(key: Uint8Array, place: Uint8Array, sealed: string): Promise<Uint8Array> {
  const raw = key as Uint8Array<ArrayBuffer>;
  const aes = await webcrypto.subtle.importKey("raw", raw, "AES-GCM", false, ["decrypt"]);
  const bytes = plain(sealed);
  const how = { name: "AES-GCM", iv: bytes.subarray(0, 12), additionalData: place as Uint8Array<ArrayBuffer> };
  return new Uint8Array(await webcrypto.subtle.decrypt(how, aes, bytes.subarray(12)));
}

describe("a badge", () => {
  test.each(badges.good)(
    "$badge is read, and makes its key with its PIN",
    async ({ badge, secret, text, pin, key }) => {
      const found = readBadge(text);
      expect(found && { badge: found.id, secret: hex(found.secret) }).toEqual({ badge, secret });
      expect(hex(await keyOf(text, pin))).toBe(key);
    },
  );
  test.each(badges.typed)("is read as it is typed: $name", ({ text, badge }) =>
    expect(readBadge(text)?.id).toBe(badge),
  );
  test.each(badges.misread)("is not taken when misread: $name", ({ text }) => expect(readBadge(text)).toBeNull());
});

describe("the people of a bundle", () => {
  const { device, section } = people;
  const textOf = (badge: number) => badges.good.find((one) => one.badge === badge)?.text ?? "";

  test.each(badges.good)("are opened by badge $badge and its PIN", async ({ badge, text, pin }) => {
    const place = placeOfBadge(device, badge, section.until);
    expect(hex(place)).toBe(people.places.badges[String(badge)]);
    const key = await open(await keyOf(text, pin), place, section.badges[String(badge)] ?? "");
    expect(hex(key)).toBe(people.roster_key);
    for (const [number, place] of Object.entries(people.places.people)) {
      expect(hex(placeOfPeople(device, section.until, Number(number)))).toBe(place);
    }
    const pieces = section.sealed.split(BETWEEN).map(async (sealed, number) => {
      if (sealed === "") return [];
      const plain = await open(key, placeOfPeople(device, section.until, number), sealed);
      return JSON.parse(gunzipSync(plain).toString("utf8"));
    });
    const opened = openedOf((await Promise.all(pieces)).flat());
    expect(opened).toEqual({ people: people.people, staff: people.staff, expected: people.expected });
    expect(peopleOf(opened)).toHaveLength(section.count);
    expect(isReadable(section)).toBe(true);
  });
  test.each(people.wrong)("are not opened with $name", async ({ badge, pin }) => {
    const place = placeOfBadge(device, badge, section.until);
    await expect(open(await keyOf(textOf(badge), pin), place, section.badges[String(badge)] ?? "")).rejects.toThrow();
  });
  test.each(people.found)("are found by what is typed: $typed", ({ typed, ids }) => {
    expect(found(peopleOf({ people: people.people }), typed).map((known) => known.id)).toEqual(ids);
  });
  test("are found by the tag of a pass", () => {
    const known = peopleOf({ people: people.people });
    expect(holderOf(known, "ICEiIyQlJicoKSorLC0uLw==")?.category).toBe("worker");
    expect(holderOf(known, "none")).toBeNull();
  });
});

async function holds(text: string): Promise<boolean> {
  const code = readRenewal(text);
  const how = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const key = await webcrypto.subtle.importKey("jwk", leases.key, how, false, ["verify"]);
  if (!code) return false;
  const [signature, signed] = [code.signature, code.signed] as Uint8Array<ArrayBuffer>[];
  return webcrypto.subtle.verify(how, key, signature as Uint8Array<ArrayBuffer>, signed as Uint8Array<ArrayBuffer>);
}

describe("a lease", () => {
  test.each(leases.good)("is lengthened by what the pinned key signed: $said.id", async ({ text, said }) => {
    expect(readRenewal(text)?.said).toEqual(said);
    expect(await holds(text)).toBe(true);
  });
  test.each(leases.bad)("is not lengthened by $name", ({ text }) => expect(readRenewal(text)).toBeNull());
  test.each(leases.forged)("is not lengthened by a code $name", async ({ text }) =>
    expect(await holds(text)).toBe(false),
  );
  test.each(leases.judged)("$name", ({ lease, now, live }) => expect(isLive(lease, now)).toBe(live));
  test.each(leases.renewed)("and a code: $name", ({ lease, now, said, until, why }) => {
    const after = renewed(lease, said, now, leases);
    expect([after.lease.until, after.why]).toEqual([until, why]);
    if (why === null) expect(renewed(after.lease, said, now, leases).why).toBe("used");
  });
  test("is never won by setting the clock back", () => {
    const moment = fc.integer({ min: 0, max: 4_000_000_000_000 });
    fc.assert(
      fc.property(moment, fc.array(moment), (until, looks) => {
        let lease: Lease = { until, seen: 0, used: {} };
        let lapsed = false;
        for (const now of looks) {
          lease = seenAt(lease, now);
          const live = isLive(lease, now);
          expect(lapsed && live).toBe(false);
          lapsed ||= !live;
        }
      }),
    );
  });
  test("is lengthened by every contact, which tells the time too", () => {
    const lease = atContact({ until: 5, seen: 9, used: {} }, 100, 200);
    expect([isLive(lease, 0), isLive(lease, 200)]).toEqual([true, false]);
  });
});
