/**
 * A bytewise range that equals LIKE 'prefix%', of two SQL expressions. It needs no escaping of the prefix, and a prepared
 * statement can use the index.
 */
export const beginsWithPrefix = (text: string, prefix: string): string =>
  `${text} ~>=~ ${prefix} AND ${text} ~<~ (${prefix} || chr(1114111))`;
