/** A code stays before the camera for many frames: which of them are the first. */

const AGAIN = 3000; // ms

export class Repeats {
  readonly #now: () => number;
  readonly #seen = new Map<string, number>();

  /** `now`: milliseconds that never go back. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Is this text one that was seen within the last three seconds? While it stays in view it stays a repeat. */
  isRepeat(text: string): boolean {
    const now = this.#now();
    for (const [other, at] of this.#seen) if (now - at >= AGAIN) this.#seen.delete(other);
    const repeat = this.#seen.has(text);
    this.#seen.set(text, now);
    return repeat;
  }

  /** Forget that a text was seen: its next sight is a first one. */
  forget(text: string): void {
    this.#seen.delete(text);
  }
}
