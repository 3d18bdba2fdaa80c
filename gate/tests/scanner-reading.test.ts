import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { encodeQR } from "qr";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { prepareZXingModule } from "zxing-wasm/reader";
import { Attempts } from "../src/scanner/attempts.ts";
import { faultOf } from "../src/scanner/camera.ts";
import { quick, quickDecoder } from "../src/scanner/decode.ts";
import { Filters } from "../src/scanner/filters.ts";
import { type Luma, Square } from "../src/scanner/luma.ts";
import { type Asked, Supervised, type Told } from "../src/scanner/supervised.ts";
import { zxing } from "../src/scanner/zxing.ts";

const TEXT = "KP7ZM30J9C8T4Q2VWX5KRB6NHDPEQ8";
const SIDE = 240;

/** A code on white, as large as fits. */
function picture(text = TEXT, dark = 0, light = 255): Luma {
  const bits = encodeQR(text, "raw", { ecc: "medium", border: 4 });
  const module = Math.floor(SIDE / bits.length);
  const data = new Uint8Array(SIDE * SIDE).fill(light);
  for (const [y, row] of bits.entries())
    for (const [x, bit] of row.entries())
      for (let line = 0; bit && line < module; line += 1)
        data.fill(dark, (y * module + line) * SIDE + x * module, (y * module + line) * SIDE + (x + 1) * module);
  return { data, width: SIDE, height: SIDE };
}

const blank = (): Luma => ({ data: new Uint8Array(SIDE * SIDE).fill(200), width: SIDE, height: SIDE });

test("the middle square of a frame, in grey, whichever side is longer", () => {
  for (const [width, height] of [
    [6, 2],
    [2, 6],
    [5, 2],
  ] as const) {
    const data = new Uint8ClampedArray(width * height * 4);
    for (let place = 0; place < width * height; place += 1)
      data.set([place * 10, place * 10, place * 10, 255], place * 4);
    const left = (width - 2) >> 1;
    const top = (height - 2) >> 1;
    const places = [top * width + left, top * width + left + 1, (top + 1) * width + left, (top + 1) * width + left + 1];
    expect([...new Square().of({ data, width, height }).data]).toEqual(places.map((place) => place * 10));
  }
});

test("green counts most and white stays white", () => {
  const grey = (...rgb: number[]) =>
    new Square().of({ data: new Uint8ClampedArray([...rgb, 255]), width: 1, height: 1 }).data[0];
  expect([grey(255, 255, 255), grey(0, 0, 0), grey(0, 255, 0), grey(255, 0, 0)]).toEqual([255, 0, 149, 76]);
});

test("a filter compares each pixel with the mean around it", () => {
  const filters = new Filters();
  const [width, height] = [70, 60];
  const data = Uint8Array.from({ length: width * height }, (_, place) => (place * 7919) % 251);
  const mean = (x: number, y: number, reach: number) => {
    const box: number[] = [];
    for (let v = Math.max(0, y - reach); v <= Math.min(height - 1, y + reach); v += 1)
      for (let u = Math.max(0, x - reach); u <= Math.min(width - 1, x + reach); u += 1)
        box.push(data[v * width + u] ?? 0);
    return box.reduce((sum, one) => sum + one, 0) / box.length;
  };
  const sharp = Uint8Array.from(filters.sharpened({ data, width, height }).data);
  const even = Uint8Array.from(filters.evened({ data, width, height }).data);
  for (const [x, y] of [
    [0, 0],
    [69, 59],
    [35, 30],
    [3, 57],
    [69, 0],
    [66, 20],
  ] as const) {
    const grey = data[y * width + x] ?? 0;
    const steep = Math.min(255, Math.max(0, 2 * grey - mean(x, y, 4)));
    expect(Math.abs((sharp[y * width + x] ?? 0) - steep)).toBeLessThanOrEqual(0.5);
    expect(even[y * width + x]).toBe(grey < mean(x, y, 24) ? 0 : 255);
  }
});

test("what is read as it is is looked at once", () => {
  const looks: Luma[] = [];
  const attempts = new Attempts(
    (luma) => (looks.push(luma), TEXT),
    () => 0,
  );
  expect(attempts.read(blank())).toBe(TEXT);
  expect(looks.length).toBe(1);
});

test("where there is time every attempt is made, and where there is little the others take turns", () => {
  let now = 0;
  const made: string[] = [];
  const filters = Object.assign(new Filters(), {
    sharpened: (luma: Luma) => (made.push("sharpened"), luma),
    evened: (luma: Luma) => (made.push("evened"), luma),
  });
  const attempts = (cost: number) =>
    new Attempts(
      () => {
        made.push("look");
        now += cost;
        return null;
      },
      () => now,
      filters,
    );
  expect(attempts(1).read(blank(), 45)).toBeNull();
  expect(made.splice(0)).toEqual(["look", "sharpened", "look", "evened", "look"]);
  const slow = attempts(30);
  for (let frame = 0; frame < 2; frame += 1) slow.read(blank(), 45);
  expect(made.splice(0)).toEqual(["look", "sharpened", "look", "look", "evened", "look"]);
  attempts(50).read(blank(), 45);
  expect(made).toEqual(["look"]);
});

