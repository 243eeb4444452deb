import { planEnvironment } from '../../lib/provisioning/planner/plan-environment'
import { remember, type BareWorkload, type Memory } from '../../lib/provisioning/planner/remember'
import type { Plan, PlannedDeployment, SeenWorkload, Step, Verdict, WantedService, World } from '../../lib/provisioning/planner/world'

// A world in memory that obeys plans exactly as the reconciler would, with a clock that only moves when told. Apps behave
// as scripted, so that the planner's invariants can be tried on random histories.

/** What a version does each time it is started. */
export type Behaviour = { healthyAfterMs: number | null; exitsAfterMs: number | null; exitCode: number; /** Starts that behave so; later ones are well. */ badStarts: number; listens: 'given' | 'elsewhere' }

type Running = { deploymentId: string; startedAt: Date; starts: number; exit: SeenWorkload['exit']; memory: Memory | null }
type Service = { want: Omit<WantedService, 'deployments'>; deployments: PlannedDeployment[]; generation: number; forgotten: boolean }

export class Simulation {
  now = new Date(1_000_000_000_000)
  readonly service: Service = {
    want: { id: 'svc_1', name: 'api', desired: 'running', targetId: null, activeId: null, drainMs: 10_000 },
    deployments: [],
    generation: 1,
    forgotten: false,
  }
  readonly workloads: Running[] = []
  readonly behaviours = new Map<string, Behaviour>()
  readonly applied: { id: string; status: string }[] = []

  release(behaviour: Behaviour): void {
    if (this.service.want.desired === 'deleted') return
    const id = `dep_${this.service.deployments.length + 1}`
    this.behaviours.set(id, behaviour)
    for (const former of this.service.deployments) if (former.status === 'releasing') former.status = 'superseded'
    this.service.deployments.push({ id, status: 'releasing', port: 30_000, deadlineMs: 60_000, retiredAt: null })
    this.service.want.targetId = id
  }

  cancel(): void {
    const target = this.target()
    if (target?.status === 'releasing') target.status = 'cancelled'
  }

  want(desired: WantedService['desired']): void {
    if (this.service.want.desired !== 'deleted') this.service.want.desired = desired
  }

  /** Something from outside ends the newest process. */
  kill(): void {
    const victim = this.workloads.find((workload) => workload.exit === null)
    if (victim) victim.exit = { code: null, signal: 'SIGKILL', at: this.now, byPlatform: false }
  }

  advance(ms: number): void {
    this.now = new Date(this.now.getTime() + ms)
    for (const workload of this.workloads) {
      const { exitsAfterMs, exitCode, badStarts } = this.behaviours.get(workload.deploymentId)!
      const diesAt = exitsAfterMs === null || workload.starts > badStarts ? null : workload.startedAt.getTime() + exitsAfterMs
      if (workload.exit === null && diesAt !== null && diesAt <= this.now.getTime()) {
        workload.exit = { code: exitCode, signal: null, at: new Date(diesAt), byPlatform: false }
      }
    }
  }

  /** One pass of the reconciler: look, remember, plan, obey. */
  round(): { plan: Plan; world: World } {
    const seen = this.workloads.map((workload) => this.look(workload))
    const services = this.service.forgotten ? [] : [{ ...this.service.want, deployments: structuredClone(this.service.deployments) }]
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
    const behaviour = this.behaviours.get(workload.deploymentId)!
    const bad = workload.starts <= behaviour.badStarts
    const healthyAfterMs = bad ? behaviour.healthyAfterMs : 100
    const healthy = workload.exit === null && healthyAfterMs !== null && this.now.getTime() - workload.startedAt.getTime() >= healthyAfterMs
    const bare: BareWorkload = {
      name: workload.deploymentId.replace('_', '-'),
      serviceId: 'svc_1',
      deploymentId: workload.deploymentId,
      phase: workload.exit ? 'exited' : healthy ? 'running' : 'starting',
      health: healthy ? 'healthy' : 'unknown',
      healthMessage: healthy ? null : 'GET / was refused.',
      exit: workload.exit,
      startedAt: workload.startedAt,
      listening: behaviour.listens === 'given' ? [30_000] : [8080],
    }
    const seen = remember(workload.memory, bare, this.now)
    workload.memory = { ...seen, exitedAt: seen.exit?.at ?? null }
    return seen
  }

  private write(verdict: Verdict): void {
    const deployment = this.service.deployments.find((candidate) => candidate.id === verdict.deploymentId)!
    const { want } = this.service
    if (verdict.kind === 'active') {
      for (const former of this.service.deployments) if (former.status === 'active') Object.assign(former, { status: 'retired', retiredAt: this.now })
      deployment.status = 'active'
      want.activeId = deployment.id
      return
    }
    if (verdict.kind !== 'hand_back') deployment.status = verdict.kind
    want.targetId = want.activeId
  }

  private take(step: Step): void {
    switch (step.do) {
      case 'forget':
        this.service.forgotten = true
        return
      case 'remove':
        this.workloads.splice(this.index(step.workload.deploymentId), 1)
        return
      case 'stop':
        this.workloads[this.index(step.workload.deploymentId)]!.exit = { code: null, signal: 'SIGTERM', at: this.now, byPlatform: true }
        return
      case 'apply': {
        this.applied.push({ id: step.deploymentId, status: this.service.deployments.find((deployment) => deployment.id === step.deploymentId)!.status })
        const index = this.index(step.deploymentId)
        if (index === -1) this.workloads.push({ deploymentId: step.deploymentId, startedAt: this.now, starts: 1, exit: null, memory: null })
        else Object.assign(this.workloads[index]!, { startedAt: this.now, starts: this.workloads[index]!.starts + 1, exit: null })
      }
    }
  }

  private index(deploymentId: string): number {
    return this.workloads.findIndex((workload) => workload.deploymentId === deploymentId)
  }

  private target(): PlannedDeployment | undefined {
    return this.service.deployments.find((deployment) => deployment.id === this.service.want.targetId)
  }
}

/** Whether a plan does nothing at all. */
export function isEmpty(plan: Plan): boolean {
  return plan.strays.length === 0 && plan.lanes.every((lane) => lane.steps.length === 0 && lane.verdicts.length === 0)
}
