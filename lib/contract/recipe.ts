import { z } from 'zod'

/** Where a line of a recipe comes from: the file that decided it, or the person. */
export const Decision = z.strictObject({
  /** What was decided: `Package manager`, `Start command`, … */
  what: z.string(),
  value: z.string(),
  /** The file (and the key in it) that decided, such as `package.json → scripts.start`; `Settings` when overridden. */
  decidedBy: z.string(),
  /** What was considered and not taken, with the reason. */
  rejected: z.array(z.strictObject({ value: z.string(), why: z.string() })),
})
export type Decision = z.infer<typeof Decision>

/** One command: program and arguments, never shell text. */
export const RecipeCommand = z.strictObject({
  argv: z.array(z.string()).min(1),
  /** Variables set for this command besides the service's own. */
  env: z.record(z.string(), z.string()).default({}),
  /** Folder inside the source it runs in, for an install at the root of a workspace; rootDirectory when absent. */
  directory: z.string().optional(),
})
export type RecipeCommand = z.infer<typeof RecipeCommand>

/** The deterministic description of a build: the same source and settings give the same recipe, byte for byte. */
export const Recipe = z.strictObject({
  version: z.literal(1),
  /** Who planned it: `node`, `static`. */
  provider: z.enum(['node', 'static']),
  /** `next`, `vite`, `astro`, `remix`, `react-router`, `nuxt`, `sveltekit`, `cra`, `angular`, `express`, …, `node`, `static`. */
  framework: z.string(),
  packageManager: z.enum(['npm', 'pnpm', 'yarn', 'yarn-berry', 'none']),
  /** Range of Node versions the source asks for, null when it does not say. */
  nodeRange: z.string().nullable(),
  /** Folder inside the source that commands run in; empty for the root. */
  rootDirectory: z.string(),
  install: z.array(RecipeCommand),
  build: z.array(RecipeCommand),
  /** How it runs: a process that listens on PORT, or a folder of files. */
  start: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('command'), argv: z.array(z.string()).min(1), env: z.record(z.string(), z.string()) }),
    z.strictObject({ kind: z.literal('files'), directory: z.string(), fallback: z.string().nullable() }),
  ]),
  /** Folders, relative to rootDirectory, kept between builds of one service. */
  cacheDirectories: z.array(z.string()),
  /** Why each line is as it is. */
  decisions: z.array(Decision),
  /** Things worth saying that stop nothing, as sentences. */
  notes: z.array(z.string()),
})
export type Recipe = z.infer<typeof Recipe>
