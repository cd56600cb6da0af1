import { expect } from 'chai';
import { z } from 'zod';
import { postReply } from '../../src/journal/http/schemas.js';
import { serializedPost } from '../../src/journal/infrastructure/sequelize/serialized-posts.js';
import { object, plain, type JsonExpression } from '../../src/platform/database/json-expressions.js';
import { orderReply } from '../../src/storefront/http/schemas.js';
import { SERIALIZED_ORDER } from '../../src/storefront/infrastructure/sequelize/serialized-orders.js';

const nest = (name: string, paths: readonly string[]): string[] => [
  name,
  ...paths.map((path) => `${name}.${path}`),
];

/** The paths of all fields, in order: `lines`, `lines.id`, … */
function fieldsOfSchema(schema: unknown): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return fieldsOfSchema(schema.unwrap());
  if (schema instanceof z.ZodArray) return fieldsOfSchema(schema.element);
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape).flatMap(([name, field]) => nest(name, fieldsOfSchema(field)));
}

const fieldsOfSql = ({ fields = {} }: JsonExpression): string[] =>
  Object.entries(fields).flatMap(([name, field]) => nest(name, fieldsOfSql(field)));

const withoutField = (left: string, paths: readonly string[]): string[] =>
  paths.filter((path) => path !== left && !path.startsWith(`${left}.`));

describe('replies that PostgreSQL serializes', () => {
  it('have the fields of the schema of an order', () => {
    const fields = fieldsOfSql(SERIALIZED_ORDER);
    expect(fields).to.include.members(['lines.unitPrice.currency', 'payments.cardLast4', 'refunds.reason']);
    expect(fields).to.deep.equal(fieldsOfSchema(orderReply));
  });

  it('have the fields of the schema of a post, except the match of a search', () => {
    const declared = withoutField('match', fieldsOfSchema(postReply));
    expect(fieldsOfSql(serializedPost(true))).to.deep.equal(declared);
    expect(fieldsOfSql(serializedPost(false))).to.deep.equal(withoutField('comments', declared));
  });

  it('differ from the schema when a field is renamed or missing', () => {
    const schema = z.object({ id: z.string(), total: z.object({ amount: z.int() }).nullable() });
    const total = object({ amount: plain('t.total') });
    expect(fieldsOfSql(object({ id: plain('t.id'), total }))).to.deep.equal(fieldsOfSchema(schema));
    expect(fieldsOfSql(object({ id: plain('t.id'), sum: total }))).not.to.deep.equal(fieldsOfSchema(schema));
    expect(fieldsOfSql(object({ total }))).not.to.deep.equal(fieldsOfSchema(schema));
  });
});
