/** The scanner for bare pages, built to be measured and thrown away: `npm run scanner -- --outDir …`. */
import { defineConfig } from "vite";
import { noForeignHost } from "./src/scanner/build.ts";

export default defineConfig({
  logLevel: "warn",
  plugins: [noForeignHost()],
  worker: { plugins: () => [noForeignHost()] },
  build: {
    target: "es2022",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    rollupOptions: {
      input: { bench: "tests/scanner-bench.ts", camera: "tests/scanner-camera.ts" },
      preserveEntrySignatures: "strict",
      output: { entryFileNames: "[name].js" },
    },
  },
});
