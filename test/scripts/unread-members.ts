import { join } from "node:path";
import ts from "typescript";
import { root } from "./generated.js";

const typesFile = join(root, "generated/types.ts");

/** The members of requests that no code of src reads, as "operation member.member". @param types generated/types.ts */
export function unreadMembers(types: string): string[] {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(root, "tsconfig.json"),
    { noEmit: true },
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
        throw new Error(ts.flattenDiagnosticMessageText(messageText, "\n"));
      },
    },
  );
  if (!config) throw new Error("tsconfig.json cannot be read");
  const host = ts.createCompilerHost(config.options);
  const read = host.readFile.bind(host);
  host.readFile = (path) => (path === typesFile ? types : read(path));
  const isOfServer = (path: string): boolean => /\/src\/(?!verify\/|demo\/)/.test(path);
  const program = ts.createProgram([...config.fileNames.filter(isOfServer), typesFile], config.options, host);
  const checker = program.getTypeChecker();
  const used = new Set<ts.Node>();
  for (const file of program.getSourceFiles())
    if (isOfServer(file.fileName)) for (const node of declarationsReadIn(file, checker)) used.add(node);
  return requestMembers(program, checker).flatMap(([name, declarations]) =>
    declarations.some((declaration) => used.has(declaration)) ? [] : [name],
  );
}

function declarationsReadIn(file: ts.SourceFile, checker: ts.TypeChecker): Set<ts.Node> {
  const found = new Set<ts.Node>();
  const take = (symbol: ts.Symbol | undefined): void => {
    for (const declaration of symbol?.declarations ?? []) found.add(declaration);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) take(checker.getSymbolAtLocation(node.name));
    if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)) {
      const whole = checker.getTypeAtLocation(node.parent);
      const name = (node.propertyName ?? node.name).getText(file);
      // The rest goes on as a whole.
      if (node.dotDotDotToken) for (const symbol of membersOf(checker.getTypeAtLocation(node.name))) take(symbol);
      else for (const part of partsOf(whole)) take(checker.getPropertyOfType(part, name));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

type Member = readonly [name: string, declarations: readonly ts.Node[]];

function requestMembers(program: ts.Program, checker: ts.TypeChecker): Member[] {
  const file = program.getSourceFile(typesFile);
  const operations = file?.statements.find(
    (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === "operations",
  );
  if (!operations) throw new Error("generated/types.ts has no operations");
  return checker
    .getTypeAtLocation(operations)
    .getProperties()
    .flatMap((operation) => {
      const type = checker.getTypeOfSymbol(operation);
      const [parameters, body] = ["parameters", "requestBody"].map((name) => typeOfMember(checker, type, name));
      const query = parameters && ["query", "path", "header"].map((place) => typeOfMember(checker, parameters, place));
      const content = body && partsOf(body).map((part) => typeOfMember(checker, part, "content"));
      const bodies = (content ?? []).flatMap((media) =>
        media ? membersOf(media).map((symbol) => checker.getTypeOfSymbol(symbol)) : [],
      );
      return [...(query ?? []), ...bodies].flatMap((holder) =>
        holder ? membersWithin(checker, holder, operation.name, new Set()) : [],
      );
    });
}

/** The members of a type and of those within; a document, which may hold anything, is kept as a whole. */
function membersWithin(checker: ts.TypeChecker, type: ts.Type, prefix: string, seen: Set<ts.Type>): Member[] {
  const byName = new Map<string, { declarations: ts.Node[]; types: ts.Type[] }>();
  for (const part of partsOf(type)) {
    if (seen.has(part) || checker.getIndexInfosOfType(part).length > 0) continue;
    seen.add(part);
    for (const symbol of part.getProperties()) {
      const declarations = (symbol.declarations ?? []).filter((one) => one.getSourceFile().fileName === typesFile);
      if (declarations.length === 0) continue;
      const known = byName.get(symbol.name) ?? { declarations: [], types: [] };
      known.declarations.push(...declarations);
      known.types.push(checker.getTypeOfSymbol(symbol));
      byName.set(symbol.name, known);
    }
  }
  const separator = prefix.includes(" ") ? "." : " ";
  return [...byName].flatMap(([name, { declarations, types }]) => [
    [`${prefix}${separator}${name}`, declarations] as const,
    ...types.flatMap((one) => membersWithin(checker, one, `${prefix}${separator}${name}`, seen)),
  ]);
}

function typeOfMember(checker: ts.TypeChecker, type: ts.Type, name: string): ts.Type | undefined {
  const symbol = type.getProperty(name);
  return symbol && checker.getTypeOfSymbol(symbol);
}

function membersOf(type: ts.Type): ts.Symbol[] {
  return partsOf(type).flatMap((part) => part.getProperties());
}

function partsOf(type: ts.Type): readonly ts.Type[] {
  return type.isUnion() ? type.types : [type];
}
