import { z } from 'zod';

type Pick = (value: unknown) => unknown;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
const asIs: Pick = (value) => value;

function pickObject(shape: Readonly<Record<string, z.core.$ZodType>>): Pick {
  const fields = Object.entries(shape).map(([name, schema]) => ({ name, pick: compileWhitelist(schema) }));
  return (value) => {
    if (!isRecord(value)) return value;
    const picked: Record<string, unknown> = {};
    for (const { name, pick } of fields) {
      const field = value[name];
      if (field !== undefined) picked[name] = pick(field);
    }
    return picked;
  };
}

/** The fields of all options of a union: a field that no option declares must not leave. */
function pickUnion(options: readonly z.core.$ZodType[]): Pick {
  const shapes = options.filter((option) => option instanceof z.ZodObject).map((option) => option.shape);
  const others = options.filter((option) => !(option instanceof z.ZodObject));
  if (shapes.length === 0) return others.length === 1 && others[0] ? compileWhitelist(others[0]) : asIs;
  const pick = pickObject(Object.assign({}, ...shapes) as Record<string, z.core.$ZodType>);
  const structured = others.find((option) => option instanceof z.ZodArray);
  const pickList = structured ? compileWhitelist(structured) : asIs;
  return (value) => (Array.isArray(value) ? pickList(value) : pick(value));
}

/**
 * Compiles a reply schema, once at start, into a function that copies only the declared fields, so that an undeclared field
 * cannot leave. It does not validate.
 */
export function compileWhitelist(schema: z.core.$ZodType): Pick {
  if (schema instanceof z.ZodObject) return pickObject(schema.shape);
  if (schema instanceof z.ZodArray) {
    const pick = compileWhitelist(schema.element);
    return pick === asIs ? asIs : (value) => (Array.isArray(value) ? value.map(pick) : value);
  }
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    const pick = compileWhitelist(schema.unwrap());
    return pick === asIs ? asIs : (value) => (value === null ? null : pick(value));
  }
  if (schema instanceof z.ZodUnion) return pickUnion(schema.options);
  if (schema instanceof z.ZodRecord) {
    const pick = compileWhitelist(schema.valueType);
    return (value) =>
      isRecord(value)
        ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, pick(item)]))
        : value;
  }
  if (schema instanceof z.ZodString || schema instanceof z.ZodNumber || schema instanceof z.ZodBoolean)
    return asIs;
  if (schema instanceof z.ZodStringFormat || schema instanceof z.ZodEnum || schema instanceof z.ZodLiteral)
    return asIs;
  if (schema instanceof z.ZodNull) return asIs;
  throw new TypeError(`no whitelist can be made for a reply schema of type ${schema._zod.def.type}`);
}
