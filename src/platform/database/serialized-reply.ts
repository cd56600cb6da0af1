/** JSON text that PostgreSQL serialized: byte for byte the serialization of a declared reply. */
export class SerializedJson {
  constructor(readonly json: string) {}
}

/** Read from a lazy view only: it is no property of the view, so that a changed copy of the view does not have it. */
const SERIALIZED = Symbol('serialized reply');

/** The reply that the database serialized together with `value`; undefined for every other value. */
export const serializedReplyOf = (value: object): SerializedJson | undefined =>
  (value as { [SERIALIZED]?: SerializedJson })[SERIALIZED];

/** Fills its target with the fields of the read model when one of them is read for the first time. */
class LazyFields<View extends object> implements ProxyHandler<View> {
  readonly #reply: SerializedJson;
  readonly #restore: (json: string) => View;
  #isRestored = false;

  constructor(reply: SerializedJson, restore: (json: string) => View) {
    this.#reply = reply;
    this.#restore = restore;
  }

  #restored(target: View): View {
    if (!this.#isRestored) {
      Object.assign(target, this.#restore(this.#reply.json));
      this.#isRestored = true;
    }
    return target;
  }

  get(target: View, property: string | symbol): unknown {
    if (property === SERIALIZED) return this.#reply;
    // `await` reads `then` of every object; this must not restore the fields.
    if (property === 'then') return undefined;
    return Reflect.get(property in target ? target : this.#restored(target), property);
  }

  has(target: View, property: string | symbol): boolean {
    return Reflect.has(this.#restored(target), property);
  }

  ownKeys(target: View): (string | symbol)[] {
    return Reflect.ownKeys(this.#restored(target));
  }

  getOwnPropertyDescriptor(target: View, property: string | symbol): PropertyDescriptor | undefined {
    return Reflect.getOwnPropertyDescriptor(this.#restored(target), property);
  }
}

/**
 * A read model whose reply the database has serialized. The HTTP layer sends `json` as it is (`serializedReplyOf`);
 * the fields are restored from it only when somebody reads them. `known` fields are read without restoring the others.
 * @param json null when a part of the statement's text was NULL, which is an error of the statement
 */
export function withSerializedReply<View extends object>(
  json: string | null,
  restore: (json: string) => View,
  known: Partial<View> = {},
): View {
  if (json === null) throw new Error('a reply could not be serialized');
  return new Proxy({ ...known } as View, new LazyFields(new SerializedJson(json), restore));
}
