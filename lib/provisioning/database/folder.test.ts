import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { openFolder } from './folder'
import type { Step } from './recipe'

let volume: string
let done: string[]
beforeEach(() => {
  volume = mkdtempSync(join(tmpdir(), 'easel-volume-'))
  done = []
})
afterEach(() => rmSync(volume, { recursive: true, force: true }))

const STEPS: Step[] = [{ write: 'one', text: '1' }, { write: 'two', text: '2' }]

function open(change: Partial<Parameters<typeof openFolder>[0]> = {}) {
  return openFolder({
    volume,
    engine: 'postgres',
    version: '18.4',
    runAs: null,
    steps: () => STEPS,
    carryOut: async (step, data) => {
      if (!('write' in step)) return
      done.push(step.write)
      writeFileSync(join(data, step.write), step.text)
    },
    ...change,
  })
}

describe('the folder of a database', () => {
  test('is made once, whole, and used again', async () => {
    const { data, temporary } = await open()
    expect(readdirSync(data).sort()).toEqual(['easel.json', 'one', 'two'])
    writeFileSync(join(temporary, 'leftover'), '')
    await open({ version: '18.5' })
    expect(done).toEqual(['one', 'two'])
    expect(readdirSync(temporary)).toEqual([])
  })

  test('is begun anew when setting it up was ended in the middle', async () => {
    const killed = open({ carryOut: async (step, data) => ('write' in step && step.write === 'two' ? Promise.reject(new Error('killed')) : writeFileSync(join(data, 'half'), '')) })
    await expect(killed).rejects.toThrow('killed')
    expect(existsSync(join(volume, 'data'))).toBe(false)
    const { data } = await open()
    expect(readdirSync(data).sort()).toEqual(['easel.json', 'one', 'two'])
    expect(readdirSync(volume).sort()).toEqual(['data', 'temporary'])
  })

  test.each([
    ['another line of versions', { version: '19.0' }, 'The volume holds the data of PostgreSQL 18.4, which PostgreSQL 19.0 cannot use.'],
    ['another engine', { engine: 'redis' as const, version: '7.0.15' }, 'which Redis 7.0.15 cannot use.'],
  ])('of %s is refused, and not touched', async (_, other, message) => {
    const { data } = await open()
    await expect(open(other)).rejects.toThrow(message)
    expect(readFileSync(join(data, 'one'), 'utf8')).toBe('1')
  })

  test('is not made where other files are, nor taken without its mark', async () => {
    writeFileSync(join(volume, 'photo.jpg'), '')
    await expect(open()).rejects.toThrow('holds no database: photo.jpg')
    rmSync(join(volume, 'photo.jpg'))
    mkdirSync(join(volume, 'data'))
    await expect(open()).rejects.toThrow('does not say what made it')
  })

  test('may be the top of a disk of its own', async () => {
    mkdirSync(join(volume, 'lost+found'))
    await open()
    expect(readdirSync(volume).sort()).toEqual(['data', 'lost+found', 'temporary'])
  })
})
