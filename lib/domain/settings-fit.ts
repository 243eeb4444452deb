import type { ServiceSettings } from '../contract/service-settings'
import { hasNetwork, type TargetKind } from './target'

/** Why two settings cannot be used together: the field to change, and a sentence. */
export type Misfit = { field: string; message: string }

/**
 * What each field for itself cannot show: settings that contradict each other, or that the target of the environment cannot
 * keep, where that is known, or that do not go with its volumes. Empty when all fit together.
 */
export function misfits(settings: ServiceSettings, kind: TargetKind | null = null, volumes: readonly string[] = []): Misfit[] {
  const found: Misfit[] = [...(kind === null || hasNetwork(kind) ? [] : onlyInContainers(settings)), ...withVolumes(settings, volumes)]
  const replicas = settings.replicas
  if (settings.cron !== null) {
    const cron = 'A service with a schedule'
    if (settings.sleepAfterS !== null) found.push({ field: 'sleepAfterS', message: `${cron} does not sleep: nothing of it runs between two runs. Leave one of the two out.` })
    if (settings.guard !== null) found.push({ field: 'guard', message: `${cron} answers no requests, so no harm can be measured. Leave one of the two out.` })
    if (settings.metricsPath !== null) found.push({ field: 'metricsPath', message: `${cron} listens nowhere, so its metrics cannot be asked for. Let it send them by OpenTelemetry, or leave one of the two out.` })
    if (replicas > 1) found.push({ field: 'replicas', message: `${cron} has no replicas, but ${replicas} are set. Set 1, or remove the schedule.` })
    if (settings.outputDirectory !== null) found.push({ field: 'outputDirectory', message: `${cron} runs a command, but a static site has none. Leave one of the two out.` })
  }
  if (settings.rollout === 'replace' && replicas > 1) {
    found.push({ field: 'rollout', message: `One version can replace another before it starts only with 1 replica, but ${replicas} are set. Set 1, or let versions overlap.` })
  }
  return found
}

function onlyInContainers({ limits, readOnly, build, entrypoint, containerPort }: ServiceSettings): Misfit[] {
  const found: Misfit[] = []
  const where = 'This environment runs services as processes of the machine'
  const then = 'or use an environment on a Docker target.'
  if (limits.memoryMib !== null) found.push({ field: 'limits.memoryMib', message: `${where}, where memory cannot be limited. Leave the limit empty, ${then}` })
  if (limits.cpuMilli !== null) found.push({ field: 'limits.cpuMilli', message: `${where}, where processor time cannot be limited. Leave the limit empty, ${then}` })
  if (limits.pids !== null) found.push({ field: 'limits.pids', message: `${where}, where the number of processes cannot be limited. Leave the limit empty, ${then}` })
  if (build.builder === 'dockerfile') found.push({ field: 'build.builder', message: `${where}, which need no image. Choose Automatic, ${then}` })
  if (build.prune) found.push({ field: 'build.prune', message: `${where}, which need no image to be small. Let the packages stay, ${then}` })
  if (entrypoint !== null) found.push({ field: 'entrypoint', message: `${where}, which have no entrypoint. Use a start command, ${then}` })
  if (containerPort !== null) found.push({ field: 'containerPort', message: `${where}, where each is given a free port in PORT. Leave the port empty, ${then}` })
  if (readOnly) found.push({ field: 'readOnly', message: `${where}, which share its file system. Let it be written to, ${then}` })
  return found
}

/** Settings that make no sense for a database. */
export function databaseMisfits(settings: ServiceSettings): Misfit[] {
  const found: Misfit[] = []
  const refuse = (field: string, isSet: boolean, message: string) => void (isSet && found.push({ field, message }))
  for (const field of ['installCommand', 'buildCommand', 'outputDirectory'] as const) refuse(field, settings[field] !== null, 'A database is not built. Leave it empty.')
  for (const field of ['startCommand', 'preDeployCommand'] as const) refuse(field, settings[field] !== null, 'A database runs the server of its engine only. Leave it empty.')
  const { build } = settings
  refuse('build', build.builder !== 'auto' || build.dockerfile !== null || build.stage !== null || Object.keys(build.args).length > 0, 'A database is not built. Leave these as they are.')
  refuse('entrypoint', settings.entrypoint !== null, 'A database runs the server of its engine only. Leave it empty.')
  refuse('containerPort', settings.containerPort !== null, 'A database listens on the port of its engine. Leave it empty.')
  refuse('replicas', settings.replicas > 1, 'Only one server can work on the data of a database. Set 1.')
  refuse('cron', settings.cron !== null, 'A database runs all the time. Remove the schedule.')
  refuse('sleepAfterS', settings.sleepAfterS !== null, 'A database cannot sleep: nothing would wake it when somebody connects. Leave it empty.')
  refuse('guard', settings.guard !== null, 'A database answers no web requests by which harm could be measured. Leave it out.')
  refuse('autoDeploy', settings.autoDeploy, 'A database has no branch to follow. Turn it off.')
  refuse('readOnly', settings.readOnly, 'A database writes beside its data while it runs. Let it write.')
  refuse('metricsPath', settings.metricsPath !== null, 'A database is asked for its figures by the means of its own engine. Leave it empty.')
  refuse('health.kind', settings.health.kind !== 'auto', 'A database is asked by the means of its own engine. Choose Automatic.')
  return found
}

/** A volume has one writer at a time. */
function withVolumes({ replicas, cron }: ServiceSettings, [volume]: readonly string[]): Misfit[] {
  if (volume === undefined) return []
  const found: Misfit[] = []
  if (replicas > 1) found.push({ field: 'replicas', message: `The volume ${volume} has one writer at a time, but ${replicas} replicas are set. Set 1, or detach the volume.` })
  if (cron?.overlap === 'parallel') found.push({ field: 'cron.overlap', message: `The volume ${volume} has one writer at a time, but runs may overlap. Let a run wait, or detach the volume.` })
  return found
}
