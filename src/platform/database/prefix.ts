/**
 * The condition that the SQL expression `text` begins with the SQL expression `prefix`: a bytewise range that equals
 * LIKE 'prefix%'. It needs no escaping of the prefix, and a prepared statement can use the index.
 */
export const beginsWithPrefix = (text: string, prefix: string): string =>
  `${text} ~>=~ ${prefix} AND ${text} ~<~ (${prefix} || chr(1114111))`;
