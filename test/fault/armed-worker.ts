import { startWorker as startPlain, type Worker, type WorkerOptions } from '../../lib/worker/worker'

// Stands in for `startWorker` in the worker of the fault suite. The test names a point; when the work gets there for the
// first time, the worker says so and waits for what the test makes of it: nothing, an error, once more, or its own end. A
// worker that is started with EASEL_KILLED_AT is gone when it gets there.

type Order = { type: 'arm'; point: string } | { type: 'go' } | { type: 'throw' } | { type: 'again' }

export function startWorker(options: WorkerOptions): Promise<Worker> {
  return startPlain({ ...options, engine: { ...options.engine, at: arm() } })
}

function arm(): (point: string) => Promise<void | 'again'> {
  let armed: string | null = null
  let answer: (order: Order) => void = () => {}
  process.on('message', (order: Order) => {
    if (order.type === 'arm') {
      armed = order.point
      process.send?.({ type: 'armed' })
    } else answer(order)
  })
  return async (point) => {
    if (point === process.env.EASEL_KILLED_AT) process.kill(process.pid, 'SIGKILL')
    if (point !== armed) return
    armed = null
    const told = new Promise<Order>((resolve) => (answer = resolve))
    process.send?.({ type: 'at', point })
    const { type } = await told
    if (type === 'throw') throw new Error(`The test makes ${point} fail.`)
    if (type === 'again') return 'again'
  }
}
