/** What two phones of a gate tell each other by codes arrives whole, once, and from nobody else. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { encodeQR } from "qr";
import { decodeQR } from "qr/decode.js";
import { expect, test, vi } from "vitest";
import { base64 } from "../src/domain/base64.ts";
import { hashOf } from "../src/domain/chain.ts";
import {
  type Carried,
  type CarriedRow,
  newsOf,
  packedOf,
  proofOf,
  recentOf,
  toldBy,
  unpacked,
} from "../src/domain/exchange.ts";
import type { Item, Row } from "../src/domain/outbox.ts";
import { START } from "../src/domain/outbox.ts";
import { knownOf } from "../src/domain/past.ts";
import {
  CHUNK,
  chunkAt,
  contentOf,
  type Frame,
  frameOf,
  type Inbox,
  NOTHING_HEARD,
  partsOf,
  type Series,
  textOf,
  withFrame,
} from "../src/domain/series.ts";
import { Exchange, type Progress } from "../src/exchange/exchange.ts";
import { OVERHEAD, PACKED, sealed, unsealed } from "../src/exchange/sealed.ts";
import { packed } from "../src/packing.ts";
import { Sync } from "../src/sync/sync.ts";
import { DEVICE, Here, Memory, round, Standing, said } from "./memory.ts";

vi.stubGlobal("__BUILD__", "test");

const KEY = (fill: number) => new Uint8Array(32).fill(fill);
const passage = (id: string, at = 1_000) => ({ ...said(id, at), checks: {}, verdict: "admit", reasons: [], pack: "t" });

async function made(many: number, name = "p"): Promise<Row[]> {
  const store = new Memory();
  return store.append(Array.from({ length: many }, (_, n) => passage(`${name}-${n}`, 1_000 + n)));
}

function framesOf(content: Uint8Array, transfer: number): Frame[] {
  const series: Series = { transfer, gate: 3, day: 18_849, total: partsOf(content.length) };
  return Array.from({ length: series.total }, (_, place) => {
    return { series, place, turn: 0, heard: NOTHING_HEARD, chunk: chunkAt(content, place) };
  });
}

test("the newest two hundred and all that is unsent before them are told, at most six hundred, no number left out", () => {
  fc.assert(
    fc.property(fc.nat({ max: 900 }), fc.nat({ max: 900 }), (many, sent) => {
      const rows = Array.from(
        { length: many },
        (_, n) => ({ seq: n + 1, state: n < sent ? "stored" : "unsent" }) as Row,
      );
      const found = recentOf(rows).map((row) => row.seq);
      const size = Math.min(many, Math.max(200, Math.min(600, many - sent)));
      expect(found).toEqual(Array.from({ length: size }, (_, n) => many - size + 1 + n));
    }),
  );
});

test("what is told is told whole: same body, same number, same link, and the proof of its maker", async () => {
  const rows = await made(7);
  const others: CarriedRow[] = (await made(3, "q")).map(({ item }) => {
    return { device: 9, item, proof: "ab", id: item.id, state: "unsent" };
  });
  const gap = others.filter((row) => row.item.seq !== 2); // of a phone that told a part
  const told = toldBy(7, KEY(1), rows, gap);
  const back = unpacked(packedOf(told)) as readonly Carried[];
  expect(back.map(({ device, item }) => [device, hashOf(item)])).toEqual(
    told.map(({ device, item }) => [device, hashOf(item)]),
  );
  expect(back.map((one) => one.proof)).toEqual(told.map((one) => one.proof));
  expect(back[0]?.item.prev_hash).toBe(START.hash);
  expect(new Set(back.map((one) => one.proof)).size).toBe(8);
  expect(newsOf(back, 7, []).map((row) => row.id)).toEqual(gap.map((row) => row.id)); // nobody learns his own
  expect(newsOf(back, 9, gap)).toHaveLength(7);
  expect(proofOf(KEY(1), rows[0]?.item as Item)).not.toBe(proofOf(KEY(2), rows[0]?.item as Item));
});

test("whatever else somebody with the key tells, no passage is made of it", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string(), (value, text) => {
      expect(unpacked(text)).toBeNull();
      const run = { device: 1, seq: 1, prev_hash: "0", told: [["ab", value]] };
      expect(unpacked(JSON.stringify({ format: 1, runs: [run] })) ?? []).toEqual([]);
      expect(unpacked(JSON.stringify({ format: 1, runs: value })) ?? []).toEqual([]);
    }),
  );
});

test("a code says what it was made of, and a camera reads it", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: CHUNK }), fc.nat({ max: 300 }), (chunk, turn) => {
      const series = { transfer: 1, gate: 2 ** 31, day: 18_849, total: 3 };
      const frame: Frame = { series, place: 2, turn: turn & 255, heard: { transfer: 2 ** 32 - 1, many: 9 }, chunk };
      expect(frameOf(textOf(frame))).toEqual(frame);
    }),
  );
  const [frame] = framesOf(
    new Uint8Array(CHUNK).map((_, n) => (n * 7) & 255),
    0xfeed_beef,
  );
  const text = textOf(frame as Frame);
  const modules = encodeQR(text, "raw", { ecc: "low", encoding: "alphanumeric", border: 4 });
  expect(modules.length - 8).toBeLessThanOrEqual(61);
  const side = modules.length * 4;
  const data = new Uint8Array(side * side * 4).fill(255);
  modules.forEach((row, y) => {
    row.forEach((isDark, x) => {
      for (let spot = 0; isDark && spot < 16; spot += 1) {
        data.fill(
          0,
          ((y * 4 + (spot >> 2)) * side + x * 4 + (spot & 3)) * 4,
          ((y * 4 + (spot >> 2)) * side + x * 4 + (spot & 3)) * 4 + 3,
        );
      }
    });
  });
  expect(decodeQR({ width: side, height: side, data })).toBe(text);
  for (const none of ["", "KX1:", "KX1:0", "KB1:00", `${text}0`, text.replace("KX1:", "KX2:")]) {
    expect(frameOf(none)).toBeNull();
  }
});

test("a series is put together whatever was missed, seen twice, out of order, or came from elsewhere in between", () => {
  const content = fc.uint8Array({ minLength: 1, maxLength: 12 * CHUNK });
  const lots = fc.array(fc.record({ at: fc.nat(), foreign: fc.boolean() }), { maxLength: 60 });
  fc.assert(
    fc.property(content, content, lots, fc.nat(), (given, other, seen, start) => {
      const [ours, theirs] = [framesOf(given, 1), framesOf(other, 2)];
      let inbox: Inbox = [];
      const pick = (frames: readonly Frame[], at: number) => frames[at % frames.length] as Frame;
      for (const { at, foreign } of seen) inbox = withFrame(inbox, pick(foreign ? theirs : ours, at));
      const have = inbox.find((one) => one.series.transfer === 1);
      expect(have === undefined || contentOf(have) !== null).toBe(
        have === undefined ||
          new Set(seen.filter((one) => !one.foreign).map(({ at }) => at % ours.length)).size === ours.length,
      );
      // the series runs on: once through, from wherever, is enough
      for (let step = 0; step < ours.length; step += 1) inbox = withFrame(inbox, pick(ours, start + step));
      expect(inbox[0] && contentOf(inbox[0])).toEqual(given);
    }),
  );
});

test("an altered byte, another key, another gate or another day opens nothing", async () => {
  const series: Series = { transfer: 5, gate: 3, day: 18_849, total: 1 };
  const content = await sealed(await packed("told", PACKED), KEY(1), series, new Uint8Array(12));
  expect(await unsealed(content, KEY(1), series)).toBe("told");
  expect(await unsealed(content, KEY(2), series)).toBeNull();
  for (const change of [{ transfer: 6 }, { gate: 4 }, { day: 18_850 }, { total: 2 }]) {
    expect(await unsealed(content, KEY(1), { ...series, ...change })).toBeNull();
  }
  for (let at = 0; at < content.length; at += 1) {
    const altered = content.slice();
    altered[at] = (altered[at] as number) ^ 1;
    expect(await unsealed(altered, KEY(1), series)).toBeNull();
  }
  expect(await unsealed(new Uint8Array(OVERHEAD - 1), KEY(1), series)).toBeNull();
});

class Lots extends Standing {
  private last: number;
  constructor(seed: number) {
    super();
    this.last = seed;
  }
  override lots(many: number): Uint8Array {
    return new Uint8Array(many).map(() => {
      this.last = (this.last * 1_103_515_245 + 12_345) % 2 ** 31;
      return this.last >> 16;
    });
  }
}

async function phone(id: number, rows: readonly Row[], keys: Record<string, number>, node = 3) {
  const known: CarriedRow[] = [];
  let now: Progress | null = null;
  const proof = KEY(id);
  const section = {
    keys: Object.fromEntries(Object.entries(keys).map(([day, fill]) => [day, base64(KEY(fill))])),
    proof: base64(proof),
  };
  const exchange = new Exchange({
    clock: new Lots(id),
    device: { ...DEVICE, id, node },
    section,
    told: toldBy(id, proof, rows, []),
    known: () => known,
    learnt: async (news) => void known.push(...news),
    progress: (next) => {
      now = next;
    },
  });
  await exchange.begin();
  return { exchange, known, progress: () => now as unknown as Progress };
}

type Talker = Awaited<ReturnType<typeof phone>>;

/** Shows and reads by turns; `isSeen`: is this code read? How many codes it took until both were done. */
async function talk(one: Talker, other: Talker, isSeen: () => boolean, most: number): Promise<number> {
  const isDone = ({ here, there }: Progress) => here.of > 0 && here.many === here.of && there.many === there.of;
  for (let shown = 1; shown <= most; shown += 1) {
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      const text = from.exchange.next();
      if (text !== null && isSeen()) await to.exchange.heard(text);
    }
    if (isDone(one.progress()) && isDone(other.progress())) return shown;
  }
  return most + 1;
}

