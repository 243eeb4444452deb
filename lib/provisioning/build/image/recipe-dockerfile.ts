import { createHash } from 'node:crypto'
import { posix } from 'node:path'

import type { Recipe, RecipeCommand } from '../../../contract/recipe'
import { expandWords } from '../../../domain/command-line'
import { QUIET } from '../execute/build-environment'
import { environment, literal, paths, words } from './dockerfile-text'
import { pruneCommand } from './prune-command'

// A recipe as a Dockerfile of two stages: the first installs and builds as root with what the last build kept, the second
// has the result only and runs as nobody special. Commands are what the host build would run, word for word. There is no
// `# syntax` line: a machine without a registry could not fetch it.
//
// Variables of the build are arguments of the first stage, so that none is in the image. Secret ones are files that
// BuildKit mounts while a command runs; `run.mjs` of the tools makes variables of them.

export type RecipeDockerfile = {
  recipe: Recipe
  /** Such as `node:20-bookworm-slim`. It must have Node in PATH. */
  baseImage: string
  /** Folder of the context with our programs, under a name that the source does not use. */
  tools: string
  /** Prefix of the caches that live as long as the service. Nobody else may guess it: another Dockerfile could mount them. */
  cacheId: string
  /** Names of the build's variables; their values are build arguments. */
  variables: readonly string[]
  /** Names of those given as BuildKit secrets. */
  secrets: readonly string[]
  /** Whether packages of development are taken out of what runs. */
  prune?: boolean
  /** The operator's way to the network, for the commands of the build. */
  network: { env: Readonly<Record<string, string>>; /** Whether `ca.pem` lies among the tools. */ hasCertificates: boolean }
}

export const APP = '/app'
export const SITE = '/site'
export const PORT = 8080
/** The number of the user `node` of the official images; as a number it needs no such user. */
export const IMAGE_OWNER = { uid: 1000, gid: 1000 }
const OWNER = `${IMAGE_OWNER.uid}:${IMAGE_OWNER.gid}`
const CACHE = '/var/cache/easel'
const TOOLS = '/.easel'
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Where tools keep what they fetched: in a cache that no layer has. */
const CACHES: Record<Recipe['packageManager'], Record<string, string>> = {
  none: {},
  npm: {},
  pnpm: {},
  yarn: { YARN_CACHE_FOLDER: `${CACHE}/yarn`, YARN_PRODUCTION: 'false' },
  'yarn-berry': { YARN_CACHE_FOLDER: `${CACHE}/yarn-berry`, YARN_GLOBAL_FOLDER: `${CACHE}/yarn-global`, YARN_ENABLE_GLOBAL_CACHE: 'false', YARN_ENABLE_SCRIPTS: 'true', YARN_ENABLE_TELEMETRY: '0' },
}
const ALWAYS = { npm_config_cache: `${CACHE}/npm`, XDG_DATA_HOME: `${CACHE}/data`, XDG_CACHE_HOME: `${CACHE}/cache`, npm_config_dangerously_allow_all_scripts: 'true', COREPACK_ENABLE_DOWNLOAD_PROMPT: '0' }

/** The Dockerfile of a recipe. Pure: the same input is the same text, so that BuildKit finds what it made before. */
export function recipeDockerfile(input: RecipeDockerfile): string {
  const { recipe } = input
  return [...buildStage(input), '', ...(recipe.start.kind === 'files' ? siteStage(input, recipe.start) : programStage(input, recipe.start)), ''].join('\n')
}

function buildStage(input: RecipeDockerfile): string[] {
  const { recipe, baseImage, tools } = input
  const root = posix.join(APP, recipe.rootDirectory)
  const prune = input.prune && recipe.start.kind === 'command' ? pruneCommand(recipe) : null
  return [
    `FROM ${baseImage} AS build`,
    // What a person set wins over what we would like, and an ENV would win over both.
    ...environment(Object.fromEntries(Object.entries({ ...QUIET, ...ALWAYS, ...CACHES[recipe.packageManager], ...networkOf(input), PATH: programPath(recipe) }).filter(([name]) => !input.variables.includes(name) || name === 'PATH'))),
    ...input.variables.filter((name) => name !== 'PATH').map((name) => `ARG ${name}`),
    `WORKDIR ${APP}`,
    `COPY ${paths('.', '.')}`,
    `RUN ${words(['rm', '-rf', posix.join(APP, tools)])}`,
    ...recipe.install.flatMap((command) => run(input, command, [])),
    ...recipe.build.flatMap((command) => run(input, command, recipe.cacheDirectories.map((directory) => posix.join(root, directory)))),
    ...(prune === null ? [] : run(input, prune, [])),
  ]
}

