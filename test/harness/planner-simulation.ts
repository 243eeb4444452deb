import { planEnvironment } from '../../lib/provisioning/planner/plan-environment'
import { remember, type BareWorkload, type Memory } from '../../lib/provisioning/planner/remember'
import type { Plan, PlannedDeployment, PlannedRun, SeenWorkload, Step, Verdict, WantedService, World } from '../../lib/provisioning/planner/world'

// A world in memory that obeys plans exactly as the reconciler would, with a clock that only moves when told. Apps behave
// as scripted, so that the planner's invariants can be tried on random histories.

/** What a version does each time it is started, and how it is to be run. */
export type Behaviour = {
  healthyAfterMs: number | null
  exitsAfterMs: number | null
  exitCode: number
  /** Starts that behave so; later ones are well. */
  badStarts: number
  listens: 'given' | 'elsewhere'
  replicas: number
  rollout: 'overlap' | 'replace'
  policy: 'always' | 'on_failure' | 'never'
  sleepAfterMs: number | null
  /** Its pre-deploy command. */
  prepare: { takesMs: number; exitCode: number } | null
  cron: { overlap: 'skip' | 'wait' | 'replace' | 'parallel'; runMs: number; exitCode: number } | null
}

export const PLAIN: Behaviour = { healthyAfterMs: 0, exitsAfterMs: null, exitCode: 0, badStarts: 0, listens: 'given', replicas: 1, rollout: 'overlap', policy: 'always', sleepAfterMs: null, prepare: null, cron: null }

type Running = { deploymentId: string; part: string; startedAt: Date; starts: number; exit: SeenWorkload['exit']; memory: Memory | null; openUntil: Date | null }
type Service = { want: Omit<WantedService, 'deployments' | 'runs'>; deployments: PlannedDeployment[]; runs: (Omit<PlannedRun, 'status'> & { status: string; dueAt: Date })[]; forgotten: boolean }

export class Simulation {
  now = new Date('2030-01-01T00:00:30Z')
  readonly service: Service = {
    want: { id: 'svc_1', name: 'api', desired: 'running', targetId: null, waitsFor: [], activeId: null, overlapMs: 0, drainMs: 10_000, holdMs: 30_000, heldAt: null, sleepingAt: null, wokenAt: null, lastRequestAt: null, lastDueAt: null, harm: null, guardUntil: null },
    deployments: [],
    runs: [],
    forgotten: false,
  }
  readonly workloads: Running[] = []
  readonly behaviours = new Map<string, Behaviour>()
  /** Every start of a workload, with the status its deployment had. */
  readonly applied: { id: string; part: string; status: string }[] = []
  /** Starts of jobs: each may come once. */
  readonly jobStarts: string[] = []

  release(behaviour: Behaviour): void {
    if (this.service.want.desired === 'deleted') return
    const id = `dep_${this.service.deployments.length + 1}`
    this.behaviours.set(id, behaviour)
    for (const former of this.service.deployments) if (former.status === 'releasing') former.status = 'superseded'
    const { replicas, rollout, policy, sleepAfterMs, prepare, cron } = behaviour
    this.service.deployments.push({
      id,
      status: 'releasing',
      deadlineMs: 60_000,
      activatedAt: null,
      retiredAt: null,
      replicas,
      rollout,
      restart: { policy, limit: 5 },
      unhealthyMs: 60_000,
      prepare: prepare && { timeoutMs: 30_000, isDone: false },
      cron: cron && { schedule: '*/5 * * * *', timeZone: 'UTC', overlap: cron.overlap, timeoutMs: 400_000 },
      sleepAfterMs,
    })
    this.service.want.targetId = id
  }

  cancel(): void {
    const target = this.service.deployments.find((deployment) => deployment.id === this.service.want.targetId)
    if (target?.status === 'releasing') target.status = 'cancelled'
  }

  want(desired: WantedService['desired']): void {
    const { want } = this.service
    if (want.desired === 'deleted') return
    want.desired = desired
    want.sleepingAt = null
  }

  /** Something from outside ends the newest process of a service. */
  kill(): void {
    const victim = this.workloads.find((workload) => workload.exit === null && !isJob(workload.part))
    if (victim) victim.exit = { code: null, signal: 'SIGKILL', at: this.now, byPlatform: false }
  }

  /** Somebody asks, and stays for a while. Who asks a sleeping service wakes it. */
  request(forMs: number): void {
    const { want } = this.service
    want.lastRequestAt = this.now
    if (want.sleepingAt !== null) Object.assign(want, { sleepingAt: null, wokenAt: this.now })
    if (want.heldAt !== null) return
    for (const workload of this.workloads) if (workload.exit === null && workload.deploymentId === want.activeId) workload.openUntil = new Date(this.now.getTime() + forMs)
  }

  advance(ms: number): void {
    this.now = new Date(this.now.getTime() + ms)
    for (const workload of this.workloads) {
      if (workload.exit !== null) continue
      const end = this.endOf(workload)
      if (end && end.at <= this.now) workload.exit = { code: end.code, signal: null, at: end.at, byPlatform: false }
    }
  }

  private endOf({ deploymentId, part, startedAt, starts }: Running): { at: Date; code: number } | null {
    const { exitsAfterMs, exitCode, badStarts, prepare, cron } = this.behaviours.get(deploymentId)!
    const after = (ms: number, code: number) => ({ at: new Date(startedAt.getTime() + ms), code })
    if (part === 'prepare') return after(prepare!.takesMs, prepare!.exitCode)
    if (isJob(part)) return after(cron!.runMs, cron!.exitCode)
    return exitsAfterMs === null || starts > badStarts ? null : after(exitsAfterMs, exitCode)
  }

