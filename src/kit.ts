/** What no server needs, and is a file of its own therefore: it is loaded by the commands that it is for. */
export { runDemo } from "./demo/demo.js";
export { verify } from "./verify/verify.js";
