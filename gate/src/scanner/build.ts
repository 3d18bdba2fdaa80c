/** For vite.config.ts, as a plugin and as a worker's plugin: what the bundle of the scanner must not hold. */
import type { Plugin } from "vite";

const FOREIGN = /https:\/\/[a-z.]*jsdelivr\.net\//g;

/** zxing-wasm would ask a foreign host for its .wasm where nobody told it otherwise; we do, and its address goes. */
export function noForeignHost(): Plugin {
  return {
    name: "kakou-no-foreign-host",
    transform(code, id) {
      if (!id.includes("zxing-wasm")) return null;
      const ours = code.replaceAll(FOREIGN, "/");
      return ours === code ? null : { code: ours, map: null };
    },
  };
}
