import { expect, test } from 'vitest'

import { find, GRACE_MS, isHealthy, never, untilSeen, type Subject } from './subject'

// Against the past, the absent, and what is taken.

export function fencing(subject: () => Subject): void {
  test('an older generation is refused, after a removal and by a new driver too', async () => {
    const { driver, workload, reopen } = subject()
    const newer = workload('silent', { generation: 5 })
    const older = workload('silent', { generation: 4, serviceId: newer.serviceId })
    await driver.apply(newer, never)
    await expect(driver.apply(older, never)).rejects.toMatchObject({ code: 'stale_generation' })
    await driver.remove(newer, GRACE_MS, never)
    const later = await reopen()
    await expect(later.apply(older, never)).rejects.toMatchObject({ code: 'stale_generation' })
    expect(await later.observe(null, never)).toEqual([])
    await later.apply({ ...older, generation: 5 }, never)
    expect(await find(later, older.name)).toMatchObject({ generation: 5 })
  })

  test('a forgotten service leaves nothing behind, also when forgotten twice', async () => {
    const { driver, workload } = subject()
    const newer = workload('silent', { generation: 5 })
    await driver.apply(newer, never)
    await driver.remove(newer, GRACE_MS, never)
    await driver.forget(newer.serviceId, never)
    await driver.forget(newer.serviceId, never)
    const older = workload('silent', { generation: 1, serviceId: newer.serviceId })
    await driver.apply(older, never)
    expect(await find(driver, older.name)).toMatchObject({ generation: 1 })
  })

  test('a newer generation of what runs is taken note of without a restart', async () => {
    const { driver, workload } = subject()
    const app = workload('serves', { generation: 1 })
    await driver.apply(app, never)
    const first = await untilSeen(driver, app.name, isHealthy)
    await driver.apply({ ...app, generation: 2 }, never)
    expect(await find(driver, app.name)).toMatchObject({ generation: 2, pid: first.pid, restarts: 0 })
  })

  test('a port of the machine that somebody else listens on is a conflict, and can be used when it is free', async () => {
    const { driver, workload, takePort } = subject()
    const app = workload('serves')
    if (driver.capabilities.ports === 'workload') {
      const release = await takePort(app.port!)
      await driver.apply(app, never)
      await untilSeen(driver, app.name, isHealthy)
      return release()
    }
    const free = await takePort(app.port!)
    await expect(driver.apply(app, never)).rejects.toMatchObject({ code: 'conflict' })
    await free()
    await driver.apply(app, never)
    await untilSeen(driver, app.name, isHealthy)
  })

  test('a port of the machine that another workload uses is a conflict; one of its own is not', async () => {
    const { driver, workload } = subject()
    const app = workload('serves')
    await driver.apply(app, never)
    await untilSeen(driver, app.name, isHealthy)
    const other = workload('serves', { port: app.port })
    if (driver.capabilities.ports === 'machine') return expect(driver.apply(other, never)).rejects.toMatchObject({ code: 'conflict' })
    await driver.apply(other, never)
    expect((await untilSeen(driver, other.name, isHealthy)).address).not.toEqual((await find(driver, app.name))!.address)
  })

  test('ending what was never there succeeds', async () => {
    const { driver, workload } = subject()
    await driver.stop(workload('serves'), GRACE_MS, never)
    await driver.remove(workload('serves'), GRACE_MS, never)
    expect(await driver.observe(null, never)).toEqual([])
  })

  test('an aborted call does nothing', async () => {
    const { driver, workload } = subject()
    const aborted = AbortSignal.abort()
    await expect(driver.apply(workload('serves'), aborted)).rejects.toThrow()
    await expect(driver.observe(null, aborted)).rejects.toThrow()
    expect(await driver.observe(null, never)).toEqual([])
  })
}
