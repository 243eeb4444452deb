import { expect } from 'vitest'

import { startDownloading, type Downloads } from './downloads'
import { tell, versions, type Loss } from './losses'
import { emptyLedger, startClient, type Ledger, type Place } from './requests'
import type { Scene } from './scene'
import { closedTooEarly, startSocket, type Sockets } from './sockets'

// The constant load: 50 clients, half of them on kept connections, 20 WebSockets, and slow downloads.

export type Asked = { ledger: Ledger; downloads: Downloads; sockets: Sockets }
export type Load = Asked & { stop(): Promise<void> }

const CLIENTS = 50
const SOCKETS = 20
const DOWNLOADS = 2

export function startLoad(place: Place, downloadS: number): Load {
  const ledger = emptyLedger()
  const downloads: Downloads = { whole: 0, losses: [] }
  const sockets: Sockets = { messages: 0, closings: [], losses: [] }
  const clients = [
    ...Array.from({ length: CLIENTS }, (_, index) => startClient(place, index % 2 === 0, ledger)),
    ...Array.from({ length: SOCKETS }, () => startSocket(place, sockets)),
    ...Array.from({ length: DOWNLOADS }, () => startDownloading(place, downloadS, downloads)),
  ]
  return { ledger, downloads, sockets, stop: async () => void (await Promise.all(clients.map((client) => client.stop()))) }
}

/** Fails when anything that was asked for was not given. Otherwise says how much was. */
export async function expectNoLoss(scene: Scene, { ledger, downloads, sockets }: Asked, drainS: number): Promise<void> {
  const known = await versions(scene.database)
  const losses: Loss[] = [...ledger.losses, ...downloads.losses, ...sockets.losses, ...closedTooEarly(sockets, known, drainS * 1000)]
  expect(tell(losses, known), `Lost. The logs end:\n${scene.log()}\n`).toEqual([])
  expectTakenOnce(scene, ledger)

  // Whatever served has been asked, or nothing was tried.
  const served = known.filter(({ activatedAt }) => activatedAt !== null).map(({ id }) => id)
  expect([...ledger.versions].toSorted(), 'versions that answered').toEqual(served.toSorted())
  expect(downloads.whole, 'whole downloads').toBeGreaterThan(0)
  expect(sockets.messages, 'messages over WebSockets').toBeGreaterThan(0)
  const { answered, acknowledged } = ledger
  process.stdout.write(`${served.length} versions: ${answered} requests answered, ${acknowledged.length} of them POSTs; ${downloads.whole} downloads; ${sockets.messages} messages over WebSockets; nothing lost\n`)
}

/** Fails when a POST that was answered was not taken, or when one was taken twice. */
export function expectTakenOnce(scene: Scene, ledger: Ledger): void {
  const taken = scene.taken().map((line) => line.split(' ')[0]!)
  const once = new Set(taken)
  expect(taken.length - once.size, 'POSTs that were handled twice').toBe(0)
  expect([...once].toSorted(), 'POSTs that were handled').toEqual(ledger.acknowledged.toSorted())
}
