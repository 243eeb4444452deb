import { safeFolder, stringProperty } from '../config-text'
import { configNames, dependencyOf, framework, LOOPBACK, type DetectFramework } from './framework'

// adapter-node believes it is behind https unless told what the proxy says, and then refuses forms.
const SERVER = { HOST: LOOPBACK, PROTOCOL_HEADER: 'x-forwarded-proto', HOST_HEADER: 'x-forwarded-host' }

/** SvelteKit by its adapter: node, static, or auto, which is led to node. */
export const svelteKit: DetectFramework = (app) => {
  if (!app.dependencies['@sveltejs/kit']) return null
  const file = app.first(configNames('svelte'))
  const text = file === undefined ? '' : (app.text(file) ?? '')
  const adapter = /['"]([^'"\s]*adapter-[\w-]+)['"]/.exec(text)?.[1]
  const base = { id: 'sveltekit', name: 'SvelteKit', decidedBy: dependencyOf('@sveltejs/kit'), build: ['vite', 'build'], caches: ['node_modules/.vite'], refusesStart: refusePreview }
  switch (adapter) {
    case '@sveltejs/adapter-static': {
      const directory = safeFolder(stringProperty(text, 'pages')) ?? 'build'
      return framework({ ...base, serving: { kind: 'files', directory, fallback: stringProperty(text, 'fallback') ?? null, decidedBy: `${file} → ${adapter}` } })
    }
    case '@sveltejs/adapter-node': {
      const directory = safeFolder(stringProperty(text, 'out')) ?? 'build'
      return framework({ ...base, serverEnv: SERVER, serving: { kind: 'server', argv: ['node', directory], decidedBy: `${file} → ${adapter}` } })
    }
    case '@sveltejs/adapter-auto':
      return framework({
        ...base,
        // The only platform for which adapter-auto takes adapter-node; it says so by this variable.
        buildEnv: { GCP_BUILDPACKS: 'true' },
        serverEnv: SERVER,
        serving: { kind: 'server', argv: ['node', 'build'], decidedBy: `${file} → ${adapter}, which is led to adapter-node` },
      })
    default:
      return framework({ ...base, serverEnv: SERVER, notes: [`${file ?? 'svelte.config.js'} has ${adapter ?? 'no adapter'}. Use @sveltejs/adapter-node or @sveltejs/adapter-static.`] })
  }
}

function refusePreview(script: string): string | null {
  return /\bvite\s+preview\b/.test(script) ? 'the preview server is for looking at a build; what it shows is served directly' : null
}
