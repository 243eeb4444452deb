import { randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

import { isReceiverProof, RECEIVER_PROOF_PATH } from '../../secrets/otlp-token'
import type { Seal } from '../../secrets/seal'

// Another program may listen at the port of the receiver on an address by which containers reach this machine. Who answers there is asked before a deployment is told to send its token there.

const ANSWER_MS = 2_000
/** The receiver begins to listen at an address some seconds after it is known, and may be starting. */
const TRIES = 4
const PAUSE_MS = 2_000
const MOST_BYTES = 256

export type ReceiverPlace = { address: string; port: number }

/** Whether it is our receiver that listens there, by a proof that nobody has who lacks the instance's key. Asks for some seconds until it is. */
export async function isOurReceiver(seal: Seal, place: ReceiverPlace, { tries = TRIES, pauseMs = PAUSE_MS }: { tries?: number; pauseMs?: number } = {}): Promise<boolean> {
  for (let n = 0; n < tries; n++) {
    if (n > 0) await pause(pauseMs)
    const nonce = randomBytes(32).toString('hex')
    const answer = await ask(place, nonce).catch(() => null)
    if (answer !== null && isReceiverProof(seal, { ...place, nonce }, answer)) return true
  }
  return false
}

function ask({ address, port }: ReceiverPlace, nonce: string): Promise<string> {
  return new Promise<string>((done, fail) => {
    const asking = request({ host: address, port, path: `${RECEIVER_PROOF_PATH}?nonce=${nonce}`, agent: false, signal: AbortSignal.timeout(ANSWER_MS) }, (response) => {
      let text = ''
      response.setEncoding('latin1')
      response.on('data', (part: string) => {
        text += part
        if (text.length > MOST_BYTES) asking.destroy(new Error('It says more than a receiver does.'))
      })
      response.on('end', () => done(text))
      response.on('error', fail)
    })
    asking.on('error', fail).end()
  })
}
