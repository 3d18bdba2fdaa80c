/**
 * All but the first screen: what checks and judges, what talks with the server and opens names, the other screens. In
 * one piece, fetched when the app stands: over a slow network one file is there seconds before thirty small ones. What
 * decodes pictures and certificates comes behind it.
 */
import { condition } from "./adapters/condition.ts";
import { watchForNewer, whenClosed } from "./adapters/renewal.ts";
import { server } from "./adapters/server.ts";
import { signal } from "./adapters/signal.ts";
import { voice } from "./adapters/voice.ts";
import { createChecking } from "./checking.ts";
import { type Connection, createConnection } from "./connection.ts";
import { SCREENS } from "./screens/screens.ts";
import type { Near, Ports } from "./state.ts";
import AboveScreen from "./ui/AboveScreen.vue";

const camera = async () => (await import("./ui/ScannerView.vue")).default;

export type Rest = ReturnType<typeof join>;

/** Joins the app, with the adapters of a browser. */
export function join(near: Ports, app: Near) {
  const ports = { ...near, server, condition, voice, signal };
  const checking = createChecking(ports, app, () => connection.sent());
  const connection: Connection = createConnection(ports, app, checking);
  return { checking, connection, screens: SCREENS, camera, AboveScreen, watchForNewer, whenClosed };
}
