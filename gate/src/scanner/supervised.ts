/**
 * A worker that may be missing, slow or dead: whatever it does not answer in time is read on the spot instead.
 *
 * Where a worker broke, fell silent, or could not be started, another is started: after a second, then after twice as
 * long each time, until one answers. Browsers end workers without a word when memory is short: silence is what tells.
 */
import type { Luma } from "./luma.ts";

export type Asked = { readonly number: number; readonly luma: Luma };
export type Told =
  | { readonly ready: true }
  | { readonly failed: true }
  | { readonly number: number; readonly text: string | null };

const PATIENCE = 1000; // ms for an answer
const FETCHING = 60_000; // ms to be ready: 0.4 MB over a slow line
const SOON = 1000; // ms until the next worker
const LATEST = 60_000;

type Timer = ReturnType<typeof setTimeout>;

export class Supervised {
  readonly #spawn: () => Worker;
  readonly #onTheSpot: (luma: Luma) => string | null;
  #worker: Worker | null = null;
  #timer: Timer | undefined; // until the worker is ready, or until the next one
  #wait = SOON;
  #number = 0;
  #answer: ((text: string | null | undefined) => void) | null = null;
  #ready = false;

  constructor(spawn: () => Worker, onTheSpot: (luma: Luma) => string | null) {
    this.#spawn = spawn;
    this.#onTheSpot = onTheSpot;
    this.#start();
  }

  /** Is there a worker that can be asked? */
  get ready(): boolean {
    return this.#ready;
  }

  /** The text of the code; null when there is none. One at a time: a second one is read on the spot. */
  async read(luma: Luma): Promise<string | null> {
    const told = this.#ready && !this.#answer ? await this.#ask(luma) : undefined;
    return told === undefined ? this.#onTheSpot(luma) : told;
  }

  /** Ends the worker for good. */
  stop(): void {
    this.#end();
    clearTimeout(this.#timer);
  }

  #ask(luma: Luma): Promise<string | null | undefined> {
    return new Promise((resolve) => {
      const silent = setTimeout(() => this.#restart(), PATIENCE);
      this.#answer = (text) => {
        clearTimeout(silent);
        this.#answer = null;
        resolve(text);
      };
      this.#number += 1;
      this.#worker?.postMessage({ number: this.#number, luma } satisfies Asked);
    });
  }

  #start(): void {
    this.#timer = setTimeout(() => this.#restart(), FETCHING);
    try {
      const worker = this.#spawn();
      this.#worker = worker;
      worker.addEventListener("message", ({ data }: MessageEvent<Told>) => worker === this.#worker && this.#hear(data));
      worker.addEventListener("error", () => worker === this.#worker && this.#restart());
    } catch {
      this.#restart(); // a browser without workers, or a policy against them
    }
  }

  #hear(told: Told): void {
    if ("failed" in told) this.#restart();
    else if ("ready" in told) {
      clearTimeout(this.#timer);
      this.#ready = true;
    } else {
      this.#wait = SOON;
      if (told.number === this.#number) this.#answer?.(told.text);
    }
  }

  #restart(): void {
    this.#end();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#start(), this.#wait);
    this.#wait = Math.min(2 * this.#wait, LATEST);
  }

  /** Whoever waits for an answer is told that none comes. */
  #end(): void {
    this.#ready = false;
    this.#worker?.terminate();
    this.#worker = null;
    this.#answer?.(undefined);
  }
}
