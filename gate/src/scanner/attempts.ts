/**
 * Reads a code by as many attempts as there is time for: as it is, sharpened, evened out.
 *
 * Most frames show no code, and then every attempt is in vain: so as it is goes first, and what is left of the time goes
 * to the others in turns. Where only one of them fits into a frame, the next frame gets the next.
 */
import { Filters } from "./filters.ts";
import type { Luma } from "./luma.ts";

const BUDGET = 45; // ms for a frame; an attempt that began is ended

/** Looks for a code in a picture, once. */
export type Look = (luma: Luma) => string | null;

export class Attempts {
  readonly #look: Look;
  readonly #now: () => number;
  readonly #others: ReadonlyArray<(luma: Luma) => Luma>;
  #turn = 0;

  constructor(look: Look, now: () => number, filters: Filters = new Filters()) {
    this.#look = look;
    this.#now = now;
    this.#others = [(luma) => filters.sharpened(luma), (luma) => filters.evened(luma)];
  }

  /** The text of the code, null when no attempt that there was time for read any. `budget`: ms. */
  read(luma: Luma, budget: number = BUDGET): string | null {
    const began = this.#now();
    let text = this.#look(luma);
    for (let tried = 0; text === null && tried < this.#others.length && this.#now() - began < budget; tried += 1) {
      const other = this.#others[this.#turn % this.#others.length];
      this.#turn += 1;
      if (other) text = this.#look(other(luma));
    }
    return text;
  }
}
