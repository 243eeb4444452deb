import { setTimeout as sleep } from 'node:timers/promises'

import type { Db } from '../db/connection'
import { append, type NewLine } from '../db/queries/engine/log-lines'
import type { Log } from '../log'
import type { Sender } from './authenticate'
import { Refusal } from './body'

// Lines of requests that come at once are written by one transaction for each service, and a request is answered when its lines are stored. So
// nothing is promised that could be lost, and whoever sends faster than lines can be stored is told so.

/** So many lines a second of one service, and so many at once after a quiet time. */
export const RATE = { perSecond: 5_000, atOnce: 25_000 }
/** What may wait to be stored, of all services. */
const MOST_WAITING_LETTERS = 64 * 1024 * 1024
/** Besides its text. */
const OF_A_LINE = 500
const NOTE_MS = 1_000
const RETRY_S = 2

type Owner = Pick<Sender, 'serviceId' | 'environmentId'>
type Queue = { owner: Owner; lines: NewLine[]; letters: number; waiting: { resolve(): void; reject(error: Error): void }[]; isWriting: boolean }
type Allowance = { owner: Owner; left: number; at: number; dropped: number; deploymentId: string }

export type LineWriter = {
  /** Takes what may be stored out of `lines`, and answers how many were dropped. Throws Refusal (503) while nothing can be. */
  write(sender: Sender, lines: NewLine[]): Promise<number>
  /** Writes what was dropped into the log of whom it was dropped of. */
  noteDropped(now: Date): Promise<void>
  stop(): Promise<void>
}

export function makeLineWriter({ db, log, rate = RATE, now = () => performance.now() }: { db: Db; log: Log; rate?: typeof RATE; now?: () => number }): LineWriter {
  const queues = new Map<string, Queue>()
  const allowances = new Map<string, Allowance>()
  let waitingLetters = 0
  const end = new AbortController()

  const flush = async (key: string, queue: Queue) => {
    if (queue.isWriting) return
    queue.isWriting = true
    while (queue.waiting.length > 0) {
      const [lines, waiting, letters] = [queue.lines, queue.waiting, queue.letters]
      Object.assign(queue, { lines: [], waiting: [], letters: 0 })
      try {
        await db.transaction((tx) => append(tx, queue.owner, lines))
        for (const { resolve } of waiting) resolve()
      } catch (cause) {
        log.warn({ cause, service: queue.owner.serviceId }, 'lines could not be stored')
        for (const { reject } of waiting) reject(new Refusal(503, 'Log lines cannot be stored at the moment.', RETRY_S))
      } finally {
        waitingLetters -= letters
      }
    }
    queues.delete(key)
  }

  const allowed = ({ deploymentId, ...owner }: Sender, asked: number): number => {
    const former = allowances.get(owner.serviceId) ?? { owner, left: rate.atOnce, at: now(), dropped: 0, deploymentId }
    const left = Math.min(rate.atOnce, former.left + ((now() - former.at) / 1000) * rate.perSecond)
    const taken = Math.min(asked, Math.floor(left))
    allowances.set(owner.serviceId, { ...former, deploymentId, left: left - taken, at: now(), dropped: former.dropped + asked - taken })
    return taken
  }

  const noteDropped = async (at: Date) => {
    for (const [serviceId, allowance] of allowances) {
      if (allowance.dropped === 0) {
        if (now() - allowance.at > 60_000) allowances.delete(serviceId)
        continue
      }
      const { dropped, deploymentId, owner } = allowance
      allowance.dropped = 0
      await db.transaction((tx) => append(tx, owner, [droppedLine(dropped, deploymentId, at)])).catch((cause: unknown) => {
        allowance.dropped += dropped
        log.warn({ cause, service: serviceId }, 'a note about dropped lines could not be stored')
      })
    }
  }
  const notes = (async () => {
    while (!end.signal.aborted) {
      await sleep(NOTE_MS, undefined, { signal: end.signal }).catch(() => undefined)
      await noteDropped(new Date())
    }
  })()

  return {
    async write(sender, lines) {
      if (waitingLetters > MOST_WAITING_LETTERS) throw new Refusal(503, 'More comes than can be stored at the moment.', RETRY_S)
      const all = lines.length
      const count = allowed(sender, all)
      // What is dropped is not held while the rest waits.
      lines.length = count
      const letters = lines.reduce((sum, { text }) => sum + text.length + OF_A_LINE, 0)
      if (count > 0) {
        const { serviceId, environmentId } = sender
        const queue = queues.get(serviceId) ?? { owner: { serviceId, environmentId }, lines: [], letters: 0, waiting: [], isWriting: false }
        queues.set(serviceId, queue)
        for (const line of lines) queue.lines.push(line)
        queue.letters += letters
        waitingLetters += letters
        await new Promise<void>((resolve, reject) => {
          queue.waiting.push({ resolve, reject })
          void flush(serviceId, queue)
        })
      }
      return all - count
    },
    noteDropped,
    async stop() {
      end.abort()
      await notes
    },
  }
}

function droppedLine(dropped: number, deploymentId: string, at: Date): NewLine {
  const text = `${dropped.toLocaleString('en-US')} lines dropped in this second: OpenTelemetry sends more than ${RATE.perSecond.toLocaleString('en-US')} of them in a second.`
  return { kind: 'runtime', stream: 'platform', at, text, message: text, deploymentId, level: 'warn', attributes: { droppedLines: dropped } }
}
