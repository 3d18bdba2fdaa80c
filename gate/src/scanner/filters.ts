/**
 * What may help a code to be read that is not read as it is.
 *
 * Both compare a pixel with the mean of the box around it; the means come from one table of sums (Crow 1984), so that a
 * large box costs no more than a small one.
 */
import type { Luma } from "./luma.ts";

const SHARPEN = 4; // px to either side: about a module of a code that is far or out of focus
const EVEN = 24; // about a finder pattern: smaller than a reflection, larger than what a threshold must tell apart

/** Filters in buffers of their own: a picture is good until the next is made. */
export class Filters {
  #sums = new Int32Array();
  #made = new Uint8ClampedArray();

  /** Edges made steep again: for what is far or out of focus. */
  sharpened(luma: Luma): Luma {
    return this.#each(luma, SHARPEN, (grey, mean) => 2 * grey - mean);
  }

  /** Black or white by what is around: for what a reflection lies on. */
  evened(luma: Luma): Luma {
    return this.#each(luma, EVEN, (grey, mean) => (grey < mean ? 0 : 255));
  }

  #each(luma: Luma, reach: number, made: (grey: number, mean: number) => number): Luma {
    const { data, width, height } = luma;
    this.#sum(luma);
    const [sums, out, row] = [this.#sums, this.#made, width + 1];
    for (let y = 0; y < height; y += 1) {
      const above = Math.max(0, y - reach) * row;
      const below = Math.min(height, y + reach + 1) * row;
      for (let x = 0; x < width; x += 1) {
        const left = x < reach ? 0 : x - reach;
        const right = x + reach + 1 > width ? width : x + reach + 1;
        const sum = at(sums, below + right) - at(sums, below + left) - at(sums, above + right) + at(sums, above + left);
        out[y * width + x] = made(at(data, y * width + x), (sum * row) / ((below - above) * (right - left)));
      }
    }
    return { data: new Uint8Array(out.buffer), width, height };
  }

  /** In each place the sum of all pixels above and left of it; a row and a column of zeros first. */
  #sum({ data, width, height }: Luma): void {
    const row = width + 1;
    if (this.#sums.length !== row * (height + 1)) {
      this.#sums = new Int32Array(row * (height + 1));
      this.#made = new Uint8ClampedArray(width * height);
    }
    const sums = this.#sums;
    for (let y = 0; y < height; y += 1) {
      let sum = 0;
      for (let x = 0; x < width; x += 1) {
        sum += at(data, y * width + x);
        sums[(y + 1) * row + x + 1] = at(sums, y * row + x + 1) + sum;
      }
    }
  }
}

/** What stands in a place that is known to be there. */
function at(of: Int32Array | Uint8Array, place: number): number {
  return of[place] as number;
}
