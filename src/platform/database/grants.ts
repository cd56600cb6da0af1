/**
 * The GRANT and REVOKE statements that are missing to give role $1 exactly the rights of the application: it reads and
 * writes tables, only adds rows to append-only ones (with a trigger `append_only…`), reads views and the lists of
 * migrations, uses sequences, and calls functions (a trigger function needs no right). No statements when the role does
 * not exist, is the owner or a member of it, or is a superuser. Objects of other owners and of extensions are skipped.
 */
const OUTSTANDING = `
WITH grantee AS (
  SELECT oid, quote_ident(rolname) AS name FROM pg_roles
  WHERE rolname = $1 AND NOT pg_has_role(oid, current_user, 'USAGE')
), object AS (
  SELECT c.relacl AS acl, format('%s %s', CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.oid::regclass) AS name,
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
  UNION ALL
  SELECT p.proacl, format('FUNCTION %s', p.oid::regprocedure), ARRAY['EXECUTE']
  FROM pg_proc p
  WHERE p.pronamespace = current_schema()::regnamespace AND p.prokind = 'f' AND p.prorettype <> 'trigger'::regtype
    AND pg_has_role(p.proowner, 'USAGE')
    AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    )
)
SELECT format('GRANT USAGE ON SCHEMA %I TO %s', current_schema(), g.name) AS statement
FROM grantee g WHERE NOT has_schema_privilege(g.oid, current_schema(), 'USAGE')
UNION ALL
SELECT format('REVOKE ALL ON %s FROM %s; GRANT %s ON %s TO %s', o.name, g.name, array_to_string(o.wanted, ', '), o.name, g.name)
FROM grantee g CROSS JOIN object o
WHERE o.wanted <> ARRAY(
  SELECT a.privilege_type FROM aclexplode(o.acl) a WHERE a.grantee = g.oid ORDER BY a.privilege_type COLLATE "C"
)`;

/** Runs SQL on a connection of the owner. */
export type Run = (sql: string, values?: readonly unknown[]) => Promise<readonly object[]>;

async function outstanding(run: Run, role: string): Promise<string[]> {
  const rows = (await run(OUTSTANDING, [role])) as readonly { statement: string }[];
  return rows.map(({ statement }) => statement);
}

/** Whether `role` has exactly the application's rights. */
export const grantsAreCurrent = async (run: Run, role: string): Promise<boolean> =>
  (await outstanding(run, role)).length === 0;

/** Gives `role` the application's rights on all existing objects. Changes nothing that is correct already. */
export async function grantApplicationRights(run: Run, role: string): Promise<void> {
  const statements = await outstanding(run, role);
  if (statements.length > 0) await run(statements.join('; '));
}
