/** JSON Schema as `z.toJSONSchema` writes it, as far as the reference reads it. */
export type JsonSchema = {
  $ref?: string
  $defs?: Record<string, JsonSchema>
  type?: string | string[]
  const?: unknown
  enum?: unknown[]
  format?: string
  pattern?: string
  default?: unknown
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  properties?: Record<string, JsonSchema>
  required?: string[]
  items?: JsonSchema
  additionalProperties?: boolean | JsonSchema
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
}

/** One line of a table of fields. `path` is `source.url`, `items[].id` or `variables.{key}`. */
export type FieldRow = { path: string; type: string; required: boolean; notes: string[] }

// Deeper structures are named, not unfolded: a table of forty lines helps nobody.
const DEEPEST = 3

/** The fields of an object schema as lines of a table, nested ones after their parent. */
export function fieldRows(schema: JsonSchema): FieldRow[] {
  const defs = schema.$defs ?? {}
  return rowsBelow(resolve(schema, defs), '', { defs, depth: 0 })
}

type Walk = { defs: Record<string, JsonSchema>; depth: number }

function rowsBelow(schema: JsonSchema, prefix: string, walk: Walk): FieldRow[] {
  const rows = Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const field = resolve(property, walk.defs)
    const path = prefix === '' ? name : `${prefix}.${name}`
    const row = { path, type: typeName(field, walk.defs), required: (schema.required ?? []).includes(name), notes: notesOf(field, walk.defs) }
    return [row, ...nestedRows(field, path, walk)]
  })
  return rows
}

function nestedRows(field: JsonSchema, path: string, walk: Walk): FieldRow[] {
  if (walk.depth + 1 >= DEEPEST) return []
  const deeper = { ...walk, depth: walk.depth + 1 }
  const variants = variantsOf(field, walk.defs)
  if (variants.length > 1) return mergeRows(variants.flatMap((variant) => nestedRows(variant, path, walk)), variants.length)
  const only = variants[0] ?? field
  if (only.items) return nestedRows(resolve(only.items, walk.defs), `${path}[]`, walk)
  if (typeof only.additionalProperties === 'object') return nestedRows(resolve(only.additionalProperties, walk.defs), `${path}.{key}`, walk)
  return rowsBelow(only, path, deeper)
}

/** Fields that several variants of a union share appear once; those that not all have are not required. */
function mergeRows(rows: FieldRow[], variants: number): FieldRow[] {
  const merged = new Map<string, FieldRow & { count: number }>()
  for (const row of rows) {
    const known = merged.get(row.path)
    if (known === undefined) merged.set(row.path, { ...row, count: 1 })
    else merged.set(row.path, { ...known, type: joined(known.type, row.type), required: known.required && row.required, notes: [...new Set([...known.notes, ...row.notes])], count: known.count + 1 })
  }
  return [...merged.values()].map(({ count, ...row }) => ({ ...row, required: row.required && count === variants }))
}

function joined(a: string, b: string): string {
  return a.split(' | ').includes(b) ? a : `${a} | ${b}`
}

function resolve(schema: JsonSchema, defs: Record<string, JsonSchema>): JsonSchema {
  if (schema.$ref === undefined) return schema
  const { $ref, ...rest } = schema
  return { ...defs[$ref.replace('#/$defs/', '')], ...rest }
}

/** The branches of a union without null. */
function variantsOf(schema: JsonSchema, defs: Record<string, JsonSchema>): JsonSchema[] {
  return (schema.anyOf ?? schema.oneOf ?? []).map((branch) => resolve(branch, defs)).filter((branch) => branch.type !== 'null')
}

function isNullable(schema: JsonSchema): boolean {
  return (schema.anyOf ?? schema.oneOf ?? []).some((branch) => branch.type === 'null')
}

function typeName(schema: JsonSchema, defs: Record<string, JsonSchema>): string {
  const names = [...new Set(plainTypeNames(schema, defs))]
  return [...names, ...(isNullable(schema) ? ['null'] : [])].join(' | ')
}

function plainTypeNames(schema: JsonSchema, defs: Record<string, JsonSchema>): string[] {
  if (schema.const !== undefined) return [JSON.stringify(schema.const)]
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value))
  const variants = variantsOf(schema, defs)
  if (variants.length > 0) return variants.flatMap((variant) => plainTypeNames(variant, defs))
  if (schema.items !== undefined) return [`${typeName(resolve(schema.items, defs), defs).replace(/^(.* \| .*)$/, '($1)')}[]`]
  if (Array.isArray(schema.type)) return schema.type
  return [schema.type ?? 'any']
}

/** The bounds of a value, as a person says them. */
function notesOf(schema: JsonSchema, defs: Record<string, JsonSchema>): string[] {
  const notes: string[] = []
  for (const part of [schema, ...variantsOf(schema, defs)]) {
    const id = part.pattern?.match(/^\^([a-z]+)_\[/)?.[1]
    if (id !== undefined) notes.push(`${id}_…`)
    else if (part.format !== undefined && part.format !== 'date-time') notes.push(part.format)
    if (part.format === 'date-time') notes.push('ISO 8601, UTC')
    notes.push(...range(part.minimum, part.maximum, ''), ...range(part.minLength, part.maxLength, ' characters'), ...range(part.minItems, part.maxItems, ' items'))
  }
  if (schema.default !== undefined) notes.push(`default ${JSON.stringify(schema.default)}`)
  return [...new Set(notes)]
}

function range(least: number | undefined, most: number | undefined, unit: string): string[] {
  const from = least === undefined || least <= Number.MIN_SAFE_INTEGER ? undefined : least
  const to = most === undefined || most >= Number.MAX_SAFE_INTEGER ? undefined : most
  if (from !== undefined && to !== undefined) return [`${from} to ${to}${unit}`]
  if (to !== undefined) return [`at most ${to}${unit}`]
  return from === undefined || from === 0 ? [] : [`at least ${from}${unit}`]
}
