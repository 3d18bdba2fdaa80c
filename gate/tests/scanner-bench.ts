/**
 * Shows frames to decoders in a page and tells what each read and how long it took: for `kakou bench frames`.
 *
 * A frame comes grey from /frame/N and is made into what a canvas gives, before the clock starts. Every decoder looks at
 * the same middle square; cutting it out counts. Times are milliseconds by the page's own clock.
 */
import jsQR from "jsqr";
import { quickDecoder, type Scanner, scanner } from "../src/scanner/decode.ts";
import type { Frame } from "../src/scanner/luma.ts";

const WIDTH = 1280;
const HEIGHT = 720;

type Decode = (frame: Frame) => Promise<string | null>;
let ours: Scanner | null = null;

/** Starts our scanner and waits until zxing reads. */
export async function ready(): Promise<boolean> {
  ours ??= scanner();
  while (ours.reader !== "zxing") await new Promise((done) => setTimeout(done, 20));
  return true;
}

/** One decoder over frames `from` up to `to`: the texts, and the time of each frame. */
export async function run(name: string, from: number, to: number): Promise<[string | null, number, string][]> {
  const decode = decoders()[name];
  if (!decode) throw new Error(`no decoder is called ${name}`);
  const told: [string | null, number, string][] = [];
  for (let number = from; number < to; number += 1) {
    const frame = await frameOf(number);
    const began = performance.now();
    const text = await decode(frame);
    told.push([text, performance.now() - began, ours?.reader ?? ""]);
  }
  return told;
}

function decoders(): Readonly<Record<string, Decode>> {
  const quick = quickDecoder();
  return {
    ours: (frame) => (ours as Scanner).decode(frame),
    qr: (frame) => quick.decode(frame),
    jsqr: async (frame) => {
      const { data, side } = middle(frame);
      return jsQR(data, side, side)?.data || null;
    },
  };
}

/** The middle square, in colour, as jsQR wants it. */
function middle({ data, width, height }: Frame): { data: Uint8ClampedArray; side: number } {
  const side = Math.min(width, height);
  const [left, top] = [(width - side) >> 1, (height - side) >> 1];
  const cut = new Uint8ClampedArray(side * side * 4);
  for (let y = 0; y < side; y += 1) {
    const from = ((top + y) * width + left) * 4;
    cut.set(data.subarray(from, from + side * 4), y * side * 4);
  }
  return { data: cut, side };
}

async function frameOf(number: number): Promise<Frame> {
  const grey = new Uint8Array(await (await fetch(`/frame/${number}`)).arrayBuffer());
  if (grey.length !== WIDTH * HEIGHT) throw new Error(`frame ${number} has ${grey.length} pixels`);
  const data = new Uint8ClampedArray(4 * grey.length);
  for (const [place, value] of grey.entries()) {
    data[4 * place] = data[4 * place + 1] = data[4 * place + 2] = value;
    data[4 * place + 3] = 255;
  }
  return { data, width: WIDTH, height: HEIGHT };
}
