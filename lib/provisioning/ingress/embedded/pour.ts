import type { IncomingMessage, ServerResponse } from 'node:http'

import type { Story } from './telemetry/story'
import { writeTrailers } from './write-head'

/**
 * Hands on what follows the head of an answer, no faster than the client takes it. The head goes with the first piece of the body
 * when that has come with it, and at once when not: an event stream may be silent for long. A short answer is one write.
 */
export function pour(answer: IncomingMessage, response: ServerResponse, story: Story): void {
  let hasBegun = false
  let hasEnded = false
  const end = (last?: Buffer) => {
    if (hasEnded) return
    hasEnded = true
    writeTrailers(response, answer)
    response.end(last)
  }
  answer.on('data', (chunk: Buffer) => {
    story.bytesOut += chunk.length
    hasBegun = true
    if (answer.complete && answer.readableLength === 0) return end(chunk)
    if (response.write(chunk)) return
    answer.pause()
    response.once('drain', () => answer.resume())
  })
  answer.once('end', () => end())
  // After what has come with the head was read, which is now on its way.
  process.nextTick(() => {
    if (!hasBegun && !answer.complete && !response.destroyed) response.flushHeaders()
  })
}
