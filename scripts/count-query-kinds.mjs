/**
 * Counts the methods of repositories and queries by the way they reach the database:
 *
 *   model     through a Sequelize model
 *   columns   SQL whose columns come from a model, by a helper of src/platform/database
 *   other     SQL that names its columns itself
 *
 *   node scripts/count-query-kinds.mjs            prints a Markdown table
 *   node scripts/count-query-kinds.mjs --list     prints every method with its kind, and of "other" whether it writes, computes
 *                                                 (aggregates, one column) or selects two columns and more
 *   node scripts/count-query-kinds.mjs --write    updates the table in docs/architecture.md
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import ts from 'typescript';

const MODEL_CALL =
  /\.(?:findByPk|findOne|findAll|findAndCountAll|findOrCreate|create|bulkCreate|update|upsert|destroy|count|increment)\(/;
const SQL_CALL = /\.(?:rows|send|query)\s*[<(]/;
/** Functions of src/platform/database that take the columns of a statement from a model. */
const COLUMN_HELPERS = new Set(['columns', 'columnNames', 'jsonFields', 'insertFromJson', 'insertRow']);

/** @typedef {{ text: string, names: Set<string> }} Declaration */
/** @typedef {{ source: ts.SourceFile, declarations: Map<string, Declaration>, imports: Map<string, string> }} Module */
/** @typedef {'model' | 'columns' | 'other'} Kind */
/** @typedef {'writes' | 'computes' | 'selects'} Purpose of the SQL of a method */
/** @typedef {{ context: string, file: string, factory: string, method: string, kind: Kind, purpose?: Purpose }} Method */

/** @param {ts.Node} node */
function identifiersIn(node) {
  /** @type {Set<string>} */
  const names = new Set();
  /** @param {ts.Node} child */
  const visit = (child) => {
    if (ts.isIdentifier(child)) names.add(child.text);
    ts.forEachChild(child, visit);
  };
  visit(node);
  return names;
}

/** @type {Map<string, Module>} */
const modules = new Map();

/** @param {string} file */
function moduleOf(file) {
  const known = modules.get(file);
  if (known !== undefined) return known;
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  /** @type {Module} */
  const parsed = { source, declarations: new Map(), imports: new Map() };
  modules.set(file, parsed);
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement) && ts.isStringLiteral(statement.moduleSpecifier)) {
      const { text } = statement.moduleSpecifier;
      const bindings = statement.importClause?.namedBindings;
      if (!text.startsWith('.') || bindings === undefined || !ts.isNamedImports(bindings)) continue;
      const target = path.posix.join(path.posix.dirname(file), text).replace(/\.js$/, '.ts');
      for (const { name } of bindings.elements) parsed.imports.set(name.text, target);
    } else if (ts.isVariableStatement(statement))
      for (const declaration of statement.declarationList.declarations)
        for (const name of identifiersIn(declaration.name))
          parsed.declarations.set(name, describe(declaration));
    else if (ts.isFunctionDeclaration(statement) && statement.name !== undefined)
      parsed.declarations.set(statement.name.text, describe(statement));
  }
  return parsed;
}

/** @param {ts.Node} node */
const describe = (node) => ({ text: node.getText(), names: identifiersIn(node) });

/**
 * The text of a method and of every declaration it uses, within the adapters of its context. `usesHelper` tells whether one
 * of them calls a column helper.
 * @param {string} file
 * @param {ts.Node} node
 * @param {ReadonlyMap<string, ts.Node>} locals of the factory that returns the method
 */
function reach(file, node, locals) {
  let text = '';
  let usesHelper = false;
  const visited = new Set();
  /**
   * @param {string} from
   * @param {Declaration} declaration
   */
  const visit = (from, declaration) => {
    text += `${declaration.text}\n`;
    const { declarations, imports } = moduleOf(from);
    for (const name of declaration.names) {
      const target = imports.get(name) ?? from;
      const local = target === from && from === file ? locals.get(name) : undefined;
      if (COLUMN_HELPERS.has(name) && target.startsWith('src/platform/database/')) usesHelper = true;
      const key = `${target}#${name}`;
      if (visited.has(key)) continue;
      visited.add(key);
      if (local !== undefined) visit(from, describe(local));
      else if (target === from && declarations.has(name))
        visit(from, /** @type {Declaration} */ (declarations.get(name)));
      else if (target !== from && target.includes('/infrastructure/') && existsSync(target)) {
        const found = moduleOf(target).declarations.get(name);
        if (found !== undefined) visit(target, found);
      }
    }
  };
  visit(file, describe(node));
  return { text, usesHelper };
}

/**
 * @param {{ text: string, usesHelper: boolean }} reached
 * @returns {Kind | undefined} undefined for a method that sends no statement itself
 */
function kindOf({ text, usesHelper }) {
  if (SQL_CALL.test(text)) return usesHelper ? 'columns' : 'other';
  return MODEL_CALL.test(text) ? 'model' : undefined;
}

/** The items of the list that begins at `start` and ends with FROM, outside parentheses. @param {string} text @param {number} start */
function selectList(text, start) {
  const items = [''];
  let depth = 0;
  for (const [token] of text.slice(start).matchAll(/\w+|[^\w]/g)) {
    if (depth === 0 && (token === 'FROM' || token === '`' || token === "'")) break;
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    if (depth < 0) break;
    if (depth === 0 && token === ',') items.push('');
    else items[items.length - 1] += token;
  }
  return items.map((item) => item.trim());
}

