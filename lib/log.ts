import pino, { type Logger } from 'pino'

import { config } from './config'
import { traceFields } from './trace'

export type Log = Logger

/** A value that must never be printed. Every way of turning it into text gives `[secret]`. */
export class Secret {
  readonly #value: string
  constructor(value: string) {
    this.#value = value
  }
  /** The value itself; call it only where it is used. */
  reveal(): string {
    return this.#value
  }
  toString(): string {
    return '[secret]'
  }
  toJSON(): string {
    return '[secret]'
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]'
  }
}

/** An error for the log. A failed query's text ends with its parameters, which may be sealed values or hashes: they are cut off. */
export function withoutParameters(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  return JSON.parse(JSON.stringify(pino.stdSerializers.errWithCause(error)), (key, value: unknown) => {
    if (key === 'params' || key === 'parameters' || key === 'args' || key === 'aggregateErrors') return undefined
    return typeof value === 'string' ? value.replace(/\nparams: [\s\S]*?(?=\n {4}at |$)/g, '\nparams: [cut]') : value
  }) as unknown
}

/** The platform's own log: constant message, fields for everything variable. Written to standard error as JSON lines. */
export const log: Log = pino(
  {
    level: config.logLevel,
    base: { process: config.processName },
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: traceFields,
    redact: { paths: ['password', 'token', 'secret', '*.password', '*.token', '*.secret', 'headers.authorization', 'headers.cookie'], censor: '[secret]' },
    serializers: { cause: withoutParameters, err: withoutParameters },
  },
  pino.destination({ dest: 2, sync: true }),
)
