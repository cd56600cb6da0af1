import type { ResponseObject, ResponsesObject } from 'openapi3-ts/oas31';
import type { ProblemCatalog } from '../http/replies/problem-catalog.js';
import { headerRefs } from './shared-components.js';

const pascalCase = (code: string): string =>
  code.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The problem responses of a document by name; operations with the same codes share one response. */
export class ProblemResponses {
  readonly responses = new Map<string, ResponseObject>();

  constructor(private readonly catalog: ProblemCatalog) {}

  /** One response for each status; it lists the codes and constrains `code`. */
  of(codes: Iterable<string>): ResponsesObject {
    const byStatus = new Map<number, string[]>();
    for (const code of codes) {
      const status = this.catalog[code]?.status;
      if (status === undefined) throw new Error(`nobody explains the problem ${code}`);
      byStatus.set(status, [...(byStatus.get(status) ?? []), code].sort());
    }
    return Object.fromEntries(
      [...byStatus].map(([status, statusCodes]) => {
        const name = statusCodes.map(pascalCase).join('Or');
        if (!this.responses.has(name)) this.responses.set(name, this.write(status, statusCodes));
        return [String(status), { $ref: `#/components/responses/${name}` }];
      }),
    );
  }

  private write(status: number, codes: readonly string[]): ResponseObject {
    const waits = status === 429 || status === 503;
    return {
      description: codes.map((code) => `\`${code}\`: ${this.catalog[code]?.title ?? ''}`).join('. '),
      headers: headerRefs('X-Request-Id', ...(waits ? ['Retry-After'] : [])),
      content: {
        'application/problem+json': {
          schema: {
            allOf: [
              { $ref: '#/components/schemas/Problem' },
              { type: 'object', properties: { code: { enum: [...codes] }, status: { const: status } } },
            ],
          },
          examples: Object.fromEntries(
            codes.map((code) => [
              code,
              {
                value: {
                  type: `/problems/${code}`,
                  title: this.catalog[code]?.title,
                  status,
                  detail: this.catalog[code]?.explanation,
                  instance: '/v1/…',
                  code,
                  requestId: '5f0c2f7e-3c1c-4a3f-9d57-2f2c9b7f8f11',
                },
              },
            ]),
          ),
        },
      },
    };
  }
}
