import { z } from 'zod'

import { AppError } from '../../../errors'
import type { Column } from './explorer'

/** The column of that name. */
export function named<C extends Column>(columns: readonly C[], name: string): C {
  const column = columns.find((each) => each.name === name)
  if (!column) throw new AppError('invalid_input', `The table has no column ${name}. Its columns are ${columns.slice(0, 20).map((each) => each.name).join(', ')}.`)
  return column
}

const Key = z.record(z.string(), z.string())

/** Every column of the primary key, with its value in a text such as `{"id": "7"}`. */
export function keyOf<C extends Column>(columns: readonly C[], text: string): [C, string][] {
  const keys = columns.filter(({ isKey }) => isKey)
  if (keys.length === 0) throw new AppError('not_now', 'The table has no primary key, so a row of it cannot be named. Select the cell by a statement.')
  const given = Key.safeParse(parsed(text)).data
  return keys.map((column): [C, string] => {
    const value = given?.[column.name]
    if (value === undefined) throw new AppError('invalid_input', `The key must have a text for each of ${keys.map(({ name }) => name).join(', ')}, as in {"${column.name}": "7"}.`)
    return [column, value]
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
