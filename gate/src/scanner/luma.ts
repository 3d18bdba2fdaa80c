/** The middle square of a frame in grey: less than half as many bytes to look at, and nothing that the finder hides. */

/** A picture as a canvas gives it: four bytes a pixel, row by row. */
export interface Frame {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** A grey picture: a byte a pixel. */
export interface Luma {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Makes squares in one buffer: a square is good until the next is made. */
export class Square {
  #data = new Uint8Array();

  of({ data, width, height }: Frame): Luma {
    const side = Math.min(width, height);
    const left = (width - side) >> 1;
    const top = (height - side) >> 1;
    if (this.#data.length !== side * side) this.#data = new Uint8Array(side * side);
    const grey = this.#data;
    let to = 0;
    for (let y = top; y < top + side; y += 1) {
      let from = (y * width + left) * 4;
      for (const end = from + side * 4; from < end; from += 4) {
        grey[to] = ((data[from] ?? 0) * 77 + (data[from + 1] ?? 0) * 150 + (data[from + 2] ?? 0) * 29) >> 8;
        to += 1;
      }
    }
    return { data: grey, width: side, height: side };
  }
}
