import { defineConfig, type Plugin } from "vite";

/** Our CSP refuses eval; htmx's only use of it (filters and js: values, switched off in base.html) is cut out. */
const withoutEval: Plugin = {
  name: "without-eval",
  transform: (code, id) =>
    id.includes("htmx.esm.js") ? code.replace("return eval(str)", 'throw new Error("no eval")') : undefined,
};

// Built files carry their hash in their name; Django reads the manifest (templatetags/kit.py, the tag "bundle").
export default defineConfig({
  base: "/static/web/",
  publicDir: false,
  plugins: [withoutEval],
  build: {
    outDir: "../static/web",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // data: scripts and styles are not allowed by our CSP
    rollupOptions: { input: { shell: "src/shell.ts", look: "src/look.css" } },
    chunkSizeWarningLimit: 600,
  },
});
