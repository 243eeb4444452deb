import type { FieldRow } from './field-rows'

export type FieldTableProps = { title: string; rows: readonly FieldRow[]; empty: string; showRequired?: boolean }

/** Fields with type and bounds, nested ones indented below their parent. */
export function FieldTable({ title, rows, empty, showRequired = false }: FieldTableProps) {
  if (rows.length === 0) {
    return (
      <p className="mt-4 text-meta text-faint">
        {title}: {empty}
      </p>
    )
  }
  return (
    <div className="mt-4">
      <table className="w-full table-fixed text-left">
        <caption className="pb-1 text-left text-meta text-faint">{title}</caption>
        <thead className="sr-only">
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Type and bounds</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.path} className="border-t border-line align-top">
              <th scope="row" className="w-2/5 py-1.5 pr-4 font-mono text-code font-medium break-words" style={{ paddingLeft: indent(row.path) }}>
                {row.path}
                {showRequired && row.required ? <span className="ml-2 font-sans text-meta font-normal text-faint">required</span> : null}
              </th>
              <td className="py-1.5 break-words">
                <span className="font-mono text-code text-muted">{row.type}</span>
                {row.notes.length > 0 ? <span className="ml-2 text-meta text-faint">{row.notes.join(', ')}</span> : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function indent(path: string): string {
  return `${(path.match(/\./g)?.length ?? 0) * 0.75}rem`
}
