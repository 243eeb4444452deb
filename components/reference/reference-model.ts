import { z } from 'zod'

import { CONTRACT } from '@/lib/contract'
import type { Access, Entry } from '@/lib/contract/entry'

import { fieldRows, type FieldRow, type JsonSchema } from './field-rows'

/** What the reference says about one operation. */
export type ReferenceEntry = {
  name: string
  summary: string
  method: string
  path: string
  status: number
  cli: string
  needs: string
  streams: boolean
  input: FieldRow[]
  output: FieldRow[]
  errors: string[]
}

export type ReferenceGroup = { noun: string; entries: ReferenceEntry[] }

// The contract does not change while the process runs, so the reference is made once.
let made: readonly ReferenceGroup[] | null = null

/** The whole contract, grouped by noun, in the order of the contract. */
export function referenceGroups(): readonly ReferenceGroup[] {
  if (made !== null) return made
  const groups = new Map<string, ReferenceEntry[]>()
  for (const entry of CONTRACT) {
    const noun = entry.name.split('.')[0]!
    groups.set(noun, [...(groups.get(noun) ?? []), describe(entry)])
  }
  made = [...groups].map(([noun, entries]) => ({ noun, entries }))
  return made
}

function describe(entry: Entry): ReferenceEntry {
  return {
    name: entry.name,
    summary: entry.summary,
    method: entry.http.method,
    path: `/api/v1${entry.http.path}`,
    status: entry.http.status,
    cli: `easel ${entry.cli}`,
    needs: needs(entry.access),
    streams: entry.streams === true,
    input: fieldRows(z.toJSONSchema(entry.input, { io: 'input', unrepresentable: 'any' }) as JsonSchema),
    output: fieldRows(z.toJSONSchema(entry.output, { io: 'output', unrepresentable: 'any' }) as JsonSchema),
    errors: ['invalid_input', ...(entry.access.kind === 'public' ? [] : ['unauthenticated']), ...(entry.access.kind === 'permission' ? ['forbidden'] : []), ...entry.fails].filter(
      (code, index, all) => all.indexOf(code) === index,
    ),
  }
}

function needs(access: Access): string {
  if (access.kind === 'public') return 'Open to anyone'
  if (access.kind === 'self') return 'Any signed-in person'
  return access.permission
}
