/** A name as statements of MariaDB have it. */
export function identifier(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}

/** A text as statements of MariaDB have it. */
export function text(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}
