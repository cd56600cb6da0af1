import { expect } from 'chai';
import type { Model, ModelStatic } from 'sequelize';

/** Except columns that the database generates and only SQL reads. */
export async function expectColumnsOfTable(
  model: ModelStatic<Model>,
  { generated = [] }: Readonly<{ generated?: readonly string[] }> = {},
): Promise<void> {
  const table = await model.sequelize!.getQueryInterface().describeTable(model.tableName);
  const declared = Object.values(model.getAttributes()).map(({ field }) => field);
  expect([...declared, ...generated], model.tableName).to.have.members(Object.keys(table));
}

/** Reads rows through the association and compares the foreign key of the child with the id of its parent. */
export async function expectAssociatedRows(model: ModelStatic<Model>, alias: string): Promise<void> {
  const association = model.associations[alias]!;
  const name = `${model.name}.${alias}`;
  const [row] = await model.findAll({ include: [{ association, required: true }], limit: 1 });
  expect(row, name).not.to.equal(undefined);
  const [related] = [row!.get(alias)].flat() as Model[];
  expect(related, name).not.to.equal(undefined);
  const { associationType, foreignKey } = association;
  if (associationType === 'BelongsToMany') {
    const values: readonly unknown[] = Object.values(related!.get({ plain: true }) as object);
    const keys = values.map((value) => (value as Readonly<Record<string, unknown>> | null)?.[foreignKey]);
    expect(keys, name).to.include(row!.get('id'));
    return;
  }
  const [child, parent] = associationType === 'BelongsTo' ? [row!, related!] : [related!, row!];
  expect(child.get(foreignKey), name).to.equal(parent.get('id'));
}
