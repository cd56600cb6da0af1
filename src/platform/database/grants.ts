/**
 * The statements that are still to be run so that role $1 may do what the application does, and nothing else:
 * read and write tables, add to append-only ones (they carry a trigger `append_only…`), read views and the lists of
 * migrations, use sequences. None when the role is missing, or is the owner, a member of it, or a superuser.
 * What belongs to others or to an extension is left alone.
 */
const OUTSTANDING = `
WITH grantee AS (
  SELECT oid, quote_ident(rolname) AS name FROM pg_roles
  WHERE rolname = $1 AND NOT pg_has_role(oid, current_user, 'USAGE')
), relation AS (
  SELECT c.oid, c.relacl, format('%s %s', CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.oid::regclass) AS name,
    CASE
      WHEN c.relkind = 'S' THEN ARRAY['USAGE']
      WHEN c.relkind IN ('v', 'm') OR c.relname IN ('SequelizeMeta', 'SequelizeData') THEN ARRAY['SELECT']
      WHEN EXISTS (
        SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgname LIKE 'append\\_only%'
      ) THEN ARRAY['INSERT', 'SELECT']
      ELSE ARRAY['DELETE', 'INSERT', 'SELECT', 'UPDATE']
    END AS wanted
  FROM pg_class c
  WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
    AND pg_has_role(c.relowner, 'USAGE')
    AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
    )
)
SELECT format('GRANT USAGE ON SCHEMA %I TO %s', current_schema(), g.name) AS statement
FROM grantee g WHERE NOT has_schema_privilege(g.oid, current_schema(), 'USAGE')
UNION ALL
SELECT format('REVOKE ALL ON %s FROM %s; GRANT %s ON %s TO %s', r.name, g.name, array_to_string(r.wanted, ', '), r.name, g.name)
FROM grantee g CROSS JOIN relation r
WHERE r.wanted <> ARRAY(
  SELECT a.privilege_type FROM aclexplode(r.relacl) a WHERE a.grantee = g.oid ORDER BY a.privilege_type COLLATE "C"
)`;

/** Runs SQL on a connection of the owner's. */
export type Run = (sql: string, values?: readonly unknown[]) => Promise<readonly object[]>;

async function outstanding(run: Run, role: string): Promise<string[]> {
  const rows = (await run(OUTSTANDING, [role])) as readonly { statement: string }[];
  return rows.map(({ statement }) => statement);
}

/** Whether `role` has exactly the application's rights. */
export const grantsAreCurrent = async (run: Run, role: string): Promise<boolean> =>
  (await outstanding(run, role)).length === 0;

/** Gives `role` the application's rights on what there is now. Changes nothing that is in order already. */
export async function grantApplicationRights(run: Run, role: string): Promise<void> {
  const statements = await outstanding(run, role);
  if (statements.length > 0) await run(statements.join('; '));
}
