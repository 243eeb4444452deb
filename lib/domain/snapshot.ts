import { databaseWords, ENGINES, isSameLine, isVersion, type EngineName } from './engine/engines'

// A snapshot: what a volume or a database held at one moment, kept apart from it.

/**
 * What the bytes of a snapshot are: the files of a volume; the files of a PostgreSQL server with the log that makes them
 * one moment; the statements that make a database again; what MariaDB's own program copies of its files; the file in which Redis
 * keeps all it has.
 */
export const SNAPSHOT_FORMATS = ['files', 'postgres-base', 'sql', 'mariadb-backup', 'rdb'] as const
export type SnapshotFormat = (typeof SNAPSHOT_FORMATS)[number]

/** `removing`: its bytes are being removed, and nobody is shown it. */
export const SNAPSHOT_STATUSES = ['queued', 'running', 'done', 'failed', 'cancelled', 'removing'] as const
export type SnapshotStatus = (typeof SNAPSHOT_STATUSES)[number]

/** Why one was made. `safety`: before a restore took the place of what it holds. `deploy`: before a deployment that may change it. `branch`: to be copied to another environment, then removed. */
export const SNAPSHOT_TRIGGERS = ['manual', 'schedule', 'safety', 'deploy', 'branch'] as const
export type SnapshotTrigger = (typeof SNAPSHOT_TRIGGERS)[number]

/** `replacing`: what was there is going, and there is no way back. `starting`: the content is in its place and what uses it is being started. */
export const RESTORE_STATUSES = ['queued', 'running', 'replacing', 'starting', 'done', 'failed', 'cancelled'] as const
export type RestoreStatus = (typeof RESTORE_STATUSES)[number]

/** Those of a restore that has not ended. */
export const RESTORE_OPEN = ['queued', 'running', 'replacing', 'starting'] as const satisfies readonly RestoreStatus[]
/** Those of a restore that has touched nothing yet. */
export const RESTORE_CANCELLABLE = ['queued', 'running'] as const satisfies readonly RestoreStatus[]

/** Why nothing about a snapshot can be cancelled, as a sentence; null when something can: that it is made, or that it is tried. */
export function whyNotCancelled({ status, isBeingProven, trigger }: { status: SnapshotStatus; isBeingProven: boolean; trigger: SnapshotTrigger }): string | null {
  if (status === 'queued' || status === 'running') return trigger === 'safety' ? 'This snapshot is a part of a restore. Cancel the restore.' : null
  if (isBeingProven) return null
  if (status === 'done') return 'This snapshot is complete, and nothing is done with it now. Delete it when it is not needed.'
  return status === 'cancelled' ? 'This snapshot was cancelled already.' : 'This snapshot has ended already.'
}

/** Why a restore cannot be cancelled, as a sentence; null when it can. */
export function whyRestoreGoesOn({ status }: { status: RestoreStatus }): string | null {
  if (status === 'queued' || status === 'running') return null
  if (status === 'replacing') return 'What was there is being replaced, so this restore can no longer be cancelled. Wait until it has ended, then restore its safety snapshot to go back.'
  if (status === 'starting') return 'The content has been replaced, so this restore can no longer be cancelled. Restore its safety snapshot to go back.'
  return status === 'cancelled' ? 'This restore was cancelled already.' : 'This restore has ended already.'
}

type Made = { format: SnapshotFormat; engine: EngineName | null; version: string | null }

/** Why a snapshot cannot be restored where `target` is, as a sentence; null when it can. `engine` null: a volume of no database. */
export function restoreProblem(made: Made, target: { engine: EngineName; version: string } | null): string | null {
  if (made.engine === null || made.version === null) return target === null ? null : `This is a snapshot of a volume, and not of ${ENGINES[target.engine].word}. Restore it into a volume that no database uses.`
  const words = databaseWords({ engine: made.engine, version: made.version })
  if (target === null) return `This is a snapshot of ${words}. Restore it into such a database, or as a new one.`
  if (target.engine !== made.engine) return `This is a snapshot of ${words}, which ${ENGINES[target.engine].word} cannot read. Choose a snapshot of this database, or restore it as a new one.`
  // Statements are read by later versions as well; files only by those of their own line.
  if (made.format === 'sql' || isVersion(target.version, made.version) || isSameLine(made.engine, made.version, target.version)) return null
  return `This is a snapshot of ${words}, whose files ${databaseWords(target)} cannot use. Restore it as a new database.`
}

/** Engines whose containers begin with the login of their variables, whatever is put into their volumes. */
const OWN_LOGIN: readonly EngineName[] = ['postgres', 'mariadb', 'mysql', 'redis', 'valkey']

/** Whether a copy of a database is one with the login of the database it is put into, in containers, where it is its files. */
export function takesOwnLogin(engine: EngineName): boolean {
  return OWN_LOGIN.includes(engine)
}

/** Why a snapshot cannot be tried where databases run in containers, as a sentence; null when it can. */
export function whyNotTriedInContainers(engine: EngineName | null): string | null {
  if (engine === null || takesOwnLogin(engine)) return null
  return `In containers, a snapshot of ${ENGINES[engine].word} cannot be tried: nothing here can read it. Its size and checksum are held against it whenever it is restored.`
}

type Aged = { id: string; createdAt: Date; isPinned: boolean }

/** Which snapshots a plan no longer keeps, of those that are done. Never the newest, nor one that was pinned. */
export function pastKeeping(done: readonly Aged[], { keepCount, keepDays }: { keepCount: number | null; keepDays: number | null }, now: Date): string[] {
  const newestFirst = [...done].sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1))
  const oldest = keepDays === null ? -Infinity : now.getTime() - keepDays * 86_400_000
  return newestFirst.flatMap(({ id, createdAt, isPinned }, index) => {
    if (isPinned || index === 0) return []
    return (keepCount !== null && index >= keepCount) || createdAt.getTime() < oldest ? [id] : []
  })
}
