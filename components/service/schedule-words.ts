import type { ServiceNode } from '@/lib/contract/graph'

/** When a service that runs by the clock does so: `0 3 * * *, Europe/Zurich`. It has no address that answers. */
export function scheduleWords(cron: NonNullable<ServiceNode['cron']>): string {
  return `${cron.schedule}, ${cron.timeZone}`
}
