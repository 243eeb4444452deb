import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { openStream } from './stream'

const answers = vi.fn<() => Promise<Response>>()
let network: EventTarget
beforeEach(() => {
  network = new EventTarget()
  vi.stubGlobal('document', Object.assign(new EventTarget(), { hidden: false }))
  vi.stubGlobal('window', network)
  vi.stubGlobal('fetch', answers)
})
afterEach(() => {
  vi.unstubAllGlobals()
  answers.mockReset()
})

const settled = () => new Promise((resolve) => setTimeout(resolve, 5))
const refusal = (status: number) => () => Promise.resolve(new Response(null, { status }))
const lasting = () => Promise.resolve(new Response(new ReadableStream(), { status: 200 }))

function open() {
  const heard: string[] = []
  const stream = openStream(() => '/api/live/e', { onMessage: () => {}, onState: (state) => heard.push(state), onRefused: (status) => heard.push(String(status)) })
  return { heard, stream }
}

it('goes on once somebody who was signed out has signed in elsewhere and comes back', async () => {
  answers.mockImplementationOnce(refusal(401)).mockImplementationOnce(lasting)
  const { heard, stream } = open()
  await settled()
  expect(heard).toEqual(['connecting', 'offline', '401'])
  expect(answers).toHaveBeenCalledTimes(1)
  network.dispatchEvent(new Event('focus'))
  await settled()
  expect(heard.at(-1)).toBe('live')
  stream.close()
})

it.each([403, 404])('asks no more for what is gone or forbidden (%d)', async (status) => {
  answers.mockImplementation(refusal(status))
  const { heard, stream } = open()
  await settled()
  network.dispatchEvent(new Event('focus'))
  await settled()
  expect(heard).toEqual(['connecting', 'offline', String(status)])
  expect(answers).toHaveBeenCalledTimes(1)
  stream.close()
})
