// The ceiling: a bare node:http server that reads each request to its end and answers the bytes that it was told, or
// pipes it to the upstream that it was told. It knows nothing of the protocol. Plain JavaScript, so that any runtime runs it.
import { Buffer } from "node:buffer";
import { Agent, createServer, request as call } from "node:http";
import process from "node:process";

let answer = { status: 200, headers: {}, body: "" };
let upstream;
const agent = new Agent({ keepAlive: true });

const server = createServer((incoming, outgoing) => {
  if (incoming.method === "GET") {
    reply(outgoing);
    return;
  }
  const chunks = [];
  incoming.on("data", (chunk) => chunks.push(chunk));
  incoming.on("end", () => {
    if (upstream === undefined) reply(outgoing);
    else pipe(Buffer.concat(chunks).length, outgoing);
  });
});

// Its orders are lines of JSON; it answers each with a line.
let buffered = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (text) => {
  buffered += text;
  for (let end = buffered.indexOf("\n"); end !== -1; end = buffered.indexOf("\n")) {
    ({ answer = answer, upstream } = JSON.parse(buffered.slice(0, end)));
    buffered = buffered.slice(end + 1);
    console.log("ready");
  }
});
process.stdin.on("end", () => process.exit(0));
server.keepAliveTimeout = 65_000;
server.listen(0, "127.0.0.1", () => console.log(`listens on http://127.0.0.1:${server.address().port}`));

function reply(outgoing) {
  outgoing.writeHead(answer.status, answer.headers);
  outgoing.end(answer.body);
}

/** The length of what came stands for what a proxy would make of it. */
function pipe(length, outgoing) {
  const forwarded = call(upstream, { agent, headers: { "x-request-length": String(length) } }, (response) => {
    outgoing.writeHead(response.statusCode, response.rawHeaders);
    response.pipe(outgoing);
  });
  forwarded.on("error", () => outgoing.destroy());
  forwarded.end();
}
