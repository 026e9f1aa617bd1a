import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

export interface Import {
  /** A path from the root without ending, `src/errors`, or a module's name, `node:fs`. */
  readonly from: string;
  /** What is imported by value; types cost nothing and are left out. `*` is the whole module. */
  readonly names: readonly string[];
}

/** A file of the repository, as far as its borders are concerned. */
export interface SourceFile {
  /** From the root, with slashes. */
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  /** What it takes from the global scope, and its first member: `fetch`, `process.env`, `crypto.subtle`. */
  readonly globals: ReadonlySet<string>;
  /** The methods of crypto.subtle that it calls. */
  readonly subtleCalls: ReadonlySet<string>;
}

/** The TypeScript and JavaScript files in a folder of the repository. */
export function sourceFiles(folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:ts|js|mjs)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort()
    .map((path) => parseSource(path, readFileSync(join(root, path), "utf8")));
}

export function parseSource(path: string, text: string): SourceFile {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const imports: Import[] = [];
  const declared = new Set<string>();
  const globals = new Set<string>();
  const subtleCalls = new Set<string>();
  const visit = (node: ts.Node): void => {
    const found = importOf(node);
    if (found) imports.push({ ...found, from: resolved(path, found.from) });
    if (isDeclaration(node) && node.name && ts.isIdentifier(node.name)) declared.add(node.name.text);
    if (ts.isIdentifier(node) && isUsedAsValue(node)) for (const name of namesOf(node)) globals.add(name);
    if (ts.isCallExpression(node)) {
      const method = /^(?:globalThis\.)?crypto\.subtle\.(\w+)$/.exec(node.expression.getText(source))?.[1];
      if (method) subtleCalls.add(method);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  for (const name of [...globals]) if (declared.has(name.split(".")[0] ?? "")) globals.delete(name);
  return { path, lines: text.split("\n").length - 1, imports, globals, subtleCalls };
}

function importOf(node: ts.Node): Import | undefined {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    return { from: node.moduleSpecifier.text, names: importedNames(node.importClause) };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
    return { from: node.moduleSpecifier.text, names: node.isTypeOnly ? [] : ["*"] };
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [argument] = node.arguments;
    return { from: argument && ts.isStringLiteral(argument) ? argument.text : "computed", names: ["*"] };
  }
  return undefined;
}

function importedNames(clause: ts.ImportClause | undefined): string[] {
  if (!clause) return ["*"];
  if (clause.isTypeOnly) return [];
  const { namedBindings } = clause;
  const own = clause.name ? ["default"] : [];
  if (!namedBindings) return own;
  if (ts.isNamespaceImport(namedBindings)) return [...own, "*"];
  const named = namedBindings.elements.filter(({ isTypeOnly }) => !isTypeOnly);
  return [...own, ...named.map(({ propertyName, name }) => (propertyName ?? name).text)];
}

function isDeclaration(
  node: ts.Node,
): node is
  ts.VariableDeclaration | ts.ParameterDeclaration | ts.BindingElement | ts.FunctionDeclaration | ts.ImportSpecifier {
  return (
    ts.isVariableDeclaration(node) ||
    ts.isParameter(node) ||
    ts.isBindingElement(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isImportSpecifier(node)
  );
}

/** Neither a member's name nor a type's. */
function isUsedAsValue(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isTypeNode(parent) || ts.isQualifiedName(parent)) return false;
  const isMemberName =
    ts.isPropertyAssignment(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isBindingElement(parent);
  return !(isMemberName && parent.name === node);
}

function namesOf(node: ts.Identifier): string[] {
  const { parent } = node;
  if (!ts.isPropertyAccessExpression(parent)) return [node.text];
  if (node.text === "globalThis") return [parent.name.text];
  return [node.text, `${node.text}.${parent.name.text}`];
}

function resolved(path: string, from: string): string {
  if (!from.startsWith(".")) return from;
  return posix.join(posix.dirname(path), from).replace(/\.(?:js|ts)$/, "");
}
