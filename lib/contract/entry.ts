import type { z } from 'zod'

import type { ErrorCode } from '../errors'
import type { Permission } from '../domain/permission'

// A contract entry is the whole public truth about one operation. The dashboard, REST, OpenAPI and the CLI are
// derived from it; lib/operations says how it is done.

export type ScopeNoun = 'organization' | 'project' | 'environment' | 'service' | 'deployment' | 'run' | 'volume' | 'group' | 'snapshot' | 'restore' | 'rotation' | 'domain'

export type Access =
  /** Anyone, signed in or not. */
  | { kind: 'public' }
  /** Any signed-in user, about themselves. */
  | { kind: 'self' }
  /**
   * A permission, checked on the organization that owns the thing named by `input[field]`. For the noun
   * `organization` the field may be absent: the actor's own organization is meant.
   */
  | { kind: 'permission'; permission: Permission; noun: ScopeNoun; field: string }

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export type Entry<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> = {
  /** `noun.verb`. */
  name: string
  /** Queries change nothing; every command appends an event and takes an Idempotency-Key. */
  kind: 'query' | 'command'
  summary: string
  /** One flat object: path parameters, then query (GET, DELETE) or body. Unknown fields are refused. */
  input: I
  output: O
  access: Access
  /** `path` is below `/api/v1`; `{name}` takes the input field of that name. */
  http: { method: HttpMethod; path: string; status: 200 | 201 | 202 }
  /** Words and arguments of the command line, such as `deploy <serviceId>`. */
  cli: string
  fails: readonly ErrorCode[]
  /** Also answers `text/event-stream` when asked to. */
  streams?: boolean
}

/**
 * What a browser needs to know of an entry to ask for it. `input` and `output` are types only: schemas stay on the server, which
 * checks everything anyway. Every entry is one; lib/contract/doors.ts has them without their schemas.
 */
export type Door<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> = { name: string; http: { path: string }; input?: I; output?: O }

/** A read: changes nothing. */
export function query<I extends z.ZodType, O extends z.ZodType>(name: string, entry: Omit<Entry<I, O>, 'name' | 'kind'>): Entry<I, O> {
  return { name, kind: 'query', ...entry }
}

/** A write: one transaction, one event at least. */
export function command<I extends z.ZodType, O extends z.ZodType>(name: string, entry: Omit<Entry<I, O>, 'name' | 'kind'>): Entry<I, O> {
  return { name, kind: 'command', ...entry }
}

export const anyone: Access = { kind: 'public' }
export const self: Access = { kind: 'self' }

/** Access by permission on a scope. */
export function allow(permission: Permission, noun: ScopeNoun, field = `${noun}Id`): Access {
  return { kind: 'permission', permission, noun, field }
}
