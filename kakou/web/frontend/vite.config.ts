import { defineConfig, type Plugin } from "vite";

/** Our CSP refuses eval; htmx's only use of it (filters and js: values, switched off in base.html) is cut out. */
const withoutEval: Plugin = {
  name: "without-eval",
  transform: (code, id) =>
    id.includes("htmx.esm.js") ? code.replace("return eval(str)", 'throw new Error("no eval")') : undefined,
};

/** Licences, an attribution and a base for relative links name hosts; no built file does (and the map's worker evals). */
const withoutHosts = (): Plugin => ({
  name: "without-hosts",
  transform: (code, id) =>
    /node_modules\/(cytoscape|maplibre-gl)\//.test(id)
      ? code
          .replace("`https://maplibre.invalid/`", "globalThis.location.href")
          .replace("globalThis.eval(", "(()=>{throw new Error(`no eval`)})(")
          .replace(/https?:\/\/(?!www\.w3\.org)[\w./%-]+/g, "")
      : undefined,
});

// Built files carry their hash in their name; Django reads the manifest (templatetags/kit.py, the tag "bundle").
export default defineConfig({
  base: "/static/web/",
  publicDir: false,
  plugins: [withoutEval, withoutHosts()],
  worker: { format: "es", plugins: () => [withoutHosts()] },
  build: {
    outDir: "../static/web",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // data: scripts and styles are not allowed by our CSP
    rollupOptions: {
      input: { shell: "src/shell.ts", look: "src/look.css", pictures: "src/pictures.css", where: "src/where.ts" },
    },
    chunkSizeWarningLimit: 1200, // the map, fetched where one stands
  },
});
