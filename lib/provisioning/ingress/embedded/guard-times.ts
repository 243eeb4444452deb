import type { ClientRequest } from 'node:http'

/** How long a workload may take to accept a connection, and to answer once nothing more is sent to it. */
export type Guard = {
  /** Why the request failed, as far as time or a missing connection says it. */
  failure(): 'not_connected' | 'timeout' | null
  /** Something was sent: the time for the answer begins anew. */
  refresh(): void
  stop(): void
}

export function guardTimes(upstream: ClientRequest, { connectMs, answerMs }: { connectMs: number; answerMs: number }): Guard {
  let isConnected = false
  let isTimedOut = false
  let isStopped = false
  // A process that was busy for long is late for its timers and for what came in time alike: that is looked at first.
  const giveUp = (because: () => Error | null) =>
    setImmediate(() => {
      const error = isStopped ? null : because()
      if (error) upstream.destroy(error)
    })
  let timer: NodeJS.Timeout | undefined
  const onConnected = () => {
    isConnected = true
    if (isStopped) return
    clearTimeout(timer)
    timer = setTimeout(giveUp, answerMs, () => {
      isTimedOut = true
      return new Error('answer timeout')
    })
  }
  upstream.once('socket', (socket) => {
    if (!socket.connecting) return onConnected()
    if (!isStopped) timer = setTimeout(giveUp, connectMs, () => (isConnected ? null : new Error('connect timeout')))
    socket.once('connect', onConnected)
  })
  return {
    failure: () => (isTimedOut ? 'timeout' : isConnected ? null : 'not_connected'),
    refresh: () => void (isConnected && !isStopped && timer?.refresh()),
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
