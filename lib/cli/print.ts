/** Writes a line for people or programs to standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** Writes a line about what is going on, or went wrong, to standard error. */
export function tell(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** An answer for a person: a list as a table, anything else as aligned lines. */
export function render(value: unknown): string {
  if (isRecord(value) && Array.isArray(value.items)) {
    const more = typeof value.nextCursor === 'string' ? `\nMore: --cursor ${value.nextCursor}` : ''
    return value.items.length === 0 ? 'Nothing yet.' : table(value.items.filter(isRecord)) + more
  }
  if (isRecord(value) && value.kind === 'tables' && Array.isArray(value.tables)) return value.tables.length === 0 ? 'No tables yet.' : table(value.tables.filter(isRecord))
  if (isRecord(value) && Array.isArray(value.columns) && Array.isArray(value.rows)) return grid(value.columns, value.rows, value)
  return isRecord(value) ? lines(value) : String(value)
}

/** Rows of a database, and below them what else is told. */
function grid(columns: unknown[], rows: unknown[], { columns: _columns, rows: _rows, ...rest }: Record<string, unknown>): string {
  const header = columns.map((column) => (isRecord(column) ? String(column.name) : String(column)))
  const cells = rows.map((row) => (Array.isArray(row) ? row.map(cell) : []))
  return [...(header.length > 0 ? [aligned(header, cells), ''] : []), lines(rest)].join('\n')
}

/** A cell: what was cut is in a list of its own. */
function cell(value: unknown): string {
  if (value === null) return 'NULL'
  return (Array.isArray(value) ? `${String(value[0])}…` : String(value)).replace(/\s+/g, ' ')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function table(rows: Record<string, unknown>[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((column) => rows.some((row) => isPlain(row[column])))
  const cells = rows.map((row) => columns.map((column) => plain(row[column]).replace(/\s+/g, ' ')))
  return aligned(columns, cells)
}

function aligned(columns: string[], cells: string[][]): string {
  const widths = columns.map((column, i) => Math.min(60, Math.max(column.length, ...cells.map((row) => row[i]!.length))))
  const format = (row: string[]) => row.map((text, i) => (text.length > 60 ? `${text.slice(0, 59)}…` : text.padEnd(widths[i]!))).join('  ').trimEnd()
  return [format(columns), ...cells.map(format)].join('\n')
}

function lines(record: Record<string, unknown>, indent = ''): string {
  const width = Math.max(0, ...Object.keys(record).map((key) => key.length))
  return Object.entries(record)
    .map(([key, value]) => {
      if (isRecord(value)) return `${indent}${key}\n${lines(value, `${indent}  `)}`
      if (Array.isArray(value) && value.some(isRecord)) return `${indent}${key}\n${value.map((item) => (isRecord(item) ? lines(item, `${indent}  - `) : `${indent}  - ${plain(item)}`)).join('\n')}`
      return `${indent}${key.padEnd(width)}  ${plain(value)}`
    })
    .join('\n')
}

function isPlain(value: unknown): boolean {
  return value !== undefined && (typeof value !== 'object' || value === null)
}

function plain(value: unknown): string {
  if (value === null || value === undefined) return '-'
  if (Array.isArray(value)) return value.map(plain).join(', ') || '-'
  return isRecord(value) ? '…' : String(value)
}
