// Text of a Dockerfile from values. Commands are JSON arrays, so no shell reads them; paths and values of ENV are read by
// Docker's own word splitter, which knows quotes, backslash and $NAME, so whatever could mean something is escaped.

/** A path or value where Docker replaces `$NAME`: each character that is not plain is escaped. */
export function literal(value: string): string {
  return value.replace(/[^A-Za-z0-9_./@+:,=-]/g, (character) => `\\${character}`)
}

/** Program and arguments, handed over as they are. */
export function words(argv: readonly string[]): string {
  return JSON.stringify(argv)
}

/** Paths of COPY: a JSON array of words in each of which `$NAME` would be replaced. */
export function paths(...list: string[]): string {
  return JSON.stringify(list.map(literal))
}

export function environment(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).map(([name, value]) => `ENV ${name}=${literal(value)}`)
}
