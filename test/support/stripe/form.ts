/** A value of a decoded form: text, a list, or an object, nested to any depth. */
export type FormValue = string | FormValue[] | { [name: string]: FormValue };
export type Form = Record<string, FormValue>;

/** Stripe writes lists as objects with the keys 0, 1, 2, … */
function toLists(value: FormValue): FormValue {
  if (typeof value === 'string' || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, toLists(inner)] as const);
  const isList = entries.length > 0 && entries.every(([name], index) => name === String(index));
  return isList ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

/** Decodes `a[b][0]=c`, as Stripe's API takes its parameters. */
export function decodeForm(text: string): Form {
  const root: Form = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const path = name.split(/[[\]]+/).filter((part) => part !== '');
    let node: Form = root;
    for (const part of path.slice(0, -1)) {
      const next = (node[part] ??= {});
      if (typeof next === 'string' || Array.isArray(next)) throw new Error(`${name} is used in two ways`);
      node = next;
    }
    node[path.at(-1)!] = value;
  }
  return toLists(root) as Form;
}

/** The text at a path; undefined when it is missing. */
export function textAt(form: Form, ...path: string[]): string | undefined {
  let value: FormValue | undefined = form;
  for (const part of path) {
    if (typeof value !== 'object') return undefined;
    value = Array.isArray(value) ? value[Number(part)] : value[part];
  }
  return typeof value === 'string' ? value : undefined;
}

export const listAt = (form: Form, name: string): string[] => {
  const value = form[name];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
};

export function metadataOf(form: Form, ...path: string[]): Record<string, string> {
  let value: FormValue | undefined = form;
  for (const part of [...path, 'metadata'])
    value = typeof value === 'object' && !Array.isArray(value) ? value[part] : undefined;
  return typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, string>) : {};
}
