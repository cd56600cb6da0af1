import pg from 'pg';

/** Everything that migrations create, as comparable text, without the objects of extensions. */
const PARTS: Readonly<Record<string, string>> = {
  columns: `
    SELECT format('%s.%s %s %s %s %s', table_name, column_name, data_type, udt_name, is_nullable, column_default) AS entry
    FROM information_schema.columns WHERE table_schema = 'public'`,
  constraints: `
    SELECT format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS entry
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace`,
  indexes: `
    SELECT pg_get_indexdef(indexrelid) AS entry
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace = 'public'::regnamespace`,
  triggers: `
    SELECT pg_get_triggerdef(t.oid) AS entry
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal`,
  views: `
    SELECT format('%s %s', c.oid::regclass, pg_get_viewdef(c.oid)) AS entry
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('v', 'm')`,
  functions: `
    SELECT pg_get_functiondef(p.oid) AS entry FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace AND p.prokind IN ('f', 'p')
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')`,
  types: `
    SELECT format('%s %s %s', t.typname, t.typtype, array_to_string(ARRAY(
      SELECT enumlabel FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY enumsortorder), ',')) AS entry
    FROM pg_type t
    WHERE t.typnamespace = 'public'::regnamespace AND t.typtype IN ('e', 'd', 'r')
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = t.oid AND d.deptype = 'e')`,
  sequences: `
    SELECT format('%s %s', sequencename, data_type) AS entry FROM pg_sequences WHERE schemaname = 'public'`,
  extensions: `SELECT extname AS entry FROM pg_extension`,
};

export type Catalog = Readonly<Record<string, readonly string[]>>;

/** The schema of the database, without the lists of executed migrations. */
export async function catalogOf(url: string): Promise<Catalog> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const catalog: Record<string, string[]> = {};
    for (const [part, sql] of Object.entries(PARTS)) {
      const { rows } = await client.query<{ entry: string }>(`${sql} ORDER BY 1`);
      catalog[part] = rows.map(({ entry }) => entry).filter((entry) => !/"?Sequelize(Meta|Data)/.test(entry));
    }
    return catalog;
  } finally {
    await client.end();
  }
}
