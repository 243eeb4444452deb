import { copyFile, cp, readdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'

import type { Recipe } from '../../../contract/recipe'
import { DeploymentFailure } from '../../../domain/failure'
import { nodeImage, nodeMajor, offeredMajors } from '../../build/image/node-image'
import { buildNetwork } from '../../build/image/network'
import { ignoreText } from '../../build/image/ignore'
import { pruneCommand } from '../../build/image/prune-command'
import { recipeDockerfile } from '../../build/image/recipe-dockerfile'
import { isWithin } from '../../files/copy-tree'
import { resolveEnvironment } from '../resolve-environment'
import type { Run } from '../run'
import { detectStage, rootDirectoryOf } from '../stages/detect'
import { wantsOf } from './dockerfile-wants'
import { findDockerfile, USUAL_DOCKERFILE } from './find-dockerfile'

// How the image of a deployment is made: by the Dockerfile of its source, or by the one that its recipe becomes.

export type ImagePlan = {
  context: string
  dockerfile: string
  ignore: string
  stage: string | null
  args: Record<string, string>
  secrets: Record<string, string>
  /** Values that must not be shown. */
  hidden: string[]
  recipe: Recipe | null
}

/** Differ from deployment to deployment, so nothing could ever be used again. */
const OF_ONE_DEPLOYMENT = ['EASEL_DEPLOYMENT_ID', 'EASEL_REPLICA', 'EASEL_RUN_ID']

export async function planImage(run: Run): Promise<ImagePlan> {
  const { settings, source } = run.deployment.spec
  const rootDirectory = rootDirectoryOf(source)
  const dockerfile = await findDockerfile(run.folder.source, { rootDirectory, build: settings.build })
  // A reference that leads nowhere is found here, before minutes of building.
  const environment = await resolveEnvironment(run)
  const variables = split(environment.variables, environment.secrets)
  const hidden = environment.secrets
  run.log.hide(hidden)
  if (dockerfile !== null) {
    run.log.line('platform', `Image: by ${dockerfile.path} (${settings.build.builder === 'auto' ? 'it is there' : 'Settings'})`)
    return { ...(await planDockerfile(run, { text: dockerfile.text, rootDirectory, variables })), hidden }
  }
  return { ...(await planRecipeImage(run, variables)), hidden }
}

type Variables = { plain: Record<string, string>; secret: Record<string, string> }
type Planned = Omit<ImagePlan, 'hidden'>

/** A Dockerfile is given what it asks for, and nothing else counts for whether it has to be built again. */
async function planDockerfile({ deployment, folder, log }: Run, { text, rootDirectory, variables }: { text: string; rootDirectory: string; variables: Variables }): Promise<Planned> {
  const { build } = deployment.spec.settings
  const wants = wantsOf(text)
  for (const name of Object.keys(variables.secret).filter((each) => wants.args.has(each) && !wants.secrets.has(each))) {
    log.line('platform', `${name} is secret, so it is not given to ARG, whose values are kept in the image. Use RUN --mount=type=secret,id=${name} instead.`)
  }
  const context = await folderInside(folder.source, rootDirectory)
  return {
    context,
    dockerfile: text,
    ignore: (await ignoreText(context, null, build.dockerfile ?? USUAL_DOCKERFILE)).text,
    stage: build.stage,
    args: { ...only(variables.plain, (name) => wants.args.has(name)), ...build.args, ...buildNetwork().proxies },
    secrets: only(variables.secret, (name) => wants.secrets.has(name)),
    recipe: null,
  }
}

async function planRecipeImage(run: Run, variables: Variables): Promise<Planned> {
  const { engine, deployment, folder } = run
  const offered = run.target.images ? await offeredMajors(run.target.images, engine.config.baseImages, run.signal) : null
  const recipe = await detectStage(run, offered)
  const tools = await freeName(folder.source)
  await cp(engine.imageTools, join(folder.source, tools), { recursive: true })
  const network = buildNetwork()
  const hasCertificates = network.certificates !== null && (await copyFile(network.certificates, join(folder.source, tools, 'ca.pem')).then(() => true, () => false))
  const { args, prune } = deployment.spec.settings.build
  if (prune && recipe.start.kind === 'command' && recipe.install.length > 0 && pruneCommand(recipe) === null) run.log.line('platform', 'Development packages stay in the image: the package manager of this source cannot take them out safely.')
  const plain = { ...variables.plain, ...args }
  const baseImage = nodeImage(nodeMajor(recipe.nodeRange, offered ?? []), engine.config.baseImages)
  run.log.line('platform', `Image: made from ${baseImage}`)
  return {
    context: folder.source,
    dockerfile: recipeDockerfile({ recipe, baseImage, tools, cacheId: engine.seal.digest(deployment.serviceId, 'build-cache').slice(0, 32), variables: Object.keys(plain).sort(), secrets: Object.keys(variables.secret).sort(), prune, network: { env: network.env, hasCertificates } }),
    ignore: (await ignoreText(folder.source, tools)).text,
    stage: null,
    args: { ...network.proxies, ...plain },
    secrets: variables.secret,
    recipe,
  }
}

/** What is not secret itself may still contain something that is. */
function split(all: Readonly<Record<string, string>>, secrets: readonly string[]): Variables {
  const isSecret = (value: string) => secrets.some((secret) => secret !== '' && value.includes(secret))
  const entries = Object.entries(all).filter(([name]) => !OF_ONE_DEPLOYMENT.includes(name))
  return { plain: Object.fromEntries(entries.filter(([, value]) => !isSecret(value))), secret: Object.fromEntries(entries.filter(([, value]) => isSecret(value))) }
}

function only(values: Record<string, string>, isWanted: (name: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => isWanted(name)))
}

/** A root directory that is a link may lead to another folder of the source, and nowhere else. */
async function folderInside(directory: string, path: string): Promise<string> {
  const folder = await realpath(join(directory, path))
  if (isWithin(folder, await realpath(directory))) return folder
  throw new DeploymentFailure('root_directory_missing', `The root directory ${path} is a link that leads out of the source.`)
}

/** A name for the folder of our programs that the source does not use. */
async function freeName(directory: string): Promise<string> {
  const taken = new Set(await readdir(directory))
  for (let number = 0; ; number++) {
    const name = number === 0 ? '.easel' : `.easel-${number}`
    if (!taken.has(name)) return name
  }
}
