import type { ServiceSettings } from '../contract/service-settings'

/** Why two settings cannot be used together: the field to change, and a sentence. */
export type Misfit = { field: string; message: string }

/** What each field for itself cannot show: settings that contradict each other. Empty when all fit together. */
export function misfits(settings: ServiceSettings): Misfit[] {
  const found: Misfit[] = []
  const replicas = settings.replicas
  if (settings.cron !== null) {
    const cron = 'A service with a schedule'
    if (settings.sleepAfterS !== null) found.push({ field: 'sleepAfterS', message: `${cron} does not sleep: nothing of it runs between two runs. Leave one of the two out.` })
    if (settings.guard !== null) found.push({ field: 'guard', message: `${cron} answers no requests, so no harm can be measured. Leave one of the two out.` })
    if (replicas > 1) found.push({ field: 'replicas', message: `${cron} has no replicas, but ${replicas} are set. Set 1, or remove the schedule.` })
    if (settings.outputDirectory !== null) found.push({ field: 'outputDirectory', message: `${cron} runs a command, but a static site has none. Leave one of the two out.` })
  }
  if (settings.rollout === 'replace' && replicas > 1) {
    found.push({ field: 'rollout', message: `One version can replace another before it starts only with 1 replica, but ${replicas} are set. Set 1, or let versions overlap.` })
  }
  return found
}
