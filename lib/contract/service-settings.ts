import { z } from 'zod'

import { parseCommandLine } from '../domain/command-line'
import { scheduleComplaint } from '../domain/schedule'
import { idSchema } from '../ids'
import { RootDirectory } from './source'
import { TimeZone } from './time-zone'

const Command = z
  .string()
  .trim()
  .min(1)
  .max(2000)
  .superRefine((line, context) => {
    const parsed = parseCommandLine(line)
    if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.message })
  })

/** How it is found out whether a service is well: while it starts, when it is ready for requests, and while it runs. */
export const HealthSettings = z
  .strictObject({
    /**
     * `auto`: the port accepts a connection and, if it speaks HTTP, GET `path` answers 2xx or 3xx; while `path` is `/`, which
     * nobody chose, any answer below 500 shows that it is up. `http`: GET `path` answers 2xx or 3xx. `tcp`: the port
     * accepts a connection. `command`: the command ends with code 0.
     */
    kind: z.enum(['auto', 'http', 'tcp', 'command']).default('auto'),
    path: z.string().max(500).regex(/^\/[^\s]*$/, 'Must begin with / and contain no spaces.').default('/'),
    /** Run in the folder of the service with its variables; only for `command`. */
    command: Command.nullable().default(null),
    /** Seconds between checks of a running service. */
    intervalS: z.number().int().min(1).max(300).default(10),
    /** Seconds one check may take. */
    timeoutS: z.number().int().min(1).max(60).default(5),
    /** Failed checks in a row after which it counts as unhealthy. */
    failures: z.number().int().min(1).max(20).default(3),
    /** Passed checks in a row after which it counts as healthy. */
    successes: z.number().int().min(1).max(20).default(1),
    /** Grace: seconds a new version has to become healthy. */
    deadlineS: z.number().int().min(3).max(3600).default(60),
    /** Seconds a version that has served may stay unhealthy before it is started afresh, if its restart policy allows. */
    restartAfterS: z.number().int().min(5).max(3600).default(60),
  })
  .superRefine(({ kind, command }, context) => {
    if (kind === 'command' && command === null) context.addIssue({ code: 'custom', path: ['command'], message: 'Give the command that checks the health, or choose another kind of check.' })
  })
export type HealthSettings = z.infer<typeof HealthSettings>

export const RESTART_POLICIES = ['always', 'on_failure', 'never'] as const

/** What happens when a service that has been healthy exits. */
export const RestartSettings = z.strictObject({
  /** `always`: started again, for ever. `on_failure`: unless it ended with code 0, and at most `limit` times in a row. `never`: left as it is. */
  policy: z.enum(RESTART_POLICIES).default('always'),
  /** Starts in a row after which `on_failure` gives up. Five minutes of health begin the count anew. */
  limit: z.number().int().min(1).max(1000).default(10),
})
export type RestartSettings = z.infer<typeof RestartSettings>

export const OVERLAP_POLICIES = ['skip', 'wait', 'replace', 'parallel'] as const

/** A service that runs by the clock instead of listening. */
export const CronSettings = z.strictObject({
  /** Five fields: minute, hour, day of month, month, day of week; or a word such as `@daily`. */
  schedule: z.string().trim().min(1).max(200).superRefine((schedule, context) => {
    const message = scheduleComplaint(schedule)
    if (message !== null) context.addIssue({ code: 'custom', message })
  }),
  /** IANA name, such as `Europe/Zurich`. */
  timeZone: TimeZone.default('UTC'),
  /** When a run is due while one is at work. `skip`: it is left out. `wait`: it begins when that ends. `replace`: that is ended. `parallel`: both, up to twenty. */
  overlap: z.enum(OVERLAP_POLICIES).default('skip'),
  /** Seconds one run may take. */
  timeoutS: z.number().int().min(1).max(7 * 86_400).default(3600),
})
export type CronSettings = z.infer<typeof CronSettings>

/** Undoing a release that does measured harm. */
export const GuardSettings = z.strictObject({
  /** Minutes after a release in which its error rate and latency are compared with the former version's. */
  minutes: z.number().int().min(1).max(60).default(5),
})
export type GuardSettings = z.infer<typeof GuardSettings>

/** What is copied before a deployment of the service, because that may change it. */
export const DeploySnapshotSettings = z.strictObject({
  /** Databases and volumes of its environment, by id. */
  of: z.array(z.union([idSchema('service'), idSchema('volume')], 'Must be the id of a database or of a volume.')).min(1, 'Choose at least one database or volume.').max(20),
  /** How many of each are kept; they count for themselves. */
  keep: z.number().int().min(1).max(100).default(3),
  /** Seconds until all of them have to be there. */
  timeoutS: z.number().int().min(10).max(86_400).default(600),
  /** What becomes of the deployment when there is none. */
  onFailure: z.enum(['stop', 'go_on']).default('stop'),
})
export type DeploySnapshotSettings = z.infer<typeof DeploySnapshotSettings>

