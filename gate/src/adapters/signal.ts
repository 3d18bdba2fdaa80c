/** Two sounds that nobody confuses, and a vibration: one short for go, three long for stop. */

import { STOPPED } from "../domain/check.ts";

const GO: readonly (readonly [number, number])[] = [
  [880, 0.09],
  [1320, 0.14],
];
const STOP: readonly (readonly [number, number])[] = [
  [196, 0.3],
  [0, 0.1],
  [196, 0.3],
  [0, 0.1],
  [196, 0.45],
];
let context: AudioContext | null = null;

/** Tells a verdict by ear and hand. What the phone cannot do is left out. */
export function signal(verdict: string, isMuted: boolean): void {
  const isStop = STOPPED.includes(verdict);
  navigator.vibrate?.(isStop ? [400, 150, 400, 150, 400] : [80]);
  if (!isMuted) play(isStop ? STOP : GO);
}

function play(tones: readonly (readonly [number, number])[]): void {
  try {
    context ??= new AudioContext();
    let at = context.currentTime;
    for (const [pitch, seconds] of tones) {
      if (pitch > 0) tone(context, pitch, at, seconds);
      at += seconds;
    }
  } catch {
    // a phone without sound still shows word, shape and colour
  }
}

function tone(sound: AudioContext, pitch: number, at: number, seconds: number): void {
  const [source, volume] = [sound.createOscillator(), sound.createGain()];
  source.type = "square";
  source.frequency.value = pitch;
  volume.gain.value = 0.25;
  source.connect(volume).connect(sound.destination);
  source.start(at);
  source.stop(at + seconds);
}
