// How an engine is asked how it is. All of it is data.

/** A figure is the sum of what the engine tells by these names. */
export type FigureNames = { used: readonly string[]; allowed: readonly string[]; size: readonly string[]; lookups: readonly string[]; misses: readonly string[]; operations: readonly string[] }

/**
 * `statements`: of SQL, each of which answers with rows of a name and a value; `commands`: of Redis, which answer with lines
 * `name:value` or with pairs; `program`: one that runs where the server is, and prints names and values as JSON.
 * `own`: how many of the connections are those by which it was asked.
 */
export type FiguresPart = { own: number; names: FigureNames } & ({ statements: readonly string[] } | { commands: readonly (readonly string[])[] } | { program: readonly string[] })
