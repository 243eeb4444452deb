import { z } from 'zod'

import type { Entry } from '../contract/entry'

/** How a field of an operation's input is written on the command line. */
export type Field = { name: string; flag: string; kind: 'text' | 'number' | 'boolean' | 'json'; required: boolean; choices: string[] | null }

type Schema = { type?: string | string[]; enum?: unknown[]; anyOf?: Schema[]; properties?: Record<string, Schema>; required?: string[] }

/** The words of an entry and its positional arguments: `member role <organizationId> <userId>`. */
export function wordsOf(entry: Entry): { words: string[]; args: string[] } {
  const parts = entry.cli.split(' ')
  return { words: parts.filter((part) => !part.startsWith('<')), args: parts.filter((part) => part.startsWith('<')).map((part) => part.slice(1, -1)) }
}

/** Every field of the input that is not a positional argument. */
export function fieldsOf(entry: Entry): Field[] {
  const schema = z.toJSONSchema(entry.input, { io: 'input', unrepresentable: 'any' }) as Schema
  const { args } = wordsOf(entry)
  return Object.entries(schema.properties ?? {})
    .filter(([name]) => !args.includes(name))
    .map(([name, field]) => ({
      name,
      flag: name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
      kind: kindOf(field),
      required: schema.required?.includes(name) ?? false,
      choices: Array.isArray(field.enum) ? field.enum.map(String) : null,
    }))
}

function kindOf(schema: Schema): Field['kind'] {
  const types = new Set((schema.anyOf ?? [schema]).flatMap((option) => option.type ?? 'object').filter((type) => type !== 'null'))
  if (types.size !== 1) return 'json'
  const [type] = types
  return type === 'string' ? 'text' : type === 'number' || type === 'integer' ? 'number' : type === 'boolean' ? 'boolean' : 'json'
}

/** Reads one value as its field wants it. Throws an Error with a sentence. */
export function readField(field: Field, text: string): unknown {
  if (field.kind === 'text') return text
  if (field.kind === 'number') {
    if (text.trim() === '' || !Number.isFinite(Number(text))) throw new Error(`--${field.flag} takes a number, not "${text}".`)
    return Number(text)
  }
  if (field.kind === 'boolean') {
    if (text !== 'true' && text !== 'false') throw new Error(`--${field.flag} takes true or false, not "${text}".`)
    return text === 'true'
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Error(`--${field.flag} takes JSON: ${(cause as Error).message}.`, { cause })
  }
}
