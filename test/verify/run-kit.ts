import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { verify, type Terminal } from "../../src/verify/verify.js";

export interface KitResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The text that --junit wrote. */
  readonly file: string | undefined;
}

/** The members of the kit's JSON report that tests look at. */
export interface KitReport {
  readonly version: string | null;
  readonly level: string;
  readonly conformant: boolean;
  readonly verdicts: readonly {
    readonly level: string;
    readonly holds?: boolean;
    readonly words: string;
  }[];
  readonly checks: readonly {
    readonly name: string;
    readonly level: string;
    readonly status: "passed" | "failed" | "skipped";
    readonly reason?: string;
    readonly request?: string;
    readonly answer?: string;
  }[];
}

/** Runs the command in this process, without a terminal. */
export async function runKit(args: readonly string[], more: Partial<Terminal> = {}): Promise<KitResult> {
  let stdout = "";
  let stderr = "";
  let file: string | undefined;
  const code = await verify(args, {
    print: (text) => {
      stdout += text;
    },
    printError: (text) => {
      stderr += text;
    },
    hasColour: false,
    showsProgress: false,
    signal: new AbortController().signal,
    readStdin: () => "",
    writeFile: (_path, text) => {
      file = text;
    },
    ...more,
  });
  return { code, stdout, stderr, file };
}

/** The same with --json; the report is parsed. */
export async function kitReport(args: readonly string[]): Promise<KitReport & { readonly code: number }> {
  const { code, stdout, stderr } = await runKit([...args, "--json"]);
  if (stdout === "") throw new Error(`the kit could not run: ${stderr}`);
  return { ...(JSON.parse(stdout) as KitReport), code };
}

export function namesOf(report: KitReport, status: "passed" | "failed" | "skipped"): string[] {
  return report.checks.filter((check) => check.status === status).map(({ name }) => name);
}

/** A port of loopback that nothing listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}

/** The settings of a webhook that may call the kit's upstream and renews by it. */
export function upstreamSettings(port: number): { ALLOW_PRIVATE_HOSTS: string; OAUTH_PROVIDERS_JSON: string } {
  const tokenUrl = `http://127.0.0.1:${String(port)}/oauth/token`;
  return {
    ALLOW_PRIVATE_HOSTS: `127.0.0.1:${String(port)},localhost:${String(port)}`,
    OAUTH_PROVIDERS_JSON: JSON.stringify({
      verify: { clientId: "kit-client", clientSecret: "kit-client-secret-41d9", tokenUrl },
    }),
  };
}
