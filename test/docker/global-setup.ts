import { z } from 'zod'

import { segment } from '@/lib/provisioning/docker/engine-api'
import { NODE_IMAGE, testApi } from './engine'

/** The base image is there: fetched where a registry is reached, otherwise `.ci/base-images` has to have made it. */
export default async function setup(): Promise<void> {
  const api = testApi()
  const signal = AbortSignal.timeout(300_000)
  try {
    const isThere = () => api.json({ method: 'GET', path: `/images/${segment(NODE_IMAGE)}/json`, signal }, z.looseObject({})).then(() => true, () => false)
    if (await isThere()) return
    const [fromImage, tag] = NODE_IMAGE.split(':')
    const progress = await api.stream({ method: 'POST', path: '/images/create', query: { fromImage, tag }, signal })
    for await (const _chunk of progress) continue
    if (!(await isThere())) throw new Error(`The image ${NODE_IMAGE} is not on the Docker engine and could not be fetched. Run .ci/base-images first.`)
  } finally {
    api.close()
  }
}
