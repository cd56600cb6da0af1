'use strict';

const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;
const SPACES = /\p{Zs}+/gu;
const MAX_SKU = 64;

const cleaned = (sku) =>
  sku.normalize('NFC').replaceAll(INVISIBLE, '').replaceAll(SPACES, ' ').trim() || 'SKU';

/** `sku` with a suffix, within the bounds of the column. */
const numbered = (sku, number) => {
  const suffix = `-${number}`;
  return `${Array.from(sku)
    .slice(0, MAX_SKU - suffix.length)
    .join('')
    .trim()}${suffix}`;
};

/**
 * Removes invisible characters from the SKUs that are there. Of those that differ only in case, the product on sale that
 * was added first keeps its SKU; the others get `-2`, `-3` and so on. Orders keep the SKU that was ordered.
 */
async function renameSkus({ sequelize }) {
  const select = { type: 'SELECT' };
  const rows = await sequelize.query(
    'SELECT id, sku FROM products ORDER BY is_active DESC, created_at, id',
    select,
  );
  const upper = async (skus) =>
    (
      await sequelize.query(
        'SELECT upper(sku) AS key FROM unnest($1::text[]) WITH ORDINALITY AS s (sku, position) ORDER BY position',
        { ...select, bind: [skus] },
      )
    ).map(({ key }) => key);
  const skus = rows.map(({ sku }) => cleaned(sku));
  const keys = await upper(skus);
  const taken = new Set(keys);
  const seen = new Set();
  const renamed = { ids: [], skus: [] };
  for (const [index, { id, sku: before }] of rows.entries()) {
    let sku = skus[index];
    if (seen.has(keys[index])) {
      let number = 2;
      let [key] = await upper([numbered(sku, number)]);
      while (taken.has(key)) {
        number += 1;
        [key] = await upper([numbered(sku, number)]);
      }
      sku = numbered(sku, number);
      taken.add(key);
    }
    seen.add(keys[index]);
    if (sku === before) continue;
    renamed.ids.push(id);
    renamed.skus.push(sku);
  }
  await sequelize.query(
    `UPDATE products p SET sku = r.sku, version = version + 1
     FROM unnest($1::uuid[], $2::text[]) AS r (id, sku) WHERE p.id = r.id`,
    { bind: [renamed.ids, renamed.skus] },
  );
}

module.exports = {
  async up(queryInterface) {
    const { sequelize } = queryInterface;
    await sequelize.query('ALTER TABLE products DROP CONSTRAINT products_sku_key');
    await renameSkus(queryInterface);
    await sequelize.query('CREATE UNIQUE INDEX products_sku_key ON products (upper(sku))');
  },
  down: (queryInterface) =>
    queryInterface.sequelize.query(`
      DROP INDEX products_sku_key;
      ALTER TABLE products ADD CONSTRAINT products_sku_key UNIQUE (sku);
    `),
};
