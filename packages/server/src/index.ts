// The server of the page
export { type RunningServer, type ServerOptions, type StudyAnswer, startServer } from "./server.ts";
