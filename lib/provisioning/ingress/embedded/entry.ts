import { config } from '../../../config'
import { log } from '../../../log'
import { dataPaths } from '../../paths'
import { once } from './once'
import { startIngress, type RunningIngress } from './start-ingress'

// The ingress process. It ends when its supervisor does, and drains what is under way first.

const GIVE_UP_MS = 12_000

async function main(): Promise<void> {
  const paths = dataPaths(config.dataDir)
  const ingress = await startIngress({ host: config.ingress.host, port: config.ingress.port, adminSocket: paths.ingressSocket, tableFile: paths.routeTable, log })
  process.send?.({ type: 'ready', port: ingress.port })
  log.info({ port: ingress.port }, 'ingress listens')
  const stop = once(() => void end(ingress))
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  process.on('disconnect', stop)
  process.on('message', (message: { type?: string }) => {
    if (message.type === 'shutdown') stop()
  })
}

async function end(ingress: RunningIngress): Promise<void> {
  setTimeout(() => process.exit(0), GIVE_UP_MS).unref()
  await ingress.close()
  process.exit(0)
}

main().catch((cause: unknown) => {
  const message = cause instanceof Error ? cause.message : String(cause)
  log.error({ cause }, 'ingress could not start')
  process.send?.({ type: 'failed', message })
  setTimeout(() => process.exit(1), 50)
})
