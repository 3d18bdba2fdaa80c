/** The shipped packs and the shared vectors, read from where the server has them: one text for both. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Pack } from "../src/domain/pack.ts";

const ROOT = new URL("../../", import.meta.url);
export const VECTORS = new URL("contracts/vectors/", ROOT);

/** A shipped pack, whole: one that is kept as a diff is merged by the server's own code. */
export function packOf(code: string): Pack {
  const own = fileURLToPath(new URL(".venv/bin/python", ROOT));
  const python = existsSync(own) ? own : "python3";
  const print = "import json, sys; from kakou.screening.packs import shipped; print(json.dumps(shipped(sys.argv[1])))";
  const told = execFileSync(python, ["-c", print, code], { cwd: fileURLToPath(ROOT), encoding: "utf8" });
  return JSON.parse(told) as Pack;
}
