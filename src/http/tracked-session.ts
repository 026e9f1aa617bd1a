import { requireAdminSecret, type Caller } from "./client.js";
import type { PageSession } from "../contract/operation.js";
import type { HttpContext, PipelineParts } from "./pipeline.js";

/** The owner's session in the browser that asks; notes the cookie that its answer has to set. */
export class TrackedSession implements PageSession {
  cookie: string | undefined;

  constructor(
    private readonly parts: Pick<PipelineParts, "sessions" | "clock" | "adminSecret">,
    private readonly c: HttpContext,
    private readonly caller: Caller,
  ) {}

  get isOwner(): boolean {
    return this.parts.sessions.has(this.c.req.header("cookie"), this.parts.clock.nowMs());
  }

  async signIn(secret: string): Promise<void> {
    await requireAdminSecret(secret, this.parts.adminSecret);
    this.cookie = this.parts.sessions.begin(this.parts.clock.nowMs(), this.#isSecure);
  }

  signOut(): void {
    this.cookie = this.parts.sessions.end(this.c.req.header("cookie"), this.#isSecure);
  }

  get #isSecure(): boolean {
    // The browser's own word first: at home the same server may be reached over http.
    return (this.c.req.header("origin") ?? this.caller.origin).startsWith("https:");
  }
}
