import { z } from 'zod'

import { LONGEST } from '../domain/compose/limits'
import { idSchema } from '../ids'
import { DifferenceView } from './change'
import { allow, command } from './entry'
import { Position } from './service'
import { GitRef, GitUrl, RootDirectory } from './source'

const environmentId = idSchema('environment')

/** Where the folders are that a file builds: a repository, and in it the folder that the file is in. */
export const ComposeRepository = z.strictObject({ url: GitUrl, ref: GitRef.optional(), rootDirectory: RootDirectory.optional(), sshKeyId: idSchema('sshKey').optional() })

/** Something that keeps a file from being drawn, and where. Lines and columns are counted from 1. */
export const ComposeProblem = z.strictObject({ line: z.number().int(), column: z.number().int(), message: z.string() })

/** What becomes other than the file says. `service`: as the file calls it; null: of the file as a whole. */
export const ComposeNote = z.strictObject({ service: z.string().nullable(), line: z.number().int().nullable(), message: z.string() })

/** A value that the file asks for, as `${NAME}`. */
export const ComposeAsk = z.strictObject({
  name: z.string(),
  /** What is used when none is given; null: nothing. */
  default: z.string().nullable(),
  /** Whether the file cannot be drawn without. */
  required: z.boolean(),
  /** What the file says about it. */
  message: z.string().nullable(),
  secret: z.boolean(),
})

/** A service as it is drawn: what it has, from nothing, as the review of changes shows it. */
export const ComposeService = z.strictObject({
  /** As the file calls it. */
  key: z.string(),
  /** As it is called here, where that name may be taken. */
  name: z.string(),
  kind: z.enum(['service', 'database']),
  /** Whether it is built from the repository, which has to be given. */
  needsRepository: z.boolean(),
  differences: z.array(DifferenceView),
})
export type ComposeService = z.infer<typeof ComposeService>

export const ComposeView = z.strictObject({
  /** Empty when all of it can be drawn. */
  problems: z.array(ComposeProblem),
  notes: z.array(ComposeNote),
  asks: z.array(ComposeAsk),
  /** Names of groups of services that are drawn only when they are chosen. */
  profiles: z.array(z.string()),
  services: z.array(ComposeService),
  /** With the service, as it is called here, and where it appears in it. */
  volumes: z.array(z.strictObject({ name: z.string(), service: z.string(), path: z.string() })),
  /** What was drawn; empty in a preview. */
  drawn: z.strictObject({ services: z.array(z.strictObject({ id: idSchema('service'), revision: z.number().int() })), volumes: z.array(idSchema('volume')) }),
})
export type ComposeView = z.infer<typeof ComposeView>

export const environmentCompose = command('environment.compose', {
  summary: 'Draw what a compose file describes, all of it or nothing; nothing runs until it is deployed',
  input: z.strictObject({
    environmentId,
    text: z.string().max(LONGEST),
    /** For `${NAME}` and for variables without a value. */
    values: z.record(z.string().max(200), z.string().max(65_536)).refine((values) => Object.keys(values).length <= 500, 'Must be at most 500 values.').default({}),
    /** Services in these are drawn as well. */
    profiles: z.array(z.string().max(200)).max(100).default([]),
    /** What services with `build` are built from. */
    repository: ComposeRepository.optional(),
    ...Position,
    /** Only say what would be drawn. */
    preview: z.boolean().default(false),
  }),
  output: ComposeView,
  access: allow('service.write', 'environment'),
  http: { method: 'POST', path: '/environments/{environmentId}/compose', status: 200 },
  cli: 'compose <environmentId>',
  fails: ['not_found', 'conflict', 'not_now', 'limit_exceeded'],
})
