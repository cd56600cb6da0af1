/** When an action happens, which user performs it (null: the system), and where its new ids come from. */
export type ActionContext = Readonly<{ at: Date; by: string | null; nextId: () => string }>;
