/** All that talks with the server, opens names, and reads codes, in one piece: it is fetched when the app stands. */
import { condition } from "./adapters/condition.ts";
import { server } from "./adapters/server.ts";
import { voice } from "./adapters/voice.ts";
import { createConnection, type Near } from "./connection.ts";
import type { Ports } from "./state.ts";

/** The connection of this phone, with the adapters of a browser. */
export const connect = (ports: Ports, near: Near) => createConnection({ ...ports, server, condition, voice }, near);
