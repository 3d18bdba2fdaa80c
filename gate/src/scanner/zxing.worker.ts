/** The worker: tells when it is ready, then answers each question with what it read. What goes wrong ends it: an error is heard outside. */
import { Attempts } from "./attempts.ts";
import type { Asked, Told } from "./supervised.ts";
import { zxing } from "./zxing.ts";

const scope = globalThis as unknown as {
  onmessage: (event: { readonly data: Asked }) => void;
  postMessage(told: Told): void;
};

zxing().then(
  (look) => {
    const attempts = new Attempts(look, () => performance.now());
    scope.onmessage = ({ data: { number, luma } }) => scope.postMessage({ number, text: attempts.read(luma) });
    scope.postMessage({ ready: true });
  },
  () => scope.postMessage({ failed: true }), // what is thrown in here is told to nobody by itself
);
