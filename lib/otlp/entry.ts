import { config } from '../config'
import { connect } from '../db/connection'
import { hostAddresses, receiverPort, takeReceiverPort } from '../db/queries/engine/otlp'
import { isEverywhere } from '../domain/otlp-variables'
import { log } from '../log'
import { makeSeal } from '../secrets/seal'
import { startReceiver, type Receiver, type ReceiverOptions } from './receiver'

// The receiver process: takes what OpenTelemetry sends, so that a flood of it delays neither a page nor a deployment. It ends when its supervisor does.

const POOL_SIZE = 6
const GIVE_UP_MS = 6_000
const MOST_PORTS = 20
/** An engine may come, or make its network anew. */
const ADDRESSES_MS = 5_000

async function main(): Promise<void> {
  const { databaseUrl, encryptionKey } = config
  if (!databaseUrl || !encryptionKey) throw new Error('DATABASE_URL and EASEL_ENCRYPTION_KEY must be set. Start Easel with `npm start`, which provides them.')
  const database = connect(databaseUrl, { poolSize: POOL_SIZE, name: 'receiver' })
  const receiver = await listen({ db: database.db, seal: makeSeal(encryptionKey), log })
  process.send?.({ type: 'ready', port: receiver.port })
  log.info({ port: receiver.port }, 'receiver listens')
  const stopFollowing = isEverywhere(config.otlp.host) ? () => {} : followAddresses(database.db, receiver)
  let isEnding = false
  const stop = () => {
    if (isEnding) return
    isEnding = true
    setTimeout(() => process.exit(0), GIVE_UP_MS).unref()
    stopFollowing()
    void receiver.close().then(() => database.close()).finally(() => process.exit(0))
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  process.on('disconnect', stop)
  process.on('message', (message: { type?: string }) => {
    if (message.type === 'shutdown') stop()
  })
}

/** Listens at the addresses by which containers reach this machine as well. Those lead to nobody outside of it. */
function followAddresses(db: ReceiverOptions['db'], receiver: Receiver): () => void {
  let told = ''
  // One that is not known at the moment, because its engine does not answer, is listened at on.
  const known = new Set<string>()
  const look = async () => {
    for (const address of await hostAddresses(db)) known.add(address)
    const failed = await receiver.listenAt([...known])
    if (failed.join() !== told && failed.length > 0) log.warn({ addresses: failed, port: receiver.port }, 'the receiver cannot listen where containers would reach it, will try again')
    told = failed.join()
  }
  // While the database is away nothing changes.
  const round = () => void look().catch(() => undefined)
  round()
  const timer = setInterval(round, ADDRESSES_MS)
  return () => clearInterval(timer)
}

/** On the port that workloads were told, as long as nobody else has it. */
async function listen(options: ReceiverOptions): Promise<Receiver> {
  const { host, port: chosen } = config.otlp
  for (let tries = 0; tries < MOST_PORTS; tries++) {
    const former = await receiverPort(options.db)
    const port = former !== null && tries === 0 && (chosen === null || chosen === former) ? former : await takeReceiverPort(options.db, config.workloadPorts, chosen)
    if (port === null) break
    try {
      return await startReceiver(options, { host, port })
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause
      if (chosen !== null) throw new Error(`Port ${port} is taken by another program. Stop that program, or choose another port with EASEL_OTLP_PORT.`, { cause })
      log.warn({ port }, 'the port of the receiver is taken by another program, taking another one; services know it when they are deployed again')
    }
  }
  throw new Error('No port for the receiver of OpenTelemetry is free. Choose one with EASEL_OTLP_PORT, or set EASEL_OTLP=false to do without.')
}

main().catch((cause: unknown) => {
  const message = cause instanceof Error ? cause.message : String(cause)
  log.error({ cause }, 'the receiver could not start')
  process.send?.({ type: 'failed', message })
  setTimeout(() => process.exit(1), 50)
})
