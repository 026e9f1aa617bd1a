import { dirname } from "node:path";
import { StartError } from "../platform/errors.js";
import { asText, fromBase64, isRecord, parseJson, toBase64 } from "../platform/encoding.js";
import type { Secret } from "../platform/secret.js";
import type { Disk } from "../files/disk.js";
import { replaceFile } from "../files/durable-file.js";
import { CannotOpenError, Cipher, keyBytes, systemAdditionalData, type KeyBytes } from "./cipher.js";
import { requireLong } from "./secret-length.js";
import {
  isScryptParameters,
  newScryptParameters,
  possibleKeys,
  stretch,
  UnusableParametersError,
} from "./passphrase-key.js";

/*
 * The key file, apart from the data folder. Open, or under a passphrase:
 *
 *   {"format": "tokenvault-webhook-keys", "version": 1, "encryptionKey": "<32 bytes in base64>"}
 *   {"format": "tokenvault-webhook-keys", "version": 1,
 *    "scrypt": {"N": 131072, "r": 8, "p": 1, "salt": "<16 bytes in base64>"}, "sealedKey": "<sealed>"}
 *
 * A file that holds nothing but the base64 of 32 bytes is taken as well. While a key is being rotated, the next one
 * stands beside it in `<file>.next`.
 */
const format = "tokenvault-webhook-keys";
const version = 1;
const sealedKeyAdditionalData = systemAdditionalData("encryptionKey");

/** A key file, and how to read and replace it. */
export class KeyFile {
  /** Set once the passphrase has opened this file. */
  #isOpened = false;

  constructor(
    private readonly disk: Disk,
    readonly path: string,
    private readonly passphrase: Secret | undefined,
  ) {}

  /** The file of the key that is to take this one's place. */
  get next(): KeyFile {
    const next = new KeyFile(this.disk, `${this.path}.next`, this.passphrase);
    next.#isOpened = this.#isOpened;
    return next;
  }

  /** Undefined when there is no file. @throws StartError when it is damaged, newer, or the passphrase does not open it */
  async read(): Promise<KeyBytes | undefined> {
    const text = (await this.disk.read(this.path))?.toString("utf8").trim();
    if (text === undefined) return undefined;
    const bare = fromBase64(text);
    if (bare?.length === keyBytes) return bare;
    const { encryptionKey, sealedKey, scrypt: parameters } = parse(text);
    const key =
      typeof sealedKey === "string"
        ? await this.#unseal(sealedKey, parameters)
        : fromBase64(asText(encryptionKey) ?? "");
    if (key?.length !== keyBytes) throw unusable("does not hold a key of 32 bytes");
    return key;
  }

  /** @throws StartError when the passphrase is short, but for the one that the file was under before */
  async write(key: KeyBytes): Promise<void> {
    if (this.passphrase && !this.#isOpened) requireLong("KEY_PASSPHRASE", this.passphrase);
    await this.disk.makeFolder(dirname(this.path));
    await replaceFile(this.disk, this.path, [await this.#print(key)]);
  }

  /** Puts the next key in the place of this one. */
  async adoptNext(): Promise<void> {
    await this.disk.rename(this.next.path, this.path);
    await this.disk.syncFolder(dirname(this.path));
  }

  async dropNext(): Promise<void> {
    await this.disk.remove(this.next.path);
    await this.disk.syncFolder(dirname(this.path));
  }

  async #print(key: KeyBytes): Promise<string> {
    const head = { format, version };
    if (!this.passphrase) return `${JSON.stringify({ ...head, encryptionKey: toBase64(key) })}\n`;
    const parameters = newScryptParameters();
    const cipher = new Cipher(await stretch(this.passphrase, parameters));
    const sealedKey = cipher.seal(toBase64(key), sealedKeyAdditionalData);
    return `${JSON.stringify({ ...head, scrypt: parameters, sealedKey })}\n`;
  }

  async #unseal(sealedKey: string, parameters: unknown): Promise<KeyBytes | undefined> {
    if (!this.passphrase)
      throw new StartError("The key file is under a passphrase. Set KEY_PASSPHRASE or KEY_PASSPHRASE_FILE.");
    if (!isScryptParameters(parameters)) throw unusable("lacks its scrypt parameters");
    try {
      for await (const stretched of possibleKeys(this.passphrase, parameters)) {
        const text = openIfFits(new Cipher(stretched), sealedKey);
        if (text === undefined) continue;
        this.#isOpened = true;
        return fromBase64(text);
      }
    } catch (error) {
      if (error instanceof UnusableParametersError) throw unusable("has scrypt parameters that cannot be used");
      throw error;
    }
    throw new StartError("KEY_PASSPHRASE does not open the key file. Nothing was changed.");
  }
}

function openIfFits(cipher: Cipher, sealedKey: string): string | undefined {
  try {
    return cipher.open(sealedKey, sealedKeyAdditionalData);
  } catch (error) {
    if (error instanceof CannotOpenError) return undefined;
    throw error;
  }
}

function parse(text: string): Record<string, unknown> {
  const content = parseJson(text);
  if (content === undefined) throw unusable("is cut or damaged: it is neither JSON nor base64");
  if (!isRecord(content) || content["format"] !== format) throw unusable("was not written by this program");
  const { version: found } = content;
  if (typeof found === "number" && found > version)
    throw new StartError(
      "The key file is of a newer format than this program knows. Nothing was changed. Install the newer program.",
    );
  if (found !== version) throw unusable("has no version");
  return content;
}

function unusable(problem: string): StartError {
  return new StartError(`The key file ${problem}. Nothing was changed. Put back its backup.`);
}
