import { addSamples, noteArrivals, type Sample } from '../db/queries/engine/traffic'
import type { Engine } from '../provisioning/engine'
import type { Traffic } from '../provisioning/ingress/table'

// Writes down what the proxy has counted: its counters rise until it ends, so what is stored is what came since the last
// look. What was counted in the last seconds before the proxy or the leading worker died is lost; it decides nothing.

const ASK_MS = 2_000
const STEP_MS = 10_000

export type TrafficFollower = { /** One look. */ take(): Promise<void> }

export function followTraffic({ db, ingress, now }: Pick<Engine, 'db' | 'ingress' | 'now'>): TrafficFollower {
  let before: Traffic | null = null
  return {
    async take() {
      const traffic = await ingress.traffic(AbortSignal.timeout(ASK_MS))
      const former = before?.epoch === traffic.epoch ? before : null
      const arrivals = Object.entries(traffic.services).flatMap(([serviceId, { lastAt, open, held }]) => {
        // Who has a connection open is there.
        const at = open + held > 0 ? now() : lastAt === null ? null : new Date(lastAt)
        const isNews = at !== null && (open + held > 0 || lastAt !== former?.services[serviceId]?.lastAt)
        return isNews ? [{ serviceId, lastAt: at }] : []
      })
      await db.transaction(async (tx) => {
        await noteArrivals(tx, arrivals)
        // A first look after a start cannot tell what is new: it only remembers.
        if (before !== null) await addSamples(tx, samplesBetween(former, traffic, now()))
      })
      before = traffic
    },
  }
}

/** What was counted between two looks; everything when the proxy began anew in between. */
export function samplesBetween(before: Traffic | null, after: Traffic, at: Date): Sample[] {
  const step = new Date(Math.floor(at.getTime() / STEP_MS) * STEP_MS)
  return Object.entries(after.deployments).flatMap(([deploymentId, { requests, failed, buckets }]) => {
    const former = before?.deployments[deploymentId]
    if (deploymentId === '' || requests === (former?.requests ?? 0)) return []
    return [{ deploymentId, at: step, requests: requests - (former?.requests ?? 0), failed: failed - (former?.failed ?? 0), buckets: buckets.map((n, i) => n - (former?.buckets[i] ?? 0)) }]
  })
}
