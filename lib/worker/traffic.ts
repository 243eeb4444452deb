import { noteArrivals } from '../db/queries/engine/traffic'
import type { Engine } from '../provisioning/engine'
import type { Traffic } from '../provisioning/ingress/table'

// Writes down when services were last asked, by which they are kept awake. What was answered is stored by `followHttp`.

const ASK_MS = 2_000

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
      await noteArrivals(db, arrivals)
      before = traffic
    },
  }
}
