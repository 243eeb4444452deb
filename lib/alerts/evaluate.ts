import type { Db } from '../db/connection'
import { environmentsWithOpen, keep, keptOf, lockRound, saidOf } from '../db/queries/engine/alerts'
import { listeningOf, queueDelivery } from '../db/queries/engine/deliveries'
import { watchedNow, type WatchedEnvironment } from '../db/queries/engine/watched'
import { MOST_NAMED } from '../domain/alert/channel'
import { readingsOf } from '../domain/alert/readings'
import { effectiveRules, rulesFor, type AlertRule } from '../domain/alert/rule'
import { round, type Outcome, type Reading } from '../domain/alert/round'
import { announce } from '../events/announce'
import { record } from '../events/record'
import { newId } from '../ids'
import { enqueue } from '../queue/jobs'
import { describe, placesOf } from './describe'

// One look at everything that is watched. Where all is well nothing is written. Else the rounds of an organization's environments, the
// messages to its channels and the jobs that send them are one transaction: what changed is told, and what is told has changed.

export type Evaluating = { db: Db; now(): Date; config: { publicUrl: string } }

/** Looks at everything once. Done twice in a moment, the second finds nothing to do. */
export async function evaluateAlerts(room: Evaluating): Promise<void> {
  const at = room.now()
  const watched = await watchedNow(room.db, at)
  const { rules } = await saidOf(room.db, at)
  const withOpen = await environmentsWithOpen(room.db)
  const looks = watched.map((environment) => ({ environment, readings: readingsOf(environment, at.getTime()) }))
  const concerned = looks.filter(({ environment, readings }) => withOpen.has(environment.environmentId) || isBeyond(readings, effectiveRules(rules.get(environment.environmentId) ?? [])))
  for (const organizationId of new Set(concerned.map(({ environment }) => environment.organizationId))) {
    await evaluateOne(room, { organizationId, at, looks: concerned.filter(({ environment }) => environment.organizationId === organizationId) })
  }
}

/** Whether anything is beyond what a rule allows. */
function isBeyond(readings: readonly Reading[], rules: readonly AlertRule[]): boolean {
  return readings.some(({ kind, serviceId, value }) => value !== null && rulesFor(rules, kind, serviceId).some(({ isOn, threshold }) => isOn && value > threshold))
}

type Look = { environment: WatchedEnvironment; readings: Reading[] }

async function evaluateOne({ db, config }: Evaluating, { organizationId, at, looks }: { organizationId: string; at: Date; looks: readonly Look[] }): Promise<void> {
  await db.transaction(async (tx) => {
    await lockRound(tx, organizationId)
    // Read again: a rule or a silence that was saved meanwhile counts.
    const { rules, silences } = await saidOf(tx, at)
    const kept = await keptOf(tx, looks.map(({ environment }) => environment.environmentId), at)
    const told: { environment: WatchedEnvironment; tell: Outcome['tell'] }[] = []
    for (const { environment, readings } of looks) {
      const { environmentId } = environment
      const outcome = round({ rules: effectiveRules(rules.get(environmentId) ?? []), readings, kept: kept.get(environmentId) ?? [], silences: silences.get(environmentId) ?? [], at: at.getTime(), newId: () => newId('alert') })
      await keep(tx, { organizationId, environmentId }, { ...outcome, at })
      await noteFacts(tx, environment, outcome)
      told.push({ environment, tell: outcome.tell })
    }
    await queueMessages(tx, { organizationId, at, told, publicUrl: config.publicUrl })
  })
}

async function noteFacts(tx: Db, { organizationId, projectId, environmentId }: WatchedEnvironment, { fired, resolved, changed, dropped }: Outcome): Promise<void> {
  const ids = { organizationId, projectId, environmentId }
  // What comes and goes is not told again and again.
  for (const { subjectName, serviceId, kind, flaps } of fired) if (flaps === 0) await record(tx, 'platform', { type: 'alert.fired', subject: subjectName, ...ids, serviceId, data: { kind } })
  for (const { subjectName, serviceId, kind, flaps, end } of resolved) if (flaps === 0) await record(tx, 'platform', { type: 'alert.resolved', subject: subjectName, ...ids, serviceId, data: { kind, end } })
  if (changed.length + dropped.length > 0) await announce(tx, { kind: 'alerts', environmentId })
}

type Telling = { organizationId: string; at: Date; told: readonly { environment: WatchedEnvironment; tell: Outcome['tell'] }[]; publicUrl: string }

/** All that changed in one look is one message to each channel. */
async function queueMessages(tx: Db, { organizationId, at, told, publicUrl }: Telling): Promise<void> {
  const all = told.flatMap(({ environment, tell }) => tell.map((each) => ({ environment, ...each })))
  if (all.length === 0) return
  const channels = await listeningOf(tx, organizationId)
  if (channels.length === 0) return
  const { organization, projects, services } = await placesOf(tx, organizationId, all)
  for (const { id: channelId } of channels) {
    const own = all.filter(({ to }) => to === null || to.includes(channelId))
    if (own.length === 0) continue
    const alerts = own.slice(0, MOST_NAMED).map((each) => describe(each, { projects, services, publicUrl }))
    await queueDelivery(tx, channelId, { kind: 'alerts', organization, at: at.toISOString(), alerts, more: own.length - alerts.length }, at)
    await enqueue(tx, { task: 'deliver-alerts', channelId })
  }
}
