import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { projectList } from '@/lib/contract/doors'

import { fetchQuery } from './query'

const answers = vi.fn<() => Promise<Response>>()
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  vi.stubGlobal('fetch', answers)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  answers.mockReset()
})
const broken = () => Promise.reject(new TypeError('Failed to fetch'))
const answered = (status: number, body: unknown) => () => Promise.resolve(Response.json(body, { status }))

it('asks once more when no answer came', async () => {
  answers.mockImplementationOnce(broken).mockImplementationOnce(answered(200, { items: [] }))
  const asked = fetchQuery(projectList, {})
  await vi.runAllTimersAsync()
  expect(await asked).toEqual({ items: [] })
  expect(answers).toHaveBeenCalledTimes(2)
})

it('says so when none comes again', async () => {
  answers.mockImplementation(broken)
  const asked = fetchQuery(projectList, {}).catch((error: unknown) => error)
  await vi.runAllTimersAsync()
  expect(await asked).toMatchObject({ code: 'unavailable', message: expect.stringContaining('cannot be reached') as string })
  expect(answers).toHaveBeenCalledTimes(2)
})

it('takes a refusal as the answer that it is', async () => {
  answers.mockImplementation(answered(404, { code: 'not_found', message: 'There is no such project.', requestId: 'r', status: 404 }))
  await expect(fetchQuery(projectList, {})).rejects.toMatchObject({ code: 'not_found' })
  expect(answers).toHaveBeenCalledTimes(1)
})

it('asks no more for whoever has gone', async () => {
  const gone = new AbortController()
  answers.mockImplementation(() => {
    gone.abort()
    return broken()
  })
  await expect(fetchQuery(projectList, {}, gone.signal)).rejects.toThrow('Failed to fetch')
  expect(answers).toHaveBeenCalledTimes(1)
})
