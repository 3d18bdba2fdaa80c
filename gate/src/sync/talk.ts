/** All that talks with the server, in one piece: it is fetched when the app stands. */
export { server } from "../adapters/server.ts";
export { Sync } from "./sync.ts";
