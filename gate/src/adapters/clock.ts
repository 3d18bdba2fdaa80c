/** The clock and the lots of this phone. */
import type { Clock } from "../ports.ts";

export const clock: Clock = {
  now: () => Date.now(),
  lot: () => Math.random(),
  lots: (many) => crypto.getRandomValues(new Uint8Array(many)),
  wait: (ms, signal) =>
    new Promise((done) => {
      const timer = setTimeout(done, ms);
      signal?.addEventListener(
        "abort",
        () => {
          clearTimeout(timer);
          done();
        },
        { once: true },
      );
    }),
};
