/** Makes identifiers: UUIDs of version 7 (RFC 9562 §5.7), so that ids made later sort later. */
export interface IdGenerator {
  next(): string;
}
