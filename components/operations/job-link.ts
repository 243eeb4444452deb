import { paths } from '@/components/paths'
import type { JobView } from '@/lib/contract/job'

type Place = Pick<JobView, 'project' | 'environment' | 'service' | 'isGoing'> & { deployment: { id: string } | null }

/** Where a job leads: the most exact place it is for; null when that is being deleted. */
export function jobHref({ project, environment, service, deployment, isGoing }: Place): string | null {
  if (isGoing) return null
  if (service === null) return paths.canvas(project.id, environment.id)
  return deployment === null ? paths.service(project.id, environment.id, service.id) : paths.deployment(project.id, environment.id, service.id, deployment.id)
}
