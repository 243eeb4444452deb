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
export const SNAPSHOT_STATUSES = ['queued', 'running', 'done', 'failed', 'removing'] as const
export type SnapshotStatus = (typeof SNAPSHOT_STATUSES)[number]

/** Why one was made. `safety`: before a restore took the place of what it holds. */
export const SNAPSHOT_TRIGGERS = ['manual', 'schedule', 'safety'] as const
export type SnapshotTrigger = (typeof SNAPSHOT_TRIGGERS)[number]

/** `starting`: the content is in its place and what uses it is being started. */
export const RESTORE_STATUSES = ['queued', 'running', 'starting', 'done', 'failed'] as const
export type RestoreStatus = (typeof RESTORE_STATUSES)[number]

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