/** A command in its folder, with its caches and secrets. */
function run(input: RecipeDockerfile, command: RecipeCommand, cacheDirectories: readonly string[]): string[] {
  const { recipe, cacheId, secrets, tools, network } = input
  const folder = posix.join(APP, command.directory ?? recipe.rootDirectory)
  const settings = Object.entries(command.env).map(([name, value]) => `${name}=${value}`)
  const needsTool = secrets.length > 0 || settings.length > 0 || command.argv.some((word) => word.includes('$'))
  const mounts = [
    `type=cache,id=${cacheId}-packages,target=${CACHE}`,
    ...cacheDirectories.map((directory) => `type=cache,id=${cacheId}-${short(directory)},target=${literal(directory)}`),
    ...(needsTool || network.hasCertificates ? [`type=bind,source=${tools},target=${TOOLS}`] : []),
    ...secrets.map((name) => `type=secret,id=${name},required=true`),
  ]
  const argv = needsTool ? ['node', `${TOOLS}/run.mjs`, ...settings, '--', ...command.argv] : command.argv
  return [`WORKDIR ${literal(folder)}`, `RUN ${mounts.map((mount) => `--mount=${mount} `).join('')}${words(argv)}`]
}

function networkOf({ network }: RecipeDockerfile): Record<string, string> {
  return { ...network.env, ...(network.hasCertificates ? { NODE_EXTRA_CA_CERTS: `${TOOLS}/ca.pem`, npm_config_cafile: `${TOOLS}/ca.pem` } : {}) }
}

function programStage({ recipe, baseImage }: RecipeDockerfile, start: Extract<Recipe['start'], { kind: 'command' }>): string[] {
  const env = { ...start.env, NODE_ENV: 'production', HOST: '0.0.0.0', PORT: String(PORT), PATH: programPath(recipe) }
  return [
    `FROM ${baseImage}`,
    ...environment(env),
    // Before the folder is named, so that it belongs to whom it is copied for.
    `COPY --from=build --chown=${OWNER} ${paths(APP, APP)}`,
    `WORKDIR ${literal(posix.join(APP, recipe.rootDirectory))}`,
    `USER ${OWNER}`,
    `EXPOSE ${PORT}`,
    'ENTRYPOINT []',
    `CMD ${words(expandWords(start.argv, env))}`,
  ]
}

function siteStage({ recipe, baseImage, tools }: RecipeDockerfile, start: Extract<Recipe['start'], { kind: 'files' }>): string[] {
  return [
    `FROM ${baseImage}`,
    ...environment({ NODE_ENV: 'production', HOST: '0.0.0.0', PORT: String(PORT) }),
    `COPY ${paths(`${tools}/serve.mjs`, '/opt/easel/serve.mjs')}`,
    `COPY --from=build ${paths(posix.join(APP, recipe.rootDirectory, start.directory), SITE)}`,
    `WORKDIR ${SITE}`,
    `USER ${OWNER}`,
    `EXPOSE ${PORT}`,
    'ENTRYPOINT []',
    `CMD ${words(siteCommand(start.fallback))}`,
  ]
}

/** What serves the folder of a site, in an image of ours. */
export function siteCommand(fallback: string | null): string[] {
  return ['node', '/opt/easel/serve.mjs', SITE, ...(fallback === null ? [] : [fallback])]
}

/** Programs of dependencies are found by name, from the folder up to the root of the source, as npm does for scripts. */
function programPath({ rootDirectory }: Recipe): string {
  const folders: string[] = []
  for (let folder = rootDirectory; folder !== '' && folder !== '.'; folder = posix.dirname(folder)) folders.push(posix.join(APP, folder))
  return [...[...folders, APP].map((folder) => posix.join(folder, 'node_modules/.bin')), PATH].join(':')
}

function short(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8)
}
