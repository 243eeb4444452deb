import { expect } from 'vitest'

import { until } from '../harness/until'
import { startDownloading, type Downloads } from './downloads'
import { tell, versions, type Loss } from './losses'
import { emptyLedger, startClient, type Ledger, type Place } from './requests'
import type { Scene } from './scene'
import { closedTooEarly, startSocket, type Sockets } from './sockets'

// The constant load: 50 clients, half of them on kept connections; and what is open for long: 20 WebSockets and two slow
// downloads. Without the latter, former versions end as soon as the last short request there has ended.

export type Asked = { downloadS: number | null; ledger: Ledger; downloads: Downloads; sockets: Sockets }
export type Load = Asked & { stop(): Promise<void> }

const CLIENTS = 50
const SOCKETS = 20
const DOWNLOADS = 2

/** `downloadS`: how long a download takes; null to leave out what is open for long. */
export function startLoad(place: Place, downloadS: number | null): Load {
  const ledger = emptyLedger()
  const downloads: Downloads = { whole: 0, losses: [] }
  const sockets: Sockets = { messages: 0, closings: [], losses: [] }
  const clients = [
    ...repeat(CLIENTS, (index) => startClient(place, index % 2 === 0, ledger)),
    ...(downloadS === null ? [] : [...repeat(SOCKETS, () => startSocket(place, sockets)), ...repeat(DOWNLOADS, () => startDownloading(place, downloadS, downloads))]),
  ]
  return { downloadS, ledger, downloads, sockets, stop: async () => void (await Promise.all(clients.map((client) => client.stop()))) }
}

function repeat<T>(times: number, make: (index: number) => T): T[] {
  return Array.from({ length: times }, (_, index) => make(index))
}

/** Fails when anything that was asked for was not given. Otherwise says how much was. */
export async function expectNoLoss(scene: Scene, { downloadS, ledger, downloads, sockets }: Asked, drainS: number): Promise<void> {
  const known = await versions(scene.database)
  const losses: Loss[] = [...ledger.losses, ...downloads.losses, ...sockets.losses, ...closedTooEarly(sockets, known, drainS * 1000)]
  expect(tell(losses, known), `Lost. The logs end:\n${scene.log()}\n`).toEqual([])
  await expectTakenOnce(scene, ledger)

  // Whatever served has been asked, or nothing was tried.
  const served = known.filter(({ activatedAt }) => activatedAt !== null).map(({ id }) => id)
  expect([...ledger.versions].toSorted(), 'versions that answered').toEqual(served.toSorted())
  if (downloadS !== null) expect(Math.min(downloads.whole, sockets.messages), 'whole downloads and messages over WebSockets').toBeGreaterThan(0)
  const { answered, acknowledged } = ledger
  process.stdout.write(`${served.length} versions: ${answered} requests answered, ${acknowledged.length} of them POSTs; ${downloads.whole} downloads; ${sockets.messages} messages over WebSockets; nothing lost\n`)
}

/** Fails when a POST that was answered was not taken, or when one was taken twice. */
export async function expectTakenOnce(scene: Scene, ledger: Ledger): Promise<void> {
  // What was printed last may be on its way to where it is read.
  await until('every POST to be written down', async () => (await scene.taken()).length >= ledger.acknowledged.length).catch(() => undefined)
  const lines = await scene.taken()
  const taken = lines.map((line) => line.split(' ')[0]!)
  const once = new Set(taken)
  expect(repeated(lines), 'POSTs that were handled twice, or lines that were stored twice').toEqual([])
  expect([...once].toSorted(), 'POSTs that were handled').toEqual(ledger.acknowledged.toSorted())
}

/** What was written down more than once. The same line of the same version is one request whose line was stored twice; another line is a request that was sent twice. */
function repeated(lines: readonly string[]): string[] {
  const first = new Map<string, number>()
  return lines.flatMap((line, index) => {
    const id = line.split(' ')[0]!
    const before = first.get(id)
    if (before === undefined) first.set(id, index)
    return before === undefined ? [] : [`line ${index} of ${lines.length}, "${line}", is line ${before}, "${lines[before]}", again`]
  })
}
