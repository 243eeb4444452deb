// The very files that the platform builds an app without a Dockerfile with, laid beside the app for a build by hand.
import { cpSync, existsSync, copyFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { build } from 'esbuild'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const TOOLS = '.easel'
const IMAGE = './lib/provisioning/build/image'
const PARTS = [
  `export { recipeDockerfile } from '${IMAGE}/recipe-dockerfile'`,
  `export { nodeImage, nodeMajor } from '${IMAGE}/node-image'`,
  `export { buildNetwork } from '${IMAGE}/network'`,
  `export { ignoreText } from '${IMAGE}/ignore'`,
  `export { planRecipe } from './lib/provisioning/build/plan-recipe'`,
  `export { readSourceTree } from './lib/provisioning/build/source-tree'`,
]

/** Writes Dockerfile, what it leaves out, and our programs into the folder of an app. */
export async function layOutPlanned(folder) {
  const outfile = join(root, 'dist', 'bench', 'planned.mjs')
  await build({ stdin: { contents: PARTS.join('\n'), resolveDir: root, loader: 'ts' }, outfile, bundle: true, platform: 'node', format: 'esm', packages: 'external', logLevel: 'error' })
  const parts = await import(pathToFileURL(outfile).href)
  const recipe = parts.planRecipe(await parts.readSourceTree(folder, ''), { installCommand: null, buildCommand: null, startCommand: null, outputDirectory: null }, '')
  cpSync(join(root, 'dist', 'image-tools'), join(folder, TOOLS), { recursive: true })
  const { env, certificates } = parts.buildNetwork(process.env)
  const hasCertificates = certificates !== null && existsSync(certificates)
  if (hasCertificates) copyFileSync(certificates, join(folder, TOOLS, 'ca.pem'))
  const baseImage = parts.nodeImage(parts.nodeMajor(recipe.nodeRange, [Number(process.versions.node.split('.')[0])]), process.env.EASEL_BASE_IMAGES ?? '')
  writeFileSync(join(folder, 'Dockerfile'), parts.recipeDockerfile({ recipe, baseImage, tools: TOOLS, cacheId: `bench-${process.pid}`, variables: [], secrets: [], network: { env, hasCertificates } }))
  const { text } = await parts.ignoreText(folder, TOOLS)
  writeFileSync(join(folder, 'Dockerfile.dockerignore'), text)
}
