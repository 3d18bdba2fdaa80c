import { brotliCompressSync } from "node:zlib";
import { gzipAsync } from "@gfx/zopfli";
import vue from "@vitejs/plugin-vue";
import { defineConfig, type Plugin } from "vite";
import { VitePWA } from "vite-plugin-pwa";
import { noForeignHost } from "./src/scanner/build.ts";

/** What the server hands out packed stands packed beside it: a phone on a slow network waits for every kilobyte. Brotli
 * for all that take it (browsers do over https), a tenth less than Zopfli's gzip, which is a twentieth less than zlib's. */
const packed: Plugin = {
  name: "packed",
  apply: "build",
  enforce: "post",
  generateBundle: {
    order: "post", // what the others still write into the files is in them
    async handler(_, bundle) {
      for (const [fileName, file] of Object.entries(bundle)) {
        if (!/\.(?:js|css|svg|html)$/u.test(fileName) || fileName === "sw.js") continue;
        const source = file.type === "chunk" ? file.code : file.source;
        const bytes = typeof source === "string" ? new TextEncoder().encode(source) : source;
        const gzip = await gzipAsync(bytes, { numiterations: 15 });
        this.emitFile({ type: "asset", fileName: `${fileName}.gz`, source: gzip });
        this.emitFile({ type: "asset", fileName: `${fileName}.br`, source: brotliCompressSync(bytes) });
      }
    },
  },
};

export default defineConfig({
  base: "/gate/",
  logLevel: "warn",
  define: {
    __BUILD__: JSON.stringify(process.env.npm_package_version ?? "0"),
    __VUE_OPTIONS_API__: "false",
    __VUE_PROD_DEVTOOLS__: "false",
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
  },
  plugins: [
    vue(),
    noForeignHost(),
    packed,
    VitePWA({
      strategies: "injectManifest",
      srcDir: "src",
      filename: "sw.ts",
      registerType: "prompt",
      injectRegister: false,
      injectManifest: { globPatterns: ["**/*.{js,css,html,svg}"], globIgnores: ["sw.js", "**/*.{gz,br}"] },
      manifest: {
        name: "卡口",
        short_name: "卡口",
        lang: "zh-Hans",
        start_url: "/gate/",
        scope: "/gate/",
        display: "standalone",
        orientation: "portrait",
        background_color: "#ffffff",
        theme_color: "#003a8c",
        icons: [{ src: "icon.svg", sizes: "any", type: "image/svg+xml", purpose: "any" }],
      },
    }),
  ],
  worker: { format: "es", plugins: () => [noForeignHost()] },
  build: {
    outDir: "../public/gate",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // the CSP takes no data: scripts
  },
  test: { include: ["tests/**/*.test.ts"], testTimeout: 60_000 },
} as never);
