import type { Db } from '../db/connection'
import type { DrainRow } from '../db/queries/engine/drains'
import type { Log } from '../log'
import type { Seal } from '../secrets/seal'
import type { Outcome } from './outcome'
import type { Limits } from './request'

/** What whoever sends has. `random`: for pauses, from 0 to 1. */
export type Room = { db: Db; seal: Seal; log: Log; now(): Date; random(): number; /** Whether private networks may be sent to. */ allowsPrivate: boolean; /** Less in tests. */ timeoutMs?: number; /** How much goes at once; less in tests. */ most?: { lines: number; bytes: number } }

/** How a turn of a drain ended. `idle`: nothing is left. `more`: there is more, it is somebody else's turn. `stale`: it was changed meanwhile. */
export type End = { kind: 'idle' | 'more' | 'stale' } | { kind: 'failed'; outcome: Extract<Outcome, { ok: false }> }

export type Turn = { room: Room; drain: DrainRow; limits: Limits; /** When others are to have theirs, by the clock of this process. */ endsAt: number; /** Whether anything got through. */ sent(): void }
