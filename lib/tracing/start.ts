import type { SpanExporter } from '@opentelemetry/sdk-trace-base'

import type { Log } from '../log'
import { collectSpans } from '../trace'

// Collects spans and sends them by OTLP over HTTP. Loaded only where somebody wants them. What cannot be sent is dropped: nothing waits for it.

const TIMEOUT_MS = 5_000
const STOP_MS = 2_000
const QUIET_MS = 60_000

export type Tracing = { /** Sends what has ended, as far as that works. */ flush(): Promise<void>; stop(): Promise<void> }

export type TracingOptions = { url: string; headers: Record<string, string>; service: string; log: Pick<Log, 'warn'> }

/** Begins to collect the spans of this process. */
export async function startTracing({ url, headers, service, log }: TracingOptions): Promise<Tracing> {
  const [{ context, diag, DiagLogLevel, trace }, { BasicTracerProvider, BatchSpanProcessor }, { OTLPTraceExporter }, { resourceFromAttributes }, { AsyncLocalStorageContextManager }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/exporter-trace-otlp-proto'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/context-async-hooks'),
  ])
  diag.setLogger(quietly(log), { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true })
  const exporter: SpanExporter = new OTLPTraceExporter({ url, headers, timeoutMillis: TIMEOUT_MS })
  const processor = new BatchSpanProcessor(exporter, { maxQueueSize: 4_096, maxExportBatchSize: 512, scheduledDelayMillis: 2_000, exportTimeoutMillis: TIMEOUT_MS })
  const provider = new BasicTracerProvider({ resource: resourceFromAttributes({ 'service.name': `easel-${service}`, 'service.namespace': 'easel', 'process.pid': process.pid }), spanProcessors: [processor] })
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  trace.setGlobalTracerProvider(provider)
  collectSpans(true)
  const soon = (work: Promise<void>) => Promise.race([work.catch(() => undefined), new Promise<void>((resolve) => setTimeout(resolve, STOP_MS).unref())])
  return {
    flush: () => soon(provider.forceFlush()),
    async stop() {
      collectSpans(false)
      await soon(provider.shutdown())
      trace.disable()
      context.disable()
    },
  }
}

/** A place that is away is told of once in a while, and not for each of its spans. */
function quietly(log: Pick<Log, 'warn'>) {
  let saidAt = -QUIET_MS
  const say = (message: string) => {
    if (performance.now() - saidAt < QUIET_MS) return
    saidAt = performance.now()
    log.warn({ why: message.slice(0, 300) }, 'traces could not be sent')
  }
  const nothing = () => undefined
  return { error: say, warn: nothing, info: nothing, debug: nothing, verbose: nothing }
}
