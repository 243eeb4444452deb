import type { App } from '../app'
import { angular } from './angular'
import { astro } from './astro'
import { framework, type DetectFramework, type Framework } from './framework'
import { generators } from './generators'
import { next } from './next'
import { nuxt } from './nuxt'
import { reactRouter, remix } from './react-router'
import { server } from './servers'
import { svelteKit } from './sveltekit'
import { vite } from './vite'

/** In this order: what uses Vite comes before Vite, what builds comes before what only serves. */
const DETECTORS: readonly DetectFramework[] = [next, nuxt, svelteKit, astro, remix, reactRouter, angular, ...generators, vite, server]

/** The framework of an app; plain Node when none is known. */
export function detectFramework(app: App): Framework {
  for (const detect of DETECTORS) {
    const found = detect(app)
    if (found !== null) return found
  }
  return framework({ id: 'node', name: 'Node', decidedBy: 'package.json' })
}
