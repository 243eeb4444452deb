import type { FollowedLog, HelloFrame, LinesFrame, Presence } from '@/lib/contract/live'
import type { LogLineView } from '@/lib/contract/log'

import { openStream, type Stream, type StreamState } from './stream'

// The one connection of a tab: the graph, what services use, who is here, what others did, and every log that is shown.
// Which logs are followed stands in the address, so another one means another connection in place of this one; what was
// there stays on the screen meanwhile.

export type LiveHandlers = {
  onFrame(type: string, data: unknown): void
  onState(state: StreamState): void
  onRefused(status: number): void
}
export type LogHandlers = { onLines(lines: LogLineView[]): void; onState(state: StreamState): void }

export type Live = {
  /** Connects. Returns what ends it. */
  open(handlers: LiveHandlers): () => void
  /** Follows a log from after a line; also before it is opened. Returns what ends it. */
  followLog(log: Omit<FollowedLog, 'key'>, handlers: LogHandlers): () => void
  /** Says where this tab's person is, if there is a connection by which others could hear it. */
  say(presence: Presence): Promise<void>
}

type Followed = { log: FollowedLog; handlers: LogHandlers }

/** Logs that come and go together, as when a tab of a panel is changed, mean one new connection. */
const GATHER_MS = 30
/** What next-auth writes where all tabs hear it. */
const SIGNED_OUT = 'nextauth.message'
/** The server takes no more. */
const MOST_LOGS = 8

/** The connection of this tab to one environment. */
export function makeLive(environmentId: string): Live {
  const address = `/api/live/${environmentId}`
  const logs = new Map<string, Followed>()
  let stream: Stream | null = null
  let state: StreamState = 'connecting'
  let ticket: string | null = null
  let count = 0
  let gathering: ReturnType<typeof setTimeout> | null = null

  const restartSoon = () => {
    gathering ??= setTimeout(() => {
      gathering = null
      stream?.restart()
    }, GATHER_MS)
  }
  const takeLines = ({ log, lines }: LinesFrame) => {
    const followed = logs.get(log)
    // Nobody shows it any more: it is left out of the next connection.
    if (!followed) return restartSoon()
    followed.log.after = lines.at(-1)?.id ?? followed.log.after
    followed.handlers.onLines(lines)
  }

  return {
    open(handlers) {
      const tab = newTab()
      const opened = openStream(() => `${address}?${new URLSearchParams({ tab, logs: JSON.stringify([...logs.values()].slice(-MOST_LOGS).map(({ log }) => log)) })}`, {
        onMessage({ type, data }) {
          if (type === 'hello') ticket = (data as HelloFrame).ticket
          if (type === 'log_refused') logs.delete((data as { log: string }).log)
          if (type === 'lines') takeLines(data as LinesFrame)
          else handlers.onFrame(type, data)
        },
        onState(next) {
          state = next
          handlers.onState(next)
          for (const { handlers: each } of logs.values()) each.onState(next)
        },
        onRefused: handlers.onRefused,
      })
      stream = opened
      // Signing out in another tab ends this connection too, and not minutes later.
      const onSignOut = ({ key }: StorageEvent) => (key === SIGNED_OUT ? opened.restart() : undefined)
      window.addEventListener('storage', onSignOut)
      return () => {
        window.removeEventListener('storage', onSignOut)
        if (gathering !== null) clearTimeout(gathering)
        gathering = null
        stream = null
        opened.close()
      }
    },
    followLog(log, handlers) {
      const key = `log-${++count}`
      logs.set(key, { log: { key, ...log }, handlers })
      handlers.onState(state)
      restartSoon()
      return () => void logs.delete(key)
    },
    async say(presence) {
      if (ticket === null || state !== 'live') return
      // It is said again soon; one that is lost does no harm.
      await fetch(address, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...presence, ticket }) }).catch(() => null)
    },
  }
}

/** Randomness of this kind is not to be had on pages that came without encryption. */
function newTab(): string {
  return crypto.randomUUID?.() ?? `tab-${Math.random().toString(36).slice(2).padEnd(8, '0')}`
}
