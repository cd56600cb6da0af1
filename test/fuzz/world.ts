import type { Operation } from './document.js';
import { kebab, singular } from './requests.js';

const MOST = 64;
const WORD = /«([^:»]+)(?::(\d+))?»/g;

/**
 * The values that responses have shown so far: ids by kind of object, other texts by the name of their field, and the
 * newest tag of each path. They all come from the server, so that later requests refer to existing objects.
 */
export class SeenWorld {
  readonly #seen = new Map<string, string[]>();
  readonly #tags = new Map<string, string>();
  readonly #links: readonly { pattern: RegExp; names: readonly string[] }[];

  constructor(operations: readonly Operation[]) {
    this.#links = operations
      .filter(({ method, template }) => method === 'GET' && template.includes('{'))
      .map(({ template }) => ({
        pattern: new RegExp(`${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '([^/?"]+)')}$`),
        names: [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!),
      }));
  }

  /** `role` is the role that saw the value: what a user has seen is more likely to be the user's own. */
  add(kind: string, value: string, role = ''): void {
    if (role !== '') this.#add(`${role}/${kind}`, value);
    this.#add(kind, value);
  }

  #add(kind: string, value: string): void {
    const values = this.#seen.get(kind) ?? [];
    this.#seen.set(kind, values);
    if (values.includes(value)) return;
    if (values.length < MOST) values.push(value);
    else values[values.push('') % MOST] = value;
    values.length = Math.min(values.length, MOST);
  }

  /** Collects the values of a body; `kind` is the kind of the object: an order, if it came from `/v1/orders`. */
  learn(value: unknown, kind: string, role: string): void {
    if (Array.isArray(value)) for (const item of value) this.learn(item, kind, role);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    for (const [name, item] of Object.entries(value)) {
      if (typeof item === 'object') this.learn(item, name === 'items' ? kind : singular(kebab(name)), role);
      if (typeof item !== 'string' || item.length > 300) continue;
      if (name === 'id') {
        this.add(kind, item, role);
        this.add('any', item);
      } else this.add(name.endsWith('Id') ? kebab(name.slice(0, -2)) : name, item, role);
      if (item.includes('/')) this.#learnLink(item);
    }
  }

  learnTag(path: string, tag: string): void {
    this.#tags.set(path, tag);
  }

  #learnLink(text: string): void {
    for (const { pattern, names } of this.#links)
      pattern
        .exec(text)
        ?.slice(1)
        .forEach((part, index) => {
          if (names[index] !== 'id') this.add(names[index]!, part);
        });
  }

  /** The values of the kind, or of the longest kind that its name ends with: a `source-account` is an `account`. */
  #valuesOf(kind: string, role: string): readonly string[] {
    for (let rest = kind; ; rest = rest.slice(rest.indexOf('-') + 1)) {
      const values = this.#seen.get(`${role}/${rest}`) ?? this.#seen.get(rest);
      if (values !== undefined) return values;
      if (!rest.includes('-')) return [];
    }
  }

  /** Replaces each `«kind:index»` of a plan by a value that was seen. */
  fill(text: string, role = '', path = '', escape: (value: string) => string = (value) => value): string {
    return text.replaceAll(WORD, (_, kind: string, index?: string) => {
      if (index === undefined) return escape(this.#tags.get(path) ?? '"0.x"');
      const number = Number(index);
      const values = this.#valuesOf(kind, number % 4 === 0 ? '' : role);
      return escape(values[number % Math.max(values.length, 1)] ?? 'x');
    });
  }
}
