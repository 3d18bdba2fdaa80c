/**
 * What may help a code to be read that is not read as it is.
 *
 * Both compare a pixel with the mean of the box around it. The box slides: a sum for each column, which goes down with
 * the rows, and a sum of those, which goes along the row. So a large box costs no more than a small one.
 */
import type { Luma } from "./luma.ts";

const SHARPEN = 4; // px to either side: about a module of a code that is far or out of focus
const EVEN = 24; // about a finder pattern: smaller than a reflection, larger than what a threshold must tell apart

/** Of a row: its first place in both pictures, for each of its pixels the sum of its box and the columns in that; the
 * rows in a box. A box ends where the picture ends. */
interface Row {
  readonly data: Uint8Array;
  readonly out: Uint8ClampedArray;
  readonly start: number;
  readonly sums: Int32Array;
  readonly columns: Int32Array;
  readonly rows: number;
}

/** Filters in a buffer of their own: a picture is good until the next is made. */
export class Filters {
  #made = new Uint8ClampedArray();

  /** Edges made steep again: for what is far or out of focus. */
  sharpened(luma: Luma): Luma {
    return this.#each(luma, SHARPEN, sharpen);
  }

  /** Black or white by what is around: for what a reflection lies on. */
  evened(luma: Luma): Luma {
    return this.#each(luma, EVEN, even);
  }

  #each({ data, width, height }: Luma, reach: number, make: (row: Row) => void): Luma {
    if (this.#made.length !== width * height) this.#made = new Uint8ClampedArray(width * height);
    const down = new Int32Array(width);
    const sums = new Int32Array(width);
    const columns = sums.map((_, x) => Math.min(width, x + reach + 1) - Math.max(0, x - reach));
    for (let y = 0; y < Math.min(reach, height); y += 1) add(down, data, y * width);
    for (let y = 0; y < height; y += 1) {
      if (y + reach < height) add(down, data, (y + reach) * width);
      if (y > reach) remove(down, data, (y - reach - 1) * width);
      sumUp(down, reach, sums);
      const rows = Math.min(height, y + reach + 1) - Math.max(0, y - reach);
      make({ data, out: this.#made, start: y * width, sums, columns, rows });
    }
    return { data: new Uint8Array(this.#made.buffer), width, height };
  }
}

function sharpen({ data, out, start, sums, columns, rows }: Row): void {
  for (let x = 0; x < sums.length; x += 1)
    out[start + x] = 2 * grey(data, start + x) - at(sums, x) / (at(columns, x) * rows);
}

function even({ data, out, start, sums, columns, rows }: Row): void {
  for (let x = 0; x < sums.length; x += 1)
    out[start + x] = grey(data, start + x) * at(columns, x) * rows < at(sums, x) ? 0 : 255;
}

function add(down: Int32Array, data: Uint8Array, start: number): void {
  for (let x = 0; x < down.length; x += 1) down[x] = at(down, x) + grey(data, start + x);
}

function remove(down: Int32Array, data: Uint8Array, start: number): void {
  for (let x = 0; x < down.length; x += 1) down[x] = at(down, x) - grey(data, start + x);
}

/** Of each place the sum of what lies at most `reach` to either side. */
function sumUp(of: Int32Array, reach: number, sums: Int32Array): void {
  let sum = 0;
  for (let x = 0; x < Math.min(reach, of.length); x += 1) sum += at(of, x);
  for (let x = 0; x < of.length; x += 1) {
    if (x + reach < of.length) sum += at(of, x + reach);
    if (x > reach) sum -= at(of, x - reach - 1);
    sums[x] = sum;
  }
}

/** A pixel that is known to be there. (One function for both kinds of numbers would be three times as slow.) */
function grey(of: Uint8Array, place: number): number {
  return of[place] as number;
}

/** A sum that is known to be there. */
function at(of: Int32Array, place: number): number {
  return of[place] as number;
}
