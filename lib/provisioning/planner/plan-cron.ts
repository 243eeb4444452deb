import { MOST_OPEN_RUNS } from '../../domain/run-status'
import { lastDue, nextDue } from '../../domain/schedule'
import { describeExit, whyOf } from './describe-exit'
import { find, partOf, stop } from './seen'
import { after, latest, sooner, type Lane, type PlannedDeployment, type PlannedRun, type Scene, type SeenWorkload, type ServiceVerdict } from './world'

// Cron services: nothing runs but runs. A time that is due becomes a row first, once however many look; the row begins by
// a verdict, then its job is applied; the job's end is a verdict again. So a platform that dies at any point goes on
// where it was, and no due time runs twice.

/** A run that comes due while nobody looks is made up for within this time; later it is recorded as missed. */
const MISSED_MS = 5 * 60_000

/** Looks at the clock and lets what is due begin. */
export function planSchedule(lane: Lane, scene: Scene, active: PlannedDeployment): void {
  const { want, now } = scene
  const cron = active.cron!
  const from = latest(want.lastDueAt, active.activatedAt) ?? now
  const dueAt = lastDue(cron.schedule, cron.timeZone, { after: from, until: now })
  if (dueAt !== null) lane.verdicts.push({ kind: 'run_due', deploymentId: active.id, dueAt, status: statusOfDue(scene, active, dueAt) })
  const next = nextDue(cron.schedule, cron.timeZone, now)
  if (next) lane.look = sooner(lane.look, { at: next, why: `${want.name} is due` })
}

function statusOfDue({ want, now }: Scene, { cron }: PlannedDeployment, dueAt: Date): 'queued' | 'skipped' | 'missed' {
  if (now.getTime() - dueAt.getTime() > MISSED_MS) return 'missed'
  if (want.runs.length >= MOST_OPEN_RUNS) return 'skipped'
  const isWaiting = want.runs.some((run) => run.status === 'queued')
  if (cron!.overlap === 'skip') return want.runs.length > 0 ? 'skipped' : 'queued'
  return cron!.overlap === 'wait' && isWaiting ? 'skipped' : 'queued'
}

/** Takes every open run of a service one step further. */
export function planRuns(lane: Lane, scene: Scene): void {
  const { want } = scene
  const running = want.runs.filter((run) => run.status === 'running')
  for (const run of running) continueRun(lane, scene, run)
  const waiting = want.runs.filter((run) => run.status === 'queued')
  for (const run of waiting) {
    const overlap = find(want, run.deploymentId)?.cron?.overlap ?? 'wait'
    if (running.length === 0 || overlap === 'parallel') {
      lane.verdicts.push({ kind: 'run_begun', runId: run.id })
      // One at a time: the next one is asked about with this one at work.
      if (overlap !== 'parallel') return
    } else if (overlap === 'replace') {
      for (const former of running) if (former.end === null) lane.verdicts.push({ kind: 'run_end_asked', runId: former.id, end: 'cancelled' })
      // What has to wait for that end is replaced as well: of those that wait, the newest begins.
      for (const former of waiting.slice(0, -1)) lane.verdicts.push({ kind: 'run_ended', runId: former.id, status: 'cancelled', exitCode: null, exitSignal: null, message: 'A newer run took its place before it began.' })
      return
    }
  }
}

function continueRun(lane: Lane, scene: Scene, run: PlannedRun): void {
  const { want, seen, now } = scene
  const job = partOf(seen, run.deploymentId, run.id)
  if (!job) {
    if (run.end !== null) lane.verdicts.push({ kind: 'run_ended', runId: run.id, status: run.end, exitCode: null, exitSignal: null, message: 'It was ended before it began.' })
    else lane.steps.push({ do: 'apply', deploymentId: run.deploymentId, part: run.id, why: 'a run is due' })
    return
  }
  if (job.phase === 'exited') return void lane.verdicts.push(endOf(run, job))
  if (run.end !== null) return void lane.steps.push(stop(job, `the run was ${run.end === 'cancelled' ? 'cancelled' : 'too long'}`))
  const endsAt = after(run.startedAt ?? job.startedAt, find(want, run.deploymentId)?.cron?.timeoutMs ?? 0)
  if (now >= endsAt) lane.verdicts.push({ kind: 'run_end_asked', runId: run.id, end: 'timed_out' })
  else lane.look = sooner(lane.look, { at: endsAt, why: `a run of ${want.name} is at work` })
}

function endOf(run: PlannedRun, { exit, healthMessage }: SeenWorkload): ServiceVerdict {
  const ended = { kind: 'run_ended', runId: run.id, exitCode: exit?.code ?? null, exitSignal: exit?.signal ?? null } as const
  if (exit?.code === 0) return { ...ended, status: 'done', message: null }
  if (run.end === 'timed_out') return { ...ended, status: 'timed_out', message: 'It took longer than it may and was ended.' }
  if (run.end === 'cancelled') return { ...ended, status: 'cancelled', message: null }
  if (exit?.byPlatform) return { ...ended, status: 'cancelled', message: 'It was ended when the platform was stopped.' }
  if (!exit || (exit.code === null && exit.signal === null)) return { ...ended, status: 'failed', message: 'The machine stopped while it was at work; how it ended is not known.' }
  return { ...ended, status: 'failed', message: exit.code === 127 && healthMessage ? healthMessage : `It ended ${describeExit(exit)}.${whyOf(exit)}` }
}
