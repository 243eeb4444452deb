// What a filter says once it is read. Every node tells of one line whether it is let through.

/** A piece of what was typed. */
export type Place = { at: number; length: number }

/** Why a filter cannot be read, and what to write instead. */
export type Problem = Place & { message: string }

export type Comparison = '>' | '>=' | '<' | '<='

/** `is`: the parts between the asterisks of a pattern; one part is the whole value. */
export type Value =
  | { kind: 'is'; parts: readonly string[] }
  | { kind: 'any' }
  | { kind: 'compare'; comparison: Comparison; number: number }
  | { kind: 'range'; from: number; to: number }

/** An instant, or so long before now. */
export type Moment = { atMs: number } | { agoMs: number }

export type Filter =
  | { kind: 'and'; of: readonly Filter[] }
  | { kind: 'or'; of: readonly Filter[] }
  | { kind: 'not'; of: Filter }
  /** Anywhere in the line. */
  | { kind: 'text'; text: string }
  /** Numbers of `domain/log-level`, both included. */
  | { kind: 'level'; from: number; to: number }
  | { kind: 'no_level' }
  | { kind: 'attribute'; name: string; value: Value }
  /** By name or id; `place` is where to say that there is none. */
  | { kind: 'service'; value: Value; place: Place }
  /** By number or id. */
  | { kind: 'deployment'; value: Value; place: Place }
  | { kind: 'field'; field: 'kind' | 'stream' | 'part'; value: Value }
  | { kind: 'time'; side: 'before' | 'after'; moment: Moment }

/** The filter that lets everything through. */
export const EVERYTHING: Filter = { kind: 'and', of: [] }

/** What can stand before a colon, besides `@` and the name of an attribute. */
export const FIELDS = ['service', 'deployment', 'kind', 'stream', 'part', 'before', 'after', 'level'] as const
export type FieldName = (typeof FIELDS)[number]

export const MAX_LENGTH = 2000
export const MAX_DEPTH = 30
export const MAX_TERMS = 100
/** Of an attribute in others. */
export const MAX_PATH = 10