const DAYS = { "2021-08-09": 1, "2021-08-10": 2 };

test("two phones that miss half of each other's codes both know everything in the end", async () => {
  const [mine, yours] = [await made(60, "a"), await made(25, "b")];
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const lots = new Lots(seed >>> 1);
      const isSeen = () => (lots.lots(1)[0] as number) % 2 === 0;
      const [one, other] = [await phone(7, mine, DAYS), await phone(8, yours, DAYS)];
      expect(await talk(one, other, isSeen, 1_000)).toBeLessThanOrEqual(1_000);
      expect(other.known.map((row) => row.item)).toEqual(mine.map((row) => row.item));
      expect(one.known.map((row) => row.item)).toEqual(yours.map((row) => row.item));
      expect([one.progress().news, other.progress().news]).toEqual([25, 60]);
    }),
    { numRuns: 10 },
  );
});

test("a phone whose last contact was yesterday and one of today tell each other by the key that both have", async () => {
  const [one, other] = [
    await phone(7, await made(9, "a"), { "2021-08-08": 9, "2021-08-09": 1 }),
    await phone(8, await made(9, "b"), DAYS),
  ];
  await talk(one, other, () => true, 100);
  expect([one.known.length, other.known.length]).toEqual([9, 9]);
});

test("phones without a common key, of another gate, or with a key of their own learn nothing and say why", async () => {
  const rows = await made(3, "a");
  const here = await phone(8, rows, DAYS);
  for (const [stranger, why] of [
    [await phone(7, rows, { "2021-08-05": 1 }), "no_key"],
    [await phone(7, rows, DAYS, 4), "other_gate"],
    [await phone(7, rows, { "2021-08-09": 7, "2021-08-10": 7 }), "unreadable"],
  ] as const) {
    await talk(stranger, here, () => true, 40);
    expect([stranger.known.length, here.known.length, here.progress().trouble]).toEqual([0, 0, why]);
  }
});

