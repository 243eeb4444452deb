import type { FoundEngines } from './engine/engines'

// Targets: machines that environments run on. What a target can do follows from its kind, on screen and in the worker alike.

export const TARGET_KINDS = ['process', 'docker'] as const
export type TargetKind = (typeof TARGET_KINDS)[number]

/** The targets every instance has; they belong to no organization. The second one is there once an engine was found. */
export const BUILT_IN_TARGETS = { process: 'tgt_0000000000000000000001', docker: 'tgt_0000000000000000000002' } as const

export const TARGET_KIND: Record<TargetKind, { word: string; meaning: string }> = {
  process: { word: 'Processes', meaning: 'Services run as processes of this machine, without walls between them.' },
  docker: { word: 'Docker', meaning: 'Services run as containers, with a network for each environment.' },
}

/** Whether each environment has a network of its own there, in which services find each other by name. */
export function hasNetwork(kind: TargetKind): boolean {
  return kind === 'docker'
}

/** Whether a terminal can be opened inside of what runs there. */
export function hasTerminals(kind: TargetKind): boolean {
  return kind === 'docker'
}

export function isBuiltIn(id: string): boolean {
  return Object.values<string>(BUILT_IN_TARGETS).includes(id)
}

/** What was found when it was last looked at. */
export type SeenTarget = {
  ok: boolean
  message: string
  engineVersion: string | null
  /** By what address what runs there reaches this machine; absent where that is not known, and on looks of former versions. */
  hostAddress?: string
  /** Database servers that were found there; absent where images run, and on looks of former versions. */
  databases?: FoundEngines
  at: string
}
