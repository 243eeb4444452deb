import postgres from 'postgres'

// Connections that are held for long, for locks. Each is a client of its own with one connection: a connection reserved
// from a pool that is lost is handed to others as if it were open, and what is sent on it meanwhile ends the process.
// Here a lost connection is followed by a new session, which holds none of the locks.

const MOST_IDLE = 4

export type Reserve = { take: postgres.Sql['reserve']; close(): Promise<void> }

/** Hands out connections, kept open between two holders. */
export function makeReserve(url: string, options: postgres.Options<Record<string, never>>): Reserve {
  const clients = new Set<postgres.Sql>()
  const idle: postgres.Sql[] = []
  const make = () => {
    // Never closed for being idle or old: whoever holds it may be silent for as long as a build takes.
    const client = postgres(url, { ...options, max: 1, idle_timeout: 0, max_lifetime: null })
    clients.add(client)
    return client
  }
  const giveBack = (client: postgres.Sql) => {
    if (idle.length < MOST_IDLE) return void idle.push(client)
    clients.delete(client)
    void client.end({ timeout: 5 })
  }
  return {
    async take() {
      const client = idle.pop() ?? make()
      let isHeld = true
      return new Proxy(client, {
        get(target, key) {
          if (key !== 'release') return Reflect.get(target, key) as unknown
          return () => {
            if (isHeld) giveBack(client)
            isHeld = false
          }
        },
      }) as unknown as postgres.ReservedSql
    },
    close: async () => void (await Promise.all([...clients].map((client) => client.end({ timeout: 5 })))),
  }
}
