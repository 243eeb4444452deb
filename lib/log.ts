import pino, { type Logger } from 'pino'

import { config } from './config'

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

/** The platform's own log: constant message, fields for everything variable. Written to standard error as JSON lines. */
export const log: Log = pino(
  {
    level: config.logLevel,
    base: { process: config.processName },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: ['password', 'token', 'secret', '*.password', '*.token', '*.secret', 'headers.authorization', 'headers.cookie'], censor: '[secret]' },
    serializers: { cause: pino.stdSerializers.errWithCause, err: pino.stdSerializers.errWithCause },
  },
  pino.destination({ dest: 2, sync: true }),
)