/** Shares of the machine that a service cannot go beyond; null: no limit. Only where services run as containers. */
export const LimitSettings = z.strictObject({
  memoryMib: z.number().int().min(16).max(1024 * 1024).nullable().default(null),
  /** Thousandths of one processor. */
  cpuMilli: z.number().int().min(10).max(256_000).nullable().default(null),
  /** Processes and threads. */
  pids: z.number().int().min(8).max(100_000).nullable().default(null),
})
export type LimitSettings = z.infer<typeof LimitSettings>

export const BUILDERS = ['auto', 'dockerfile', 'recipe'] as const

/** How an image is made of the source. Only where services run as containers. */
export const BuildSettings = z.strictObject({
  /** `auto`: by the Dockerfile when there is one, otherwise by what is detected. */
  builder: z.enum(BUILDERS).default('auto'),
  /** Relative to the root directory; `Dockerfile` when null. */
  dockerfile: RootDirectory.nullable().default(null),
  /** Stage of the Dockerfile that is built; the last when null. */
  stage: z.string().max(100).regex(/^[A-Za-z][A-Za-z0-9_.-]*$/, 'Must be the name of a stage, as after AS in the Dockerfile.').nullable().default(null),
  /** Build arguments besides the variables of the service. */
  args: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'Must have letters, digits and underscores only.').max(200), z.string().max(10_000)).default({}),
  /** Whether packages that are declared for development only are taken out of the image once it is built. */
  prune: z.boolean().default(false),
})
export type BuildSettings = z.infer<typeof BuildSettings>

/** What a person may override; everything absent is decided by detection or by the default. */
export const ServiceSettings = z.strictObject({
  installCommand: Command.nullable().default(null),
  buildCommand: Command.nullable().default(null),
  startCommand: Command.nullable().default(null),
  /** Run once with the new artifact and its variables before a new version starts, such as migrations. Its failure stops the deploy. */
  preDeployCommand: Command.nullable().default(null),
  /** Seconds it may take. */
  preDeployTimeoutS: z.number().int().min(1).max(86_400).default(600),
  /** Folder with the built static files; makes the service a static site. */
  outputDirectory: RootDirectory.nullable().default(null),
  health: HealthSettings.prefault({}),
  restart: RestartSettings.prefault({}),
  /** Processes behind one address. */
  replicas: z.number().int().min(1).max(20).default(1),
  /** `overlap`: the new version starts beside the former one. `replace`: the former ends first, while requests wait at the ingress. */
  rollout: z.enum(['overlap', 'replace']).default('overlap'),
  /** Seconds a request waits at most while one version replaces another, or while the service wakes. */
  holdS: z.number().int().min(1).max(300).default(30),
  /** Seconds the former version keeps running after traffic has moved, whether anybody uses it or not. */
  overlapS: z.number().int().min(0).max(600).default(0),
  /** Seconds open requests and connections to the former version have to end after traffic has moved; half of `holdS` at most while others wait for a version that replaces it. */
  drainS: z.number().int().min(0).max(3600).default(30),
  /** Seconds between SIGTERM and SIGKILL. */
  stopGraceS: z.number().int().min(0).max(600).default(10),
  /** Seconds without a request after which it sleeps; null: never. */
  sleepAfterS: z.number().int().min(5).max(30 * 86_400).nullable().default(null),
  /** Deployed by itself when its branch has moved; only for git sources with a branch. */
  autoDeploy: z.boolean().default(false),
  /** Whether each request that comes to it is written down as a line of its log. They are counted either way. */
  accessLines: z.boolean().default(true),
  /** Whether it is told where to send what OpenTelemetry collects in it, and is listened to there. Programs with an SDK begin to send by that. */
  openTelemetry: z.boolean().default(false),
  /** Where its replicas tell metrics of their own in the text format of Prometheus, such as `/metrics`; null: they are not asked. */
  metricsPath: z.string().max(500).regex(/^\/[^\s]*$/, 'Must begin with / and contain no spaces.').nullable().default(null),
  cron: CronSettings.nullable().default(null),
  build: BuildSettings.prefault({}),
  /** In place of the entrypoint of the image. Only where services run as containers. */
  entrypoint: Command.nullable().default(null),
  /** The port it listens on inside its container; null: what its image says, or 8080. Only where services run as containers. */
  containerPort: z.number().int().min(1).max(65_535).nullable().default(null),
  limits: LimitSettings.prefault({}),
  /** Whether it can write nowhere besides /tmp and its volumes. Only where services run as containers. */
  readOnly: z.boolean().default(false),
  guard: GuardSettings.nullable().default(null),
  snapshots: DeploySnapshotSettings.nullable().default(null),
})
export type ServiceSettings = z.infer<typeof ServiceSettings>
