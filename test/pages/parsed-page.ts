import { defaultTreeAdapter as tree, parse, type DefaultTreeAdapterTypes } from "parse5";

export type Element = DefaultTreeAdapterTypes.Element;
type Node = DefaultTreeAdapterTypes.Node;

/** A page as a browser reads it. */
export class ParsedPage {
  readonly #document: DefaultTreeAdapterTypes.Document;
  /** The problems that a validator would name in its syntax. */
  readonly problems: string[] = [];

  /** @param html a whole page; the templates give a String object, that is its text */
  constructor(html: string) {
    this.#document = parse(String(html), {
      onParseError: ({ code, startLine }) => this.problems.push(`${code} in line ${String(startLine)}`),
      sourceCodeLocationInfo: true,
    });
  }

  /** In the order of the page. */
  get elements(): Element[] {
    return descendants(this.#document);
  }

  all(...tagNames: readonly string[]): Element[] {
    return this.elements.filter(({ tagName }) => tagNames.includes(tagName));
  }

  /** @throws Error when there is none, or more than one */
  one(tagName: string, attributes: Readonly<Record<string, string>> = {}): Element {
    const found = this.all(tagName).filter((element) =>
      Object.entries(attributes).every(([name, value]) => attribute(element, name) === value),
    );
    const [first] = found;
    if (!first || found.length > 1) {
      throw new Error(`${String(found.length)} elements are ${tagName} ${JSON.stringify(attributes)}`);
    }
    return first;
  }

  /** The text that is read, without the title and the style sheet. */
  get text(): string {
    return textOf(this.one("body"));
  }

  /** The section under a heading. @throws Error when there is none */
  section(heading: string): Element {
    const title = this.all("h2").find((element) => textOf(element) === heading);
    if (!title) throw new Error(`no heading is ${heading}`);
    return this.one("section", { "aria-labelledby": attribute(title, "id") ?? "" });
  }
}

export function attribute({ attrs }: Element, name: string): string | undefined {
  return attrs.find((candidate) => candidate.name === name)?.value;
}

export function descendants(node: Node): Element[] {
  if (!("childNodes" in node)) return [];
  return node.childNodes.flatMap((child) => (tree.isElementNode(child) ? [child, ...descendants(child)] : []));
}

/** With single blanks, as it is shown. */
export function textOf(node: Node): string {
  return rawText(node).replace(/\s+/g, " ").trim();
}

function rawText(node: Node): string {
  if (tree.isTextNode(node)) return node.value;
  if (!("childNodes" in node)) return "";
  const inner = node.childNodes.map(rawText).join("");
  // Blocks stand apart.
  return tree.isElementNode(node) && /^(?:span|bdi|code|time|a)$/.test(node.tagName) ? inner : ` ${inner} `;
}

/** The name and value of each field that a form sends as it stands. */
export function fieldsOf(form: Element): Record<string, string> {
  const fields = descendants(form).filter(({ tagName }) => tagName === "input");
  return Object.fromEntries(
    fields.flatMap((field) => {
      const name = attribute(field, "name");
      return name === undefined ? [] : [[name, attribute(field, "value") ?? ""]];
    }),
  );
}

/** The forms that do something. */
export function forms(root: Element): Element[] {
  return descendants(root).filter(({ tagName }) => tagName === "form");
}
