import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { expect, test } from 'vitest'

import type { Volumes, Workload } from '../driver'
import { GRACE_MS, isHealthy, never, untilSeen, type Subject } from './subject'

/** What every runtime with volumes must do with them. */
export function volumes(subject: () => Subject): void {
  const name = () => `vol-${randomBytes(6).toString('hex')}`
  const of = () => subject().driver.volumes!
  const make = async (environmentId = `env_${randomBytes(4).toString('hex')}`) => {
    const made = { name: name(), environmentId }
    await of().ensure({ ...made, owner: null }, never)
    return made
  }
  const on = (volume: string, fields: Partial<Workload> = {}) => subject().workload('serves', { mounts: [{ volume, path: '/data', readOnly: false }], ...fields })
  const run = async (app: Workload, driver = subject().driver) => {
    await driver.apply(app, never)
    await untilSeen(driver, app.name, isHealthy)
    return app
  }

  test('a volume is made once, is listed with its environment and who uses it, and goes once', async () => {
    const made = await make()
    await of().ensure({ ...made, owner: null }, never)
    expect(await of().list(made.environmentId, never)).toEqual([{ ...made, usedBy: [] }])
    expect(await of().list('env_nowhere', never)).toEqual([])
    const app = await run(on(made.name))
    expect(await of().list(made.environmentId, never)).toEqual([{ ...made, usedBy: [app.name] }])
    await expect(of().remove(made.name, never)).rejects.toMatchObject({ code: 'conflict' })
    await subject().driver.remove(app, GRACE_MS, never)
    await of().remove(made.name, never)
    await of().remove(made.name, never)
    expect(await of().list(made.environmentId, never)).toEqual([])
    await expect(of().sizeBytes(made.name, never)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('two workloads never write to a volume at once, and none starts without it', async () => {
    const { name: volume } = await make()
    const first = await run(on(volume))
    const second = on(volume)
    await expect(subject().driver.apply(second, never)).rejects.toMatchObject({ code: 'not_now' })
    await subject().driver.apply(first, never)
    await subject().driver.stop(first, GRACE_MS, never)
    await run(second)
    await expect(subject().driver.apply(first, never)).rejects.toMatchObject({ code: 'not_now' })
    await expect(subject().driver.apply(on(name()), never)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('what is in a volume outlives its workloads and the driver, and is put back from what was saved', async () => {
    const { name: volume } = await make()
    await put(of(), volume, 'in/file', 'first')
    const app = await run(on(volume))
    await subject().driver.remove(app, GRACE_MS, never)
    const driver = await subject().reopen()
    const there = driver.volumes!
    expect(await text(there, volume, 'in/file')).toBe('first')
    const saved = Buffer.concat((await (await there.save(volume, never)).toArray()) as Buffer[])
    await put(there, volume, 'in/file', 'second')
    await put(there, volume, 'more', 'more')
    const again = await run(on(volume), driver)
    await expect(there.restore(volume, Readable.from([saved]), never)).rejects.toMatchObject({ code: 'conflict' })
    await driver.stop(again, GRACE_MS, never)
    await there.restore(volume, Readable.from([saved]), never)
    expect(await text(there, volume, 'in/file')).toBe('first')
    expect(await names(there, volume)).toEqual(['in'])
  })

  test('files are sent, shown, fetched and removed, and what does not arrive whole is not there', async () => {
    const { name: volume } = await make()
    const { files } = of()
    await files.makeFolder(volume, ['a *[b]?'], never)
    await expect(files.makeFolder(volume, ['a *[b]?'], never)).rejects.toMatchObject({ code: 'conflict' })
    const long = `${'ä'.repeat(100)}.txt`
    await put(of(), volume, `a *[b]?/${long}`, 'x'.repeat(70_000))
    await put(of(), volume, 'empty', '')
    await put(of(), volume, 'file', 'kept')
    const short = files.write(volume, ['file'], { sizeBytes: 10, content: Readable.from([Buffer.from('cut')]) }, never)
    await expect(short).rejects.toMatchObject({ code: 'invalid_input' })
    expect(await text(of(), volume, 'file')).toBe('kept')
    expect(await text(of(), volume, `a *[b]?/${long}`)).toBe('x'.repeat(70_000))
    expect(await text(of(), volume, 'empty')).toBe('')
    expect((await files.list(volume, [], never)).entries).toMatchObject([{ name: 'a *[b]?', kind: 'folder', sizeBytes: null }, { name: 'empty', kind: 'file', sizeBytes: 0 }, { name: 'file', sizeBytes: 4 }])
    expect((await files.list(volume, ['a *[b]?'], never)).entries).toMatchObject([{ name: long, kind: 'file', sizeBytes: 70_000 }])
    expect(await of().sizeBytes(volume, never)).toBeGreaterThanOrEqual(70_004)
    await files.remove(volume, ['a *[b]?'], never)
    expect(await names(of(), volume)).toEqual(['empty', 'file'])
    await expect(files.remove(volume, ['a *[b]?'], never)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('what is no folder, no file or not there is said, and nothing leads out of a volume', async () => {
    const { name: volume } = await make()
    const { files } = of()
    await put(of(), volume, 'file', 'text')
    await files.makeFolder(volume, ['folder'], never)
    await expect(files.list(volume, ['file'], never)).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(files.list(volume, ['none'], never)).rejects.toMatchObject({ code: 'not_found' })
    await expect(files.read(volume, ['folder'], never)).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(files.read(volume, ['none', 'file'], never)).rejects.toMatchObject({ code: 'not_found' })
    await expect(put(of(), volume, 'folder', 'text')).rejects.toMatchObject({ code: 'conflict' })
    await expect(put(of(), volume, 'none/file', 'text')).rejects.toMatchObject({ code: 'not_found' })
    for (const path of [['..'], ['..', 'etc'], ['folder', '..', '..'], ['.'], [''], ['a/b'], ['a\0b']]) {
      await expect(files.list(volume, path, never)).rejects.toMatchObject({ code: 'invalid_input' })
      await expect(files.read(volume, [...path, 'passwd'], never)).rejects.toMatchObject({ code: 'invalid_input' })
    }
    await expect(files.remove(volume, [], never)).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(files.list(name(), [], never)).rejects.toMatchObject({ code: 'not_found' })
  })
}

/** Makes the folders on the way. */
async function put({ files }: Volumes, volume: string, path: string, content: string): Promise<void> {
  const parts = path.split('/')
  if (path === 'in/file') await files.makeFolder(volume, ['in'], never).catch(() => undefined)
  await files.write(volume, parts, { sizeBytes: Buffer.byteLength(content), content: Readable.from(content === '' ? [] : [Buffer.from(content)]) }, never)
}

async function text({ files }: Volumes, volume: string, path: string): Promise<string> {
  const { content } = await files.read(volume, path.split('/'), never)
  return Buffer.concat((await content.toArray()) as Buffer[]).toString()
}

async function names({ files }: Volumes, volume: string): Promise<string[]> {
  return (await files.list(volume, [], never)).entries.map((entry) => entry.name)
}
