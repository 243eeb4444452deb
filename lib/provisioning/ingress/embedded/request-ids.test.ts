import { expect, test } from 'vitest'

import { idSchema, newId } from '../../../ids'
import { requestIds } from './request-ids'

test('ids of requests are like all ids, each another one, and sort by time', () => {
  let time = Date.UTC(2026, 0, 1)
  const next = requestIds(() => time)
  const ids = Array.from({ length: 2_000 }, () => next())
  expect(new Set(ids).size).toBe(2_000)
  for (const id of ids) expect(idSchema('request').safeParse(id).success, id).toBe(true)
  time += 1
  expect(ids.every((id) => id < next())).toBe(true)
  expect(requestIds()().slice(0, 9)).toBe(newId('request').slice(0, 9))
})
