import type { Decision } from '../../../contract/recipe'
import { formatCommandLine } from '../../../domain/command-line'

export type Rejected = Decision['rejected'][number]

/** A decision with what decided it and what was not taken. */
export function decide(what: string, value: string | readonly string[], decidedBy: string, rejected: readonly Rejected[] = []): Decision {
  return { what, value: typeof value === 'string' ? value : formatCommandLine(value), decidedBy, rejected: [...rejected] }
}

/** What decided a line when a person did. */
export const SETTINGS = 'Settings'
