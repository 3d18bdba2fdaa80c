/**
 * Reads the code in a frame: by `qr` on the spot, by zxing in its worker as soon as that is ready.
 *
 * Both are shown the same: the middle square of the frame, which is what the finder on the screen shows, in grey.
 */
import { decodeQR } from "qr/decode.js";
import { type Frame, type Luma, Square } from "./luma.ts";
import { Supervised } from "./supervised.ts";

/** One frame at a time. */
export interface Decoder {
  /** The text of the code in the frame, null when none was read. Never throws. */
  decode(frame: Frame): Promise<string | null>;
}

/** A decoder with something to be stopped. */
export interface Scanner extends Decoder {
  /** Who reads: `zxing` where its worker is ready, else `qr`. */
  readonly reader: "qr" | "zxing";
  /** Ends the worker; no frame may follow. */
  stop(): void;
}

/** Reads by `qr` in this thread. */
export function quick(luma: Luma): string | null {
  try {
    return decodeQR(luma, { format: "I420" }); // of which it takes the first plane, the grey one
  } catch {
    return null; // how it says that there is none
  }
}

/** `qr` alone. */
export function quickDecoder(): Decoder {
  const square = new Square();
  return { decode: async (frame) => quick(square.of(frame)) };
}

/** The scanner of the gate. `spawn` starts the worker. */
export function scanner(spawn: () => Worker = zxingWorker): Scanner {
  const square = new Square();
  const supervised = new Supervised(spawn, quick);
  return {
    decode: (frame) => supervised.read(square.of(frame)),
    get reader() {
      return supervised.ready ? "zxing" : "qr";
    },
    stop: () => supervised.stop(),
  };
}

/** The worker that Vite builds beside this module. */
export function zxingWorker(): Worker {
  return new Worker(new URL("./zxing.worker.ts", import.meta.url), { type: "module", name: "zxing" });
}
