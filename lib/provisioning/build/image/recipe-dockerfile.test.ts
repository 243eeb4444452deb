import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { Recipe } from '../../../contract/recipe'
import type { ImageFacts } from './image-store'
import { nodeImage, nodeMajor, offeredMajors } from './node-image'
import { recipeDockerfile } from './recipe-dockerfile'

const APPS = new URL('../../../../test/apps/', import.meta.url).pathname
const recipeOf = (app: string) => Recipe.parse(JSON.parse(readFileSync(join(APPS, `${app}.recipe.json`), 'utf8')))
const dockerfile = (recipe: Recipe, more: { variables?: string[]; secrets?: string[] } = {}) =>
  recipeDockerfile({ recipe, baseImage: 'node:20-bookworm-slim', tools: '.easel', cacheId: 'svc_1', variables: [], secrets: [], network: { env: {}, hasCertificates: false }, ...more })

describe('every kind of recipe has the Dockerfile that lies beside it', () => {
  it.each(['express-npm', 'next-server', 'vite-spa', 'monorepo-turbo-pnpm', 'hono-berry', 'fastify-yarn', 'node-plain', 'static-index', 'nuxt-generate'])('%s', async (app) => {
    await expect(dockerfile(recipeOf(app))).toMatchFileSnapshot(join(APPS, `${app}.Dockerfile.txt`))
    expect(dockerfile(recipeOf(app))).toBe(dockerfile(recipeOf(app)))
  })
})

describe('what a person wrote is never read as Dockerfile or shell', () => {
  const odd = 'a$HOME "b" `c`\\'

  it('hands words over as they are', () => {
    const text = dockerfile({ ...recipeOf('express-npm'), build: [{ argv: ['node', odd.replaceAll('$', ''), '&&', 'rm'], env: {} }] })
    expect(text).toContain(JSON.stringify(['node', odd.replaceAll('$', ''), '&&', 'rm']))
  })

  it('escapes a folder', () => {
    const text = dockerfile({ ...recipeOf('express-npm'), rootDirectory: 'a$b c' })
    expect(text).toContain('WORKDIR /app/a\\$b\\ c')
  })

  it('keeps one line per instruction', () => {
    for (const line of dockerfile(recipeOf('next-server'), { variables: ['A'], secrets: ['B'] }).split('\n')) expect(line).toMatch(/^$|^(FROM|ENV|ARG|WORKDIR|COPY|RUN|USER|EXPOSE|ENTRYPOINT|CMD) /)
  })
})

describe('variables of the build', () => {
  const text = dockerfile(recipeOf('next-server'), { variables: ['NEXT_PUBLIC_NAME', 'NODE_ENV'], secrets: ['NPM_TOKEN'] })
  const [build, final] = text.split('\n\n') as [string, string]

  it('are arguments of the first stage only, where they win over ours', () => {
    expect(build).toContain('ARG NEXT_PUBLIC_NAME\nARG NODE_ENV\n')
    expect(build).not.toContain('ENV NODE_ENV')
    expect(final).not.toContain('NEXT_PUBLIC_NAME')
  })

  it('are mounted for each command when they are secret', () => {
    expect(build.match(/--mount=type=secret,id=NPM_TOKEN,required=true/g)).toHaveLength(2)
    expect(build).toContain('"node","/.easel/run.mjs","--","npm","ci","--include=dev"')
    expect(build).not.toContain('ARG NPM_TOKEN')
    expect(final).not.toContain('NPM_TOKEN')
  })
})

describe('the Node of an image', () => {
  it.each([
    [null, 20],
    ['>=18', 20],
    ['^22.1.0', 22],
    ['18', 18],
    ['>=99', 20],
    ['not a range', 20],
  ])('for %s is %i', (range, major) => {
    expect(nodeMajor(range, [20, 22, 24, 18])).toBe(major)
  })

  it('is one that the engine has before one that has to be fetched', async () => {
    const with24 = { inspect: async (name: string) => (name === 'm/node:24-bookworm-slim' ? ({} as ImageFacts) : null) }
    const offered = await offeredMajors(with24, 'm/', new AbortController().signal)
    expect(offered[0]).toBe(24)
    expect([...offered].sort()).toEqual([18, 20, 22, 24])
    const none = await offeredMajors({ inspect: async () => null }, '', new AbortController().signal)
    const own = Number(process.versions.node.split('.')[0])
    expect(none[0]).toBe([18, 20, 22, 24].includes(own) ? own : 22)
  })

  it('comes from a mirror where there is one', () => {
    expect(nodeImage(20, 'mirror.example/library/')).toBe('mirror.example/library/node:20-bookworm-slim')
  })
})
