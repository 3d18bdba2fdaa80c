/** The domain in one module for a bare page, built to be measured and thrown away: `npm run page -- --outDir …`. */
import { defineConfig } from "vite";

export default defineConfig({
  logLevel: "warn",
  build: { lib: { entry: "tests/page.ts", formats: ["es"], fileName: "page" }, emptyOutDir: true },
});
