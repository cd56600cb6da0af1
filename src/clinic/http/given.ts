type Given<Body> = { [Key in keyof Body]: Exclude<Body[Key], undefined> };

/** The fields that the client sent. */
export const given = <Body extends object>(body: Body): Partial<Given<Body>> =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as Partial<Given<Body>>;
