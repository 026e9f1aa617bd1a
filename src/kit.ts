/** The second built file holds the demo and the conformance kit, which no server needs; their commands load it. */
export { runDemo } from "./demo/demo.js";
export { verify } from "./verify/verify.js";
