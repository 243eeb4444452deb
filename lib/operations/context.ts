import type { Actor, UserActor } from '../auth/actor'
import type { Config } from '../config'
import type { Db } from '../db/connection'
import type { Timings } from '../domain/timings'
import type { Seal } from '../secrets/seal'

/** Which tenant, and which thing in it, an operation is about; resolved and authorised before it runs. */
export type Scope = {
  organizationId: string
  projectId: string | null
  environmentId: string | null
  serviceId: string | null
  deploymentId: string | null
}

/** What a worker is asked to do with the files of a volume: sealed, so that nobody else can ask. */
export type FileOrder = { id: string; volumeId: string; environmentId: string; action: 'list' | 'read' | 'write' | 'remove' | 'make_folder'; path: string; expiresAt: string }

/** What a worker is asked to take: one upload, sealed. It may be sent again until it has arrived. */
export type UploadOrder = { uploadId: string; expiresAt: string }

/** Asks a worker; throws what it refuses with, and `unavailable` where none answers. */
export type WorkerDoor = {
  /** About the files of a volume. */
  ask(ticket: string, signal: AbortSignal): Promise<unknown>
  /** About the data of a database. */
  askData(order: string, signal: AbortSignal): Promise<unknown>
}

/** What every operation has, whoever calls it. */
export type Platform = {
  db: Db
  seal: Seal
  config: Pick<Config, 'publicUrl' | 'ingress' | 'ingressAddresses' | 'localSources' | 'workloadPorts' | 'sessionKey' | 'logBudgetBytes' | 'uploads' | 'prometheus' | 'otlp'>
  now(): Date
  /** What this process has answered over HTTP, and is at; absent where it serves nobody. */
  answered?(): { timings: Timings; open: number }
  /** The way to a worker, for what only it can look at; absent where there is none. */
  worker?: WorkerDoor
}

/** What one call has. */
export type Ctx = Platform & {
  /** For a command, the one transaction it runs in; an error rolls it back. */
  db: Db
  /** Outside that transaction, for what must stay although the call fails, such as ending a stolen sign-in. */
  rootDb: Db
  actor: Actor
  /** Address the request came from, for rate limits; null when it did not come over the network. */
  ip: string | null
  requestId: string
  /** Null for public entries and those about oneself. */
  scope: Scope | null
}

/** A call on something in an organization: the actor is a member there, the scope is resolved. */
export type ScopedCtx = Ctx & { actor: UserActor; scope: Scope }
/** A call by a signed-in person about themselves. */
export type SelfCtx = Ctx & { actor: UserActor }
