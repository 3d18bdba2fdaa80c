/** All that talks with the server, opens names, and reads codes, in one piece: it is fetched when the app stands. */
import { condition } from "./adapters/condition.ts";
import { server } from "./adapters/server.ts";
import { voice } from "./adapters/voice.ts";
import type { Checking } from "./checking.ts";
import { createConnection } from "./connection.ts";
import type { Ports, State, Tell } from "./state.ts";

/** The connection of this phone, with the adapters of a browser. */
export const connect = (ports: Ports, state: State, t: Tell, checking: Checking, back: () => void) =>
  createConnection({ ...ports, server, condition, voice }, state, t, checking, back);
