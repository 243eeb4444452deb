import { z } from 'zod'

import { parseCommandLine } from '../domain/command-line'
import { RootDirectory } from './source'

const Command = z
  .string()
  .trim()
  .min(1)
  .max(2000)
  .superRefine((line, context) => {
    const parsed = parseCommandLine(line)
    if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.message })
  })

export const HealthSettings = z.strictObject({
  /**
   * `auto`: the port accepts a connection and, if it speaks HTTP, GET `path` answers below 500.
   * `http`: GET `path` answers 2xx or 3xx. `tcp`: the port accepts a connection.
   */
  kind: z.enum(['auto', 'http', 'tcp']).default('auto'),
  path: z.string().max(500).regex(/^\/[^\s]*$/, 'Must begin with / and contain no spaces.').default('/'),
  /** Seconds between checks of a running service. */
  intervalS: z.number().int().min(1).max(300).default(10),
  /** Seconds one check may take. */
  timeoutS: z.number().int().min(1).max(60).default(5),
  /** Failed checks in a row after which it counts as unhealthy. */
  failures: z.number().int().min(1).max(20).default(3),
  /** Seconds a new version has to become healthy. */
  deadlineS: z.number().int().min(3).max(3600).default(60),
})
export type HealthSettings = z.infer<typeof HealthSettings>

/** What a person may override; everything absent is decided by detection or by the default. */
export const ServiceSettings = z.strictObject({
  installCommand: Command.nullable().default(null),
  buildCommand: Command.nullable().default(null),
  startCommand: Command.nullable().default(null),
  /** Folder with the built static files; makes the service a static site. */
  outputDirectory: RootDirectory.nullable().default(null),
  health: HealthSettings.prefault({}),
  /** Seconds the former version keeps running after traffic has moved. */
  drainS: z.number().int().min(0).max(600).default(10),
})
export type ServiceSettings = z.infer<typeof ServiceSettings>