  /** One pass of the reconciler: look, remember, plan, obey. */
  round(): { plan: Plan; world: World } {
    const seen = this.workloads.map((workload) => this.look(workload))
    const { want, deployments, runs, forgotten } = this.service
    const open = runs.filter((run) => run.status === 'queued' || run.status === 'running') as PlannedRun[]
    const services = forgotten ? [] : [structuredClone({ ...want, deployments, runs: open })]
    const world = { services, seen }
    const plan = planEnvironment(world, this.now)
    for (const lane of plan.lanes) {
      lane.verdicts.forEach((verdict) => this.write(verdict))
      lane.steps.forEach((step) => this.take(step))
    }
    plan.strays.forEach((step) => this.take(step))
    return { plan, world }
  }

  private look(workload: Running): SeenWorkload {
    const { deploymentId, part } = workload
    const behaviour = this.behaviours.get(deploymentId)!
    const healthyAfterMs = workload.starts <= behaviour.badStarts ? behaviour.healthyAfterMs : 100
    const isUp = workload.exit === null && healthyAfterMs !== null && this.now.getTime() - workload.startedAt.getTime() >= healthyAfterMs
    const healthy = isUp && !isJob(part)
    const bare: BareWorkload = {
      name: nameOf(workload),
      serviceId: 'svc_1',
      deploymentId,
      role: isJob(part) ? 'job' : 'service',
      part,
      phase: workload.exit ? 'exited' : isJob(part) || healthy ? 'running' : 'starting',
      health: healthy ? 'healthy' : 'unknown',
      healthMessage: healthy ? null : 'GET / was refused.',
      exit: workload.exit,
      startedAt: workload.startedAt,
      port: isJob(part) ? null : 30_000,
      listening: behaviour.listens === 'given' ? [30_000] : [8080],
      open: workload.exit === null && workload.openUntil !== null && workload.openUntil > this.now ? 1 : 0,
    }
    const seen = remember(workload.memory, bare, this.now)
    workload.memory = { ...seen, exitedAt: seen.exit?.at ?? null }
    return seen
  }

  private write(verdict: Verdict): void {
    const { want, runs } = this.service
    switch (verdict.kind) {
      case 'hold':
        return void (want.heldAt = this.now)
      case 'release_hold':
        return void (want.heldAt = null)
      case 'sleep':
        return void (want.sleepingAt = this.now)
      case 'run_due':
        want.lastDueAt = verdict.dueAt
        return void runs.push({ id: `run_${runs.length + 1}`, deploymentId: verdict.deploymentId, status: verdict.status, startedAt: null, end: null, dueAt: verdict.dueAt })
      case 'run_begun':
        return void Object.assign(this.run(verdict.runId), { status: 'running', startedAt: this.now })
      case 'run_end_asked':
        return void Object.assign(this.run(verdict.runId), { end: verdict.end })
      case 'run_ended':
        return void Object.assign(this.run(verdict.runId), { status: verdict.status })
      default:
        return this.conclude(verdict)
    }
  }

  private conclude(verdict: Extract<Verdict, { deploymentId: string }>): void {
    const { want, deployments } = this.service
    const deployment = deployments.find((candidate) => candidate.id === verdict.deploymentId)!
    switch (verdict.kind) {
      case 'active':
        for (const former of deployments) if (former.status === 'active') Object.assign(former, { status: 'retired', retiredAt: this.now })
        Object.assign(deployment, { status: 'active', activatedAt: this.now })
        return void Object.assign(want, { activeId: deployment.id, heldAt: null, sleepingAt: null })
      case 'prepared':
        return void (deployment.prepare!.isDone = true)
      case 'failed':
      case 'cancelled':
        deployment.status = verdict.kind
        return void (want.targetId = want.activeId)
      case 'hand_back':
        return void (want.targetId = want.activeId)
      default:
        throw new Error(`${verdict.kind} is not part of this world`)
    }
  }

  private take(step: Step): void {
    if (step.do === 'forget') return void (this.service.forgotten = true)
    if (step.do === 'apply') return this.apply(step)
    const index = this.workloads.findIndex((workload) => nameOf(workload) === step.workload.name)
    if (step.do === 'remove') this.workloads.splice(index, 1)
    else this.workloads[index]!.exit = { code: null, signal: 'SIGTERM', at: this.now, byPlatform: true }
  }

  private apply({ deploymentId, part }: Extract<Step, { do: 'apply' }>): void {
    this.applied.push({ id: deploymentId, part, status: this.service.deployments.find((deployment) => deployment.id === deploymentId)!.status })
    const present = this.workloads.find((workload) => workload.deploymentId === deploymentId && workload.part === part)
    if (isJob(part)) this.jobStarts.push(`${deploymentId} ${part}`)
    if (!present) this.workloads.push({ deploymentId, part, startedAt: this.now, starts: 1, exit: null, memory: null, openUntil: null })
    else Object.assign(present, { startedAt: this.now, starts: present.starts + 1, exit: null, openUntil: null })
  }

  private run(id: string): Service['runs'][number] {
    return this.service.runs.find((run) => run.id === id)!
  }
}

function isJob(part: string): boolean {
  return !/^\d+$/.test(part)
}

function nameOf({ deploymentId, part }: Pick<Running, 'deploymentId' | 'part'>): string {
  return `${deploymentId}/${part}`
}

/** Whether a plan does nothing at all. */
export function isEmpty(plan: Plan): boolean {
  return plan.strays.length === 0 && plan.lanes.every((lane) => lane.steps.length === 0 && lane.verdicts.length === 0)
}