/**
 * @param {string} text
 * @returns {Purpose}
 */
function purposeOf(text) {
  if (/\b(?:INSERT INTO|UPDATE \w+|DELETE FROM)\b/.test(text)) return 'writes';
  const namesColumns = [...text.matchAll(/\bSELECT\b/g)].some(({ index }) => {
    const items = selectList(text, index + 'SELECT'.length);
    const named = items.filter((item) => /^(?:\w+\.)?\w+(?:\s+AS\s+\S+)?$/.test(item));
    return named.length > 1 || items.some((item) => /^\$\{\w+\}$/.test(item));
  });
  return namesColumns ? 'selects' : 'computes';
}

/** The functions of the object that a factory `makeX` returns, and the local declarations around it. @param {ts.Node} factory */
function methodsOf(factory) {
  /** @type {Map<string, ts.Node>} */
  const locals = new Map();
  /** @type {ts.ObjectLiteralExpression | undefined} */
  let returned;
  /** @param {ts.Node} node @param {number} depth of functions */
  const visit = (node, depth) => {
    if (depth === 1 && ts.isVariableDeclaration(node) && ts.isIdentifier(node.name))
      locals.set(node.name.text, node);
    if (depth === 1 && ts.isFunctionDeclaration(node) && node.name !== undefined)
      locals.set(node.name.text, node);
    if (depth === 1 && ts.isReturnStatement(node) && node.expression !== undefined) {
      const expression = ts.isSatisfiesExpression(node.expression)
        ? node.expression.expression
        : node.expression;
      if (ts.isObjectLiteralExpression(expression)) returned = expression;
    }
    if (ts.isArrowFunction(node) && depth === 0) {
      const body = ts.isParenthesizedExpression(node.body) ? node.body.expression : node.body;
      if (ts.isObjectLiteralExpression(body)) returned = body;
    }
    const isFunction = ts.isFunctionLike(node);
    ts.forEachChild(node, (child) => visit(child, depth + (isFunction ? 1 : 0)));
  };
  visit(factory, 0);
  const methods = (returned?.properties ?? []).flatMap((property) =>
    property.name !== undefined && ts.isIdentifier(property.name)
      ? [
          {
            name: property.name.text,
            node: ts.isShorthandPropertyAssignment(property)
              ? (locals.get(property.name.text) ?? property)
              : property,
          },
        ]
      : [],
  );
  return { methods, locals };
}

/** @returns {Method[]} */
export function countMethods() {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .map((file) => path.posix.join('src', ...file.split(path.sep)))
    .filter((file) => /^src\/[^/]+\/infrastructure\/.*\.ts$/.test(file))
    .sort();
  return files.flatMap((file) =>
    moduleOf(file).source.statements.flatMap((statement) => {
      const factories = ts.isVariableStatement(statement)
        ? statement.declarationList.declarations.map((declaration) => ({
            name: declaration.name.getText(),
            node: declaration.initializer,
          }))
        : ts.isFunctionDeclaration(statement)
          ? [{ name: statement.name?.text ?? '', node: statement }]
          : [];
      return factories
        .filter(({ name, node }) => /^make[A-Z]/.test(name) && node !== undefined)
        .flatMap(({ name: factory, node }) => {
          const { methods, locals } = methodsOf(/** @type {ts.Node} */ (node));
          return methods.flatMap(({ name: method, node: body }) => {
            const reached = reach(file, body, locals);
            const kind = kindOf(reached);
            const context = file.split('/')[1] ?? '';
            if (kind === undefined) return [];
            const counted = { context, file, factory, method, kind };
            return [kind === 'other' ? { ...counted, purpose: purposeOf(reached.text) } : counted];
          });
        });
    }),
  );
}

/** @param {readonly Method[]} methods */
export function toTable(methods) {
  const contexts = [...new Set(methods.map(({ context }) => context))];
  /** @param {readonly Method[]} of */
  const cells = (of) => {
    /** @param {Kind} kind */
    const count = (kind) => of.filter((method) => method.kind === kind).length;
    return [count('model'), count('columns'), count('other'), of.length].join(' | ');
  };
  return [
    '| context | model | SQL, columns from the model | other SQL | all |',
    '|---|---|---|---|---|',
    ...contexts.map(
      (context) => `| ${context} | ${cells(methods.filter((method) => method.context === context))} |`,
    ),
    `| all | ${cells(methods)} |`,
  ].join('\n');
}

const DOCUMENT = 'docs/architecture.md';
const MARKED = /(<!-- query kinds -->\n)[\s\S]*?(\n<!-- end of query kinds -->)/;

if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({ options: { list: { type: 'boolean' }, write: { type: 'boolean' } } });
  const methods = countMethods();
  if (values.list === true)
    for (const { kind, purpose, file, factory, method } of methods)
      console.log(`${`${kind} ${purpose ?? ''}`.padEnd(17)} ${file} ${factory}.${method}`);
  if (values.write === true)
    writeFileSync(DOCUMENT, readFileSync(DOCUMENT, 'utf8').replace(MARKED, `$1\n${toTable(methods)}\n$2`));
  else console.log(toTable(methods));
}