test("what another phone told is brought in its maker's order, and what is nobody's counts no more", async () => {
  const [store, clock] = [new Memory(), new Standing()];
  const server = new Here(clock);
  const nothing = () => undefined;
  const heard = {
    link: nothing,
    lease: nothing,
    shifts: nothing,
    offset: nothing,
    rows: nothing,
    bundle: nothing,
    past: nothing,
    brought: nothing,
  };
  const sync = new Sync({ store, clock, server, condition: async () => ({}), shifts: () => [] }, DEVICE, heard, null);
  const rows = (await made(5, "a")).map(({ item }) => {
    return { device: 8, item, proof: item.seq === 3 ? "" : "ab", id: item.id, state: "unsent" } as const;
  });
  await store.carry([...rows].reverse());
  server.refuse.upload = () => {
    throw new TypeError("away");
  };
  await round(sync);
  expect(knownOf([], store.carried())).toHaveLength(5);
  server.refuse = {};
  sync.again();
  await round(sync);
  expect(server.brought.map((one) => one.item.seq)).toEqual([1, 2, 3, 4, 5]);
  expect(knownOf([], store.carried()).map((one) => one.id)).not.toContain("a-2");
  expect(store.unsent()).toEqual([]);
  clock.at += 60_000;
  await round(sync);
  expect(server.brought).toHaveLength(5);
});

const VECTORS = new URL("../../contracts/vectors/exchange/", import.meta.url);
const vectors = (name: string) => JSON.parse(readFileSync(new URL(name, VECTORS), "utf8"));
const bytes = (hex: string) => Uint8Array.from(hex.match(/../gu) ?? [], (two) => Number.parseInt(two, 16));

test("the contract's series tells what it tells, and the contract's proofs are made", async () => {
  const { codes, key, series, heard, told } = vectors("series.json");
  const frames: Frame[] = codes.map(frameOf);
  expect(frames.map((frame) => [frame.series, frame.heard])).toEqual(codes.map(() => [series, heard]));
  const inbox = frames.reduce<Inbox>(withFrame, []);
  const content = inbox[0] && contentOf(inbox[0]);
  const text = await unsealed(content as Uint8Array, bytes(key), series);
  expect(unpacked(text as string)).toEqual(told);
  expect(packedOf(told)).toBe(text);
  const proof = vectors("proof.json");
  for (const one of proof.cases) expect(proofOf(bytes(proof.key), one.item)).toBe(one.proof);
});
