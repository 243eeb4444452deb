import semver from 'semver'

import type { Decision } from '../../../contract/recipe'
import { DeploymentFailure } from '../../../domain/failure'
import { fittingMajor } from '../image/node-image'
import type { App } from './app'
import { decide } from './decisions'
import type { Workspace } from './workspace'

export type NodeVersion = { range: string | null; decision: Decision; note: string | null }

/**
 * The Node the source asks for. A version file asks for its major version only. There is one Node on this machine, and few
 * base images, so another wish is a note; it fails only where the source insists (`engine-strict`), because the install would too.
 */
export function planNodeVersion(app: App, workspace: Workspace): NodeVersion {
  const { nodeVersion, nodeMajors } = app.tree
  const wish = findWish(app, workspace)
  if (nodeMajors !== null) return planBaseImage(wish, nodeMajors)
  if (wish === null) return { range: null, decision: decide('Node', nodeVersion, 'this machine'), note: null }
  const fits = semver.satisfies(nodeVersion, wish.range)
  if (fits) return { range: wish.text, decision: decide('Node', nodeVersion, `${wish.decidedBy} asks for ${wish.text}`), note: null }
  const message = `${wish.decidedBy} asks for Node ${wish.text}, this machine has ${nodeVersion}.`
  if (wish.isStrict) throw new DeploymentFailure('wrong_node_version', `${message} The source sets engine-strict, so the install would refuse.`)
  return {
    range: wish.text,
    decision: decide('Node', nodeVersion, 'this machine', [{ value: wish.text, why: `${wish.decidedBy} asks for it, but there is one Node on this machine` }]),
    note: `${message} It is tried with ${nodeVersion}.`,
  }
}

/** Of an image: one of several, whatever this machine has. */
function planBaseImage(wish: Wish | null, offered: readonly number[]): NodeVersion {
  if (wish === null) return { range: null, decision: decide('Node', String(offered[0]), 'its base image'), note: null }
  const major = fittingMajor(wish.text, offered)
  if (major !== null) return { range: wish.text, decision: decide('Node', String(major), `${wish.decidedBy} asks for ${wish.text}`), note: null }
  const message = `${wish.decidedBy} asks for Node ${wish.text}, and there are base images for ${[...offered].sort((a, b) => a - b).join(', ')}.`
  if (wish.isStrict) throw new DeploymentFailure('wrong_node_version', `${message} The source sets engine-strict, so the install would refuse.`)
  return { range: wish.text, decision: decide('Node', String(offered[0]), 'its base image', [{ value: wish.text, why: `${wish.decidedBy} asks for it, but there is no base image for it` }]), note: `${message} It is tried with ${offered[0]}.` }
}

type Wish = { text: string; range: string; decidedBy: string; isStrict: boolean }

function findWish(app: App, workspace: Workspace): Wish | null {
  const engines = app.manifest.engines.node ?? workspace.manifest?.engines.node
  if (engines !== undefined && semver.validRange(engines) !== null) {
    const settings = [app.text('.npmrc'), app.tree.texts.get(workspace.folder === '' ? '.npmrc' : `${workspace.folder}/.npmrc`)]
    return { text: engines, range: engines, decidedBy: 'package.json → engines.node', isStrict: settings.some((text) => /^\s*engine-strict\s*=\s*true\s*$/m.test(text ?? '')) }
  }
  for (const folder of new Set([app.folder, workspace.folder, ''])) {
    for (const file of ['.nvmrc', '.node-version', '.tool-versions']) {
      const path = folder === '' ? file : `${folder}/${file}`
      const version = versionIn(app.tree.texts.get(path) ?? '', file)
      if (version !== null) return { text: version, range: `${semver.coerce(version)!.major}.x`, decidedBy: path, isStrict: false }
    }
  }
  return null
}

/** `20`, `v20.11.0`; names such as `lts/iron` say nothing that could be compared. */
function versionIn(text: string, file: string): string | null {
  const match = file === '.tool-versions' ? /^nodejs\s+v?(\d+[\w.]*)/m.exec(text) : /^\s*v?(\d+[\w.]*)\s*$/m.exec(text)
  return match?.[1] ?? null
}
