import { groupBy } from '../../domain/group-by'
import { planService } from './plan-service'
import { after, sooner, type Look, type Plan, type SeenWorkload, type Step, type WantedService, type World } from './world'

/** How long something with our label that nobody knows is left alone: whoever made it may be about to say so. */
export const STRAY_GRACE_MS = 30_000

/** The plan for one environment: a lane per service, and the strays. Pure: `now` is an argument. */
export function planEnvironment(world: World, now: Date): Plan {
  const seen = groupBy(world.seen, (workload) => workload.serviceId)
  const lanes = world.services.map((want) => planService(want, seen.get(want.id) ?? [], now))
  const strays = planStrays(world, now)
  const look = lanes.reduce<Look | null>((earliest, lane) => sooner(earliest, lane.look), strays.look)
  return { lanes, strays: strays.steps, look }
}

function planStrays(world: World, now: Date): { steps: Step[]; look: Look | null } {
  const steps: Step[] = []
  let look: Look | null = null
  const services = new Map(world.services.map((want) => [want.id, want]))
  for (const workload of world.seen.filter((candidate) => isStray(services.get(candidate.serviceId), candidate))) {
    const removeAt = after(workload.firstSeenAt, STRAY_GRACE_MS)
    if (now >= removeAt) steps.push({ do: 'remove', workload, why: 'nothing that is known wants it' })
    else look = sooner(look, { at: removeAt, why: `${workload.name} belongs to nothing that is known` })
  }
  return { steps, look }
}

function isStray(service: WantedService | undefined, workload: SeenWorkload): boolean {
  if (!service) return true
  // A stopped or deleted service removes whatever it has at once.
  return service.desired === 'running' && !service.deployments.some((deployment) => deployment.id === workload.deploymentId)
}
