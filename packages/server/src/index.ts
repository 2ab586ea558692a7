// The server of the page
export type { CommandHost, PageCommand } from "./commandRoutes.ts";
export { type RunningServer, type ServerOptions, type StudyAnswer, startServer } from "./server.ts";
