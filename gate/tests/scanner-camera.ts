/** A bare page that scans: what tests/journeys/test_codes_are_scanned.py looks at and tampers with. */
import { Camera, type CameraFault } from "../src/scanner/camera.ts";
import { type Scanner, scanner, zxingWorker } from "../src/scanner/decode.ts";
import { Repeats } from "../src/scanner/repeats.ts";
import { listenForWedge } from "../src/scanner/wedge.ts";

const video = document.createElement("video");
document.body.append(video);

/** All texts in their order, repeats left out, each with who read it; faults and pictures; texts of a typing reader. */
export const texts: [text: string, reader: string][] = [];
export const standing: (CameraFault | null)[] = [];
export const typed: string[] = [];
export let frames = 0;

let worker: Worker | null = null;
let reads: Scanner | null = null;
let camera: Camera | null = null;
let wedge: (() => void) | null = null;

export async function start(): Promise<void> {
  const ours = scanner(() => {
    worker = zxingWorker();
    return worker;
  });
  const repeats = new Repeats(() => performance.now());
  const counted = {
    decode: (frame: ImageData) => {
      frames += 1;
      return ours.decode(frame);
    },
  };
  camera = new Camera(video, counted, {
    text: (text) => !repeats.isRepeat(text) && texts.push([text, ours.reader]),
    standing: (fault) => standing.push(fault),
  });
  reads = ours;
  wedge = listenForWedge(document, (text) => typed.push(text));
  await camera.start();
}

export const reader = (): string => reads?.reader ?? "";

/** What a browser does when memory is short: the worker is gone, and nobody is told. */
export const killWorker = (): void => worker?.terminate();

export const isLive = (): boolean => video.srcObject !== null;

export const hasTorch = (): boolean => camera?.hasTorch ?? false;

export function stop(): void {
  camera?.stop();
  reads?.stop();
  wedge?.();
}
