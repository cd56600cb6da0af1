import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

type Validate = ((value: unknown) => boolean) & { errors?: readonly object[] | null };
type Operation = {
  responses: Record<string, { $ref?: string; content?: Record<string, { schema?: object }> }>;
};
type Response = { $ref?: string; content?: Record<string, { schema?: object }> };
type Document = {
  paths: Record<string, Record<string, Operation>>;
  components: { responses: Record<string, Response> };
};

/** A response as a test received it. */
export type SeenAnswer = Readonly<{
  method: string;
  path: string;
  status: number;
  contentType: string | null;
  text: string;
}>;

const escapePointer = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1');

/** Statuses that the server may answer before the request is routed. Their bodies are problem documents all the same. */
const OUTSIDE_ROUTES = new Set([404, 405, 429]);

/**
 * Checks answers against the served OpenAPI document: the status is declared, the content type is the declared one,
 * and the body validates against the declared schema.
 */
export class ApiChecker {
  private readonly ajv = addFormats.default(
    new Ajv2020({ strict: false, allErrors: true, validateFormats: true, allowUnionTypes: true }),
  );
  private readonly validators = new Map<string, Validate>();
  private readonly templates: readonly { template: string; pattern: RegExp }[];
  checked = 0;

  constructor(private readonly document: Document) {
    this.ajv.addSchema(document, 'praxis');
    this.templates = Object.keys(document.paths)
      .sort((a, b) => a.split('{').length - b.split('{').length)
      .map((template) => ({
        template,
        pattern: new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
      }));
  }

  private validator(pointer: string): Validate {
    const known = this.validators.get(pointer);
    if (known !== undefined) return known;
    const made = this.ajv.compile({ $ref: `praxis#${pointer}` }) as unknown as Validate;
    this.validators.set(pointer, made);
    return made;
  }

  private assertValid(pointer: string, answer: SeenAnswer): void {
    const validate = this.validator(pointer);
    if (!validate(JSON.parse(answer.text)))
      throw new Error(
        `${answer.method} ${answer.path} ${answer.status}: the body breaks ${pointer}: ${JSON.stringify(validate.errors)}\n${answer.text}`,
      );
  }

  check(answer: SeenAnswer): void {
    this.checked += 1;
    const { pathname } = new URL(answer.path, 'http://praxis');
    const method = answer.method === 'HEAD' ? 'get' : answer.method.toLowerCase();
    const found = this.templates.find(({ pattern }) => pattern.test(pathname));
    const operation = found && this.document.paths[found.template]?.[method];
    const where = `${answer.method} ${answer.path}`;
    if (found === undefined || operation === undefined) {
      if (answer.method === 'OPTIONS' && answer.status === 204) return;
      if (pathname === '/docs/reference.js') return;
      if (!OUTSIDE_ROUTES.has(answer.status))
        throw new Error(`${where}: ${answer.status} is not declared anywhere`);
      if (answer.method !== 'HEAD') this.assertValid('/components/schemas/Problem', answer);
      return;
    }
    const declared = operation.responses[String(answer.status)];
    if (declared === undefined)
      throw new Error(`${where}: the status ${answer.status} is not declared\n${answer.text}`);
    const shared = /^#\/components\/responses\/(\w+)$/.exec(declared.$ref ?? '')?.[1];
    const response = shared === undefined ? declared : this.document.components.responses[shared]!;
    const types = Object.keys(response.content ?? {});
    const [type] = (answer.contentType ?? '').split(';');
    if (types.length === 0) {
      if (answer.text !== '') throw new Error(`${where}: ${answer.status} declares no content but has some`);
      return;
    }
    if (!types.includes(type ?? ''))
      throw new Error(`${where}: content type ${String(type)} is not declared`);
    if (answer.method === 'HEAD' || !(type ?? '').endsWith('json')) return;
    const place =
      shared === undefined
        ? ['paths', found.template, method, 'responses', String(answer.status)]
        : ['components', 'responses', shared];
    const pointer = [...place, 'content', type ?? '', 'schema'];
    this.assertValid(`/${pointer.map(escapePointer).map(encodeURIComponent).join('/')}`, answer);
  }
}