test("qr reads a code, tells nothing where there is none, and throws at nothing", async () => {
  expect(quick(picture())).toBe(TEXT);
  expect(quick(blank())).toBeNull();
  expect(quick({ data: new Uint8Array(0), width: 0, height: 0 })).toBeNull();
  const { data, width, height } = picture("HC1:6BFOXN%TS3DH");
  const rgba = new Uint8ClampedArray(data.length * 4);
  for (const [place, grey] of data.entries()) rgba.set([grey, grey, grey, 255], place * 4);
  expect(await quickDecoder().decode({ data: rgba, width, height })).toBe("HC1:6BFOXN%TS3DH");
});

test("zxing reads a code by the options we give it, also when the size of the pictures changes", async () => {
  const file = createRequire(import.meta.url).resolve("zxing-wasm/reader/zxing_reader.wasm");
  vi.stubGlobal(
    "fetch",
    async () => new Response(readFileSync(file), { headers: { "content-type": "application/wasm" } }),
  );
  const look = await zxing();
  vi.unstubAllGlobals();
  await prepareZXingModule({ fireImmediately: true }); // the same one: nothing is fetched
  expect(look(picture())).toBe(TEXT);
  expect(look(blank())).toBeNull();
  const { data, width } = picture("shc:/5676");
  const upper = { data: data.slice(0, width * 200), width, height: 200 };
  expect(look(upper)).toBe(quick(upper));
  expect(look(picture("中文"))).toBe("中文");
});

test.each([
  ["NotAllowedError", "denied"],
  ["NotFoundError", "no-camera"],
  ["OverconstrainedError", "no-camera"],
  ["NotReadableError", "in-use"],
  ["AbortError", "in-use"],
  ["TypeError", "failed"],
])("%s is told as %s", (name, fault) => expect(faultOf(new DOMException("", name))).toBe(fault));

/** A worker that does only what it is told to. */
class Puppet extends EventTarget {
  readonly asked: Asked[] = [];
  ended = false;
  postMessage(asked: Asked): void {
    this.asked.push(asked);
  }
  terminate(): void {
    this.ended = true;
  }
  tell(data: Told): void {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }
  answer(text: string | null): void {
    this.tell({ number: this.asked.at(-1)?.number ?? 0, text });
  }
}

let puppets: Puppet[] = [];
const spawn = (): Worker => {
  puppets.push(new Puppet());
  return puppets.at(-1) as unknown as Worker;
};
const last = (): Puppet => puppets.at(-1) as Puppet;

beforeEach(() => {
  puppets = [];
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

test("until the worker is ready frames are read on the spot, then by it", async () => {
  const supervised = new Supervised(spawn, () => "spot");
  expect(await supervised.read(blank())).toBe("spot");
  expect(supervised.ready).toBe(false);
  last().tell({ ready: true });
  const read = supervised.read(blank());
  last().answer("worker");
  expect(await read).toBe("worker");
  const none = supervised.read(blank());
  last().answer(null);
  expect(await none).toBeNull(); // that there is no code is an answer
});

test("a worker that falls silent is ended, its frame read on the spot, and another one started", async () => {
  const supervised = new Supervised(spawn, () => "spot");
  last().tell({ ready: true });
  const read = supervised.read(blank());
  await vi.advanceTimersByTimeAsync(1000);
  expect(await read).toBe("spot");
  expect([last().ended, supervised.ready, puppets.length]).toEqual([true, false, 1]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(puppets.length).toBe(2);
  last().tell({ ready: true });
  const again = supervised.read(blank());
  puppets[0]?.tell({ number: 1, text: "late" }); // whoever was ended is not heard any more
  last().answer("worker");
  expect(await again).toBe("worker");
});

test.each(["error", "failed"])("a worker that breaks (%s) is replaced without waiting for silence", async (how) => {
  const supervised = new Supervised(spawn, () => "spot");
  last().tell({ ready: true });
  const read = supervised.read(blank());
  if (how === "error") last().dispatchEvent(new Event("error"));
  else last().tell({ failed: true });
  expect(await read).toBe("spot");
  await vi.advanceTimersByTimeAsync(1000);
  expect(puppets.length).toBe(2);
});

test("one that never gets ready is asked for ever more rarely, until one answers", async () => {
  const supervised = new Supervised(spawn, () => null);
  const gaps: number[] = [];
  for (let time = 0; gaps.length < 8; time += 1) {
    last().tell({ failed: true });
    const before = puppets.length;
    while (puppets.length === before) {
      await vi.advanceTimersByTimeAsync(500);
      time += 1;
    }
    gaps.push(time * 500);
    time = -1;
  }
  expect(gaps).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  last().tell({ ready: true });
  const read = supervised.read(blank());
  last().answer("x");
  await read;
  last().dispatchEvent(new Event("error"));
  await vi.advanceTimersByTimeAsync(1000);
  expect(puppets.length).toBe(10);
});

test("one that is a minute on its way is given up", async () => {
  new Supervised(spawn, () => null);
  await vi.advanceTimersByTimeAsync(59_999);
  expect(last().ended).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(last().ended).toBe(true);
});

test("where workers cannot be started at all, frames are read on the spot", async () => {
  const supervised = new Supervised(
    () => {
      throw new DOMException("", "SecurityError");
    },
    () => "spot",
  );
  expect(await supervised.read(blank())).toBe("spot");
  supervised.stop();
  expect(vi.getTimerCount()).toBe(0);
});

test("a second frame at the same time is read on the spot, and stopping leaves nobody waiting", async () => {
  const supervised = new Supervised(spawn, () => "spot");
  last().tell({ ready: true });
  const first = supervised.read(blank());
  expect(await supervised.read(blank())).toBe("spot");
  supervised.stop();
  expect(await first).toBe("spot");
  expect(last().ended).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});
