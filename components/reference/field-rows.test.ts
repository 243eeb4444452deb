import { describe, expect, it } from 'vitest'
import { z } from 'zod'

import { CONTRACT } from '@/lib/contract'
import { idSchema } from '@/lib/ids'

import { fieldRows, type JsonSchema } from './field-rows'

function rowsOf(schema: z.ZodType) {
  return fieldRows(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema)
}

describe('fieldRows', () => {
  it('says type, need and bounds', () => {
    expect(rowsOf(z.strictObject({ name: z.string().min(1).max(60), limit: z.number().int().min(1).max(100).default(50) }))).toEqual([
      { path: 'name', type: 'string', required: true, notes: ['1 to 60 characters'] },
      { path: 'limit', type: 'integer', required: false, notes: ['1 to 100', 'default 50'] },
    ])
  })

  it('unfolds lists, records and nested objects by path', () => {
    const paths = rowsOf(z.strictObject({ items: z.array(z.strictObject({ id: z.string() })), all: z.record(z.string(), z.strictObject({ on: z.boolean() })) })).map(({ path }) => path)
    expect(paths).toEqual(['items', 'items[].id', 'all', 'all.{key}.on'])
  })

  it('merges the variants of a union: what only some have is not required', () => {
    const rows = rowsOf(z.strictObject({ source: z.discriminatedUnion('type', [z.strictObject({ type: z.literal('git'), url: z.string() }), z.strictObject({ type: z.literal('local'), path: z.string() })]) }))
    expect(rows).toMatchObject([
      { path: 'source', type: 'object' },
      { path: 'source.type', type: '"git" | "local"', required: true },
      { path: 'source.url', required: false },
      { path: 'source.path', required: false },
    ])
  })

  it('names ids by their prefix and keeps null visible', () => {
    expect(rowsOf(z.strictObject({ service: idSchema('service').nullable() }))).toEqual([{ path: 'service', type: 'string | null', required: true, notes: ['svc_…'] }])
  })
})

it.each(CONTRACT.map((entry) => [entry.name, entry] as const))('describes every field of %s', (_, entry) => {
  const json = z.toJSONSchema(entry.input, { io: 'input', unrepresentable: 'any' }) as JsonSchema
  const top = fieldRows(json).filter(({ path }) => !/[.[]/.test(path))
  expect(top.map(({ path }) => path)).toEqual(Object.keys(json.properties ?? {}))
  expect(top.filter(({ type }) => type === '')).toEqual([])
})
