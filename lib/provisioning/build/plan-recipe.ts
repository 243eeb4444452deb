import { posix } from 'node:path'

import { Recipe } from '../../contract/recipe'
import { planNode } from './detect/node'
import { planStatic } from './detect/static'
import type { Overrides } from './detect/start'
import type { SourceTree } from './source-tree'

/**
 * The description of a build: what is installed, built and started, with what decided each line. The same tree and
 * overrides give the same recipe. Throws DeploymentFailure when the source cannot be built as it is.
 */
export function planRecipe(tree: SourceTree, overrides: Overrides, rootDirectory: string): Recipe {
  const isNode = tree.files.has(posix.join(rootDirectory, 'package.json'))
  return Recipe.parse(isNode ? planNode(tree, overrides, rootDirectory) : planStatic(tree, overrides, rootDirectory))
}
