import { expect, it } from 'vitest'

import { isInWindow } from './deploy-window'

const at = (time: string) => new Date(`2026-01-15T${time}:00Z`)

it.each([
  [null, '12:00', true],
  [{ from: '09:00', to: '17:00', timeZone: 'UTC' }, '09:00', true],
  [{ from: '09:00', to: '17:00', timeZone: 'UTC' }, '16:59', true],
  [{ from: '09:00', to: '17:00', timeZone: 'UTC' }, '17:00', false],
  [{ from: '22:00', to: '06:00', timeZone: 'UTC' }, '23:30', true],
  [{ from: '22:00', to: '06:00', timeZone: 'UTC' }, '00:00', true],
  [{ from: '22:00', to: '06:00', timeZone: 'UTC' }, '05:59', true],
  [{ from: '22:00', to: '06:00', timeZone: 'UTC' }, '12:00', false],
  [{ from: '09:00', to: '10:00', timeZone: 'Europe/Zurich' }, '08:30', true],
  [{ from: '09:00', to: '10:00', timeZone: 'Europe/Zurich' }, '09:30', false],
])('%j at %s', (window, time, expected) => {
  expect(isInWindow(window, at(time))).toBe(expected)
})
