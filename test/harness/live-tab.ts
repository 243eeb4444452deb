import { authenticateBearer } from '../../lib/auth/authenticate'
import { parseEvents, type StreamMessage } from '../../components/client/stream'
import { openLive } from '../../lib/http/live/door'
import type { LiveHub } from '../../lib/http/live/hub'
import type { FollowedLog } from '../../lib/contract/live'
import { until } from './until'

export type LiveTab = {
  /** Everything that was read so far. */
  heard: StreamMessage[]
  /** The data of the first frame of this type, from now on or already there, that fits. Throws when the stream ends without one. */
  hears<T = Record<string, unknown>>(type: string, fits?: (data: T) => boolean): Promise<T>
  /** Reads from now on. */
  read(): void
  close(): Promise<void>
}

export type TabOptions = { environmentId: string; token: string; tab?: string; logs?: FollowedLog[]; lastId?: string; isReading?: boolean }

/** A tab that is connected to one web process. `isReading: false`: one whose client takes nothing. */
export async function openTab(hub: LiveHub, { environmentId, token, tab = `tab-${Math.random().toString(36).slice(2, 12).padEnd(8, '0')}`, logs = [], lastId, isReading = true }: TabOptions): Promise<LiveTab> {
  const url = `http://easel.test/api/live/${environmentId}?${new URLSearchParams({ tab, logs: JSON.stringify(logs) })}`
  const request = new Request(url, { headers: lastId === undefined ? {} : { 'last-event-id': lastId } })
  const actor = await authenticateBearer(hub.platform, `Bearer ${token}`)
  const response = await openLive(hub, { environmentId, call: { actor, requestId: 'req_test', ip: null }, request })
  const reader = response.body!.getReader()
  const heard: StreamMessage[] = []
  const feed = parseEvents((message) => heard.push(message))
  let isOver = false
  const readAll = async () => {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      feed(new TextDecoder().decode(value))
    }
  }
  const read = () => void readAll().catch(() => {}).finally(() => (isOver = true))
  if (isReading) read()
  return {
    heard,
    hears: async <T>(type: string, fits: (data: T) => boolean = () => true) => {
      const look = () => {
        const one = heard.find((message) => message.type === type && fits(message.data as T))
        if (!one && isOver) throw new Error(`The stream ended before a frame ${type}.`)
        return one ?? null
      }
      const found = await until(`a frame ${type}`, look, 15_000, 10)
      return found.data as T
    },
    read,
    close: () => reader.cancel().catch(() => {}),
  }
}
