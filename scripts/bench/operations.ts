import { serviceName, tokenDataOf } from "./filled-folder.js";
import type { PreparedRequest, RequestMaker } from "./request-file.js";

export interface BenchOperation {
  readonly name: string;
  /** Against a bare pipe to the same upstream, not against a server that answers the same bytes. */
  readonly isProxied?: true;
  /** @param size how many tokens there are */
  readonly make: (maker: RequestMaker, index: number, size: number) => PreparedRequest;
}

/** Coprime to every size, so that all services have their turn, far from one another in memory. */
const stride = 7_919;
/** The first call of a service with a host is written down: only so many services are called. */
const proxiedServices = 100;

export function benchOperations(upstreamUrl: string): readonly BenchOperation[] {
  return [
    { name: "GET /v1/health", make: (maker) => maker.get("/v1/health") },
    {
      name: "GET /v1/credential",
      make: (maker, index, size) => {
        const service = spread(index, size);
        return maker.get(`/v1/credential?ticket=${maker.ticket(service, "agent_credential")}&service=${service}`);
      },
    },
    {
      name: "POST /v1/storage get",
      make: (maker, index, size) =>
        maker.signedPost("/v1/storage", {
          operation: "get",
          collection: "tokens",
          key: spread(index, size),
          requestId: `req_${String(index)}`,
        }),
    },
    {
      name: "POST /v1/storage list, limit 50",
      make: (maker, index, size) =>
        maker.signedPost("/v1/storage", {
          operation: "list",
          collection: index % 2 === 0 ? "tokens" : "audit",
          options: { limit: 50 },
          requestId: `req_${String(size)}`,
        }),
    },
    {
      name: "POST /v1/store",
      make: (maker, index, size) => {
        const service = spread(index, size);
        const ticket = maker.ticket(service, "store");
        return maker.post("/v1/store", { ticket, service, tokenData: tokenDataOf(index) });
      },
    },
    {
      name: "POST /v1/proxy",
      isProxied: true,
      make: (maker, index, size) => {
        const service = serviceName((index % proxiedServices) * Math.floor(size / proxiedServices));
        return maker.signedPost("/v1/proxy", {
          ticket: maker.ticket(service, "proxy"),
          service,
          upstream: { url: upstreamUrl },
          headerTemplates: { Authorization: "Bearer ${TOKEN}" },
        });
      },
    },
  ];
}

function spread(index: number, size: number): string {
  return serviceName((index * stride) % size);
}
