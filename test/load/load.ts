import { expect } from 'vitest'

import { startDownloading, type Downloads } from './downloads'
import { tell, versions, type Loss } from './losses'
import { startClient, type Ledger, type Place } from './requests'
import type { Scene } from './scene'
import { closedTooEarly, startSocket, type Sockets } from './sockets'

// The constant load: 50 clients, half of them on kept connections, 20 WebSockets, and slow downloads.

export type Load = { place: Place; ledger: Ledger; downloads: Downloads; sockets: Sockets; stop(): Promise<void> }

const CLIENTS = 50
const SOCKETS = 20
const DOWNLOADS = 2

export function startLoad(place: Place, downloadS: number): Load {
  const ledger: Ledger = { answered: 0, acknowledged: [], versions: new Set(), losses: [] }
  const downloads: Downloads = { whole: 0, losses: [] }
  const sockets: Sockets = { messages: 0, closings: [], losses: [] }
  const clients = [
    ...Array.from({ length: CLIENTS }, (_, index) => startClient(place, index % 2 === 0, ledger)),
    ...Array.from({ length: SOCKETS }, () => startSocket(place, sockets)),
    ...Array.from({ length: DOWNLOADS }, () => startDownloading(place, downloadS, downloads)),
  ]
  return { place, ledger, downloads, sockets, stop: async () => void (await Promise.all(clients.map((client) => client.stop()))) }
}

/** Fails when anything that was asked for was not given. */
export async function expectNoLoss(scene: Scene, { ledger, downloads, sockets }: Load, drainS: number): Promise<void> {
  const known = await versions(scene.database)
  const losses: Loss[] = [...ledger.losses, ...downloads.losses, ...sockets.losses, ...closedTooEarly(sockets, known, drainS * 1000)]
  expect(tell(losses, known), `Lost. The logs end:\n${scene.log()}\n`).toEqual([])

  const taken = scene.taken().map((line) => line.split(' ')[0]!)
  expect(taken.filter((id, index) => taken.indexOf(id) !== index), 'POSTs that were handled twice').toEqual([])
  expect(taken.toSorted(), 'POSTs that were handled').toEqual(ledger.acknowledged.toSorted())

  // Whatever served has been asked, or nothing was tried.
  const served = known.filter(({ activatedAt }) => activatedAt !== null).map(({ id }) => id)
  expect([...ledger.versions].toSorted(), 'versions that answered').toEqual(served.toSorted())
  expect(downloads.whole, 'whole downloads').toBeGreaterThan(0)
  expect(sockets.messages, 'messages over WebSockets').toBeGreaterThan(0)
}
