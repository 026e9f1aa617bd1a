import { setMaxListeners } from "node:events";
import { Connection } from "./connection.js";
import { judge, type Violation } from "./judge.js";
import { Masking } from "./masking.js";
import type { Reply } from "./reply.js";
import { Stage } from "./stage.js";
import { TokenVault } from "./token-vault.js";
import { Upstream } from "./upstream.js";
import { WrittenDocuments } from "./written-documents.js";

export interface StageOptions {
  /** http or https, without query. */
  readonly url: URL;
  readonly adminSecret?: string;
  readonly readOnly?: boolean;
  /** 0 for any free one. */
  readonly upstreamPort: number;
  /** The upstream's address for the webhook, when that is not this machine's loopback. */
  readonly upstreamUrl?: string;
  readonly signal: AbortSignal;
  onWait(seconds: number): void;
}

export interface OpenStage {
  readonly stage: Stage;
  readonly masking: Masking;
  /** Returns the responses since the previous call, of long ones the beginning. */
  takeReplies(): Reply[];
  /** Makes later requests end by this signal. */
  continueUntil(signal: AbortSignal): void;
  close(): Promise<void>;
}

/** Nobody reads more distinct ones. */
const maxViolations = 200;

/** Starts the played servers and gets ready to send; nothing is sent yet. @throws CannotVerify */
export async function openStage(options: StageOptions): Promise<OpenStage> {
  const { url, adminSecret, signal } = options;
  // Each request on its way listens, and checks send many at once.
  setMaxListeners(0, signal);
  const prefix = `verify-${crypto.randomUUID().slice(0, 8)}-`;
  const masking = new Masking(prefix);
  if (adminSecret !== undefined) masking.add(adminSecret);
  const secretTexts = new Set<string>();
  const sentTexts = new Set<string>();
  const sharedSecrets = new Set<string>();
  const searched = { secrets: secretTexts, sent: sentTexts, sharedSecrets };
  const isReadOnly = options.readOnly ?? false;
  const written = new WrittenDocuments(prefix, isReadOnly);
  const violations: Violation[] = [];
  const known = new Set<string>();
  let replies: Reply[] = [];
  const onReply = (reply: Reply): void => {
    const kept = reply.excerpt();
    replies.push(kept);
    for (const { check, problem } of judge(reply, searched)) {
      const id = `${check} ${problem}`;
      if (known.has(id) || known.size >= maxViolations) continue;
      known.add(id);
      violations.push({ check, problem, reply: kept });
    }
  };
  const connection = new Connection(url.href, signal, {
    onSend: (request) => {
      written.note(request);
    },
    onReply,
    onWait: (seconds) => {
      options.onWait(seconds);
    },
  });
  const upstream = await Upstream.start(options.upstreamPort, options.upstreamUrl);
  const tokenVault = new TokenVault(connection);
  const stage = new Stage({
    url,
    connection,
    tokenVault,
    upstream,
    masking,
    prefix,
    adminSecret,
    isReadOnly,
    written,
    violations,
    secretTexts,
    sentTexts,
    sharedSecrets,
  });
  return {
    stage,
    masking,
    takeReplies() {
      const taken = replies;
      replies = [];
      return taken;
    },
    continueUntil(next) {
      setMaxListeners(0, next);
      connection.continueUntil(next);
    },
    async close() {
      connection.close();
      await upstream.close();
    },
  };
}
