import { stat } from 'node:fs/promises'
import { join } from 'node:path'

import { findTemplate, TEMPLATE_FOLDERS } from '../../domain/template'
import { DeploymentFailure } from '../../domain/failure'
import { copyTree } from '../files/copy-tree'

type TemplateFolder = { template: string; templatesDirectory: string; directory: string; signal: AbortSignal }

/** Copies a bundled template. Only names of the catalogue are followed. */
export async function copyTemplate({ template, templatesDirectory, directory, signal }: TemplateFolder): Promise<void> {
  if (!TEMPLATE_FOLDERS.includes(template)) {
    const parts = findTemplate(template)?.services.map((service) => service.template)
    const remedy = parts ? `It draws several services; choose one of ${parts.join(', ')}` : `Choose one of ${TEMPLATE_FOLDERS.join(', ')}`
    throw new DeploymentFailure('source_not_found', `The template ${template} is not one service. ${remedy}.`)
  }
  const from = join(templatesDirectory, template)
  if (!(await stat(from).then((found) => found.isDirectory(), () => false))) {
    throw new DeploymentFailure('source_not_found', `The template ${template} is missing from this installation.`)
  }
  await copyTree({ from, to: directory, leaveOut: new Set(['node_modules', '.git']), say: () => undefined, signal })
}
