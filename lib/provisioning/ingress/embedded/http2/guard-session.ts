import { constants, type ServerHttp2Session } from 'node:http2'

import { tokenBuckets } from '../site/token-buckets'

// What one connection of HTTP/2 may do. Node bounds much itself: nghttp2 ends sessions that reset streams in a flood (since 20.8.1,
// for CVE-2023-44487) or send headers in endless pieces (since 20.12.1), and whose answers to pings and settings are not read; Node
// ends those whose frames are wrong too often. Added are fewer streams at once, smaller heads, and a bound for what costs little
// each time and is never done by a browser in such numbers.

/** For `createSecureServer`. */
export const SESSION_LIMITS = {
  maxSessionInvalidFrames: 100,
  maxSessionRejectedStreams: 100,
  maxHeaderListPairs: 128,
  maxSettings: 32,
  settings: { maxConcurrentStreams: 128, maxHeaderListSize: 16_384, initialWindowSize: 262_144 },
}

/** Streams that ended without an answer, pings, settings: so many at once, then so many per second. */
const RATES = {
  unanswered: { perSecond: 20, burst: 300 },
  ping: { perSecond: 2, burst: 60 },
  settings: { perSecond: 1, burst: 30 },
}
/** A connection on which nothing has happened for so long, and that carries nothing, is closed. */
const IDLE_MS = 65_000

/** Watches over a session from its beginning to its end. */
export function guardSession(session: ServerHttp2Session): void {
  const rates = tokenBuckets()
  let open = 0
  const spend = (what: keyof typeof RATES) => {
    if (rates.take(what, RATES[what]) !== null && !session.destroyed) session.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM)
  }
  session.on('stream', (stream) => {
    open++
    stream.once('close', () => {
      open--
      if (!stream.headersSent || stream.rstCode === constants.NGHTTP2_CANCEL) spend('unanswered')
    })
  })
  session.on('ping', () => spend('ping'))
  session.on('remoteSettings', () => spend('settings'))
  session.on('error', () => {})
  session.setTimeout(IDLE_MS, () => {
    if (open === 0) session.close()
  })
}
