import { environmentGraph } from '../../contract/project'
import { implement } from '../implement'
import { loadGraph } from './load-graph'

export const getGraph = implement(environmentGraph, (ctx, { environmentId }) => loadGraph(ctx, environmentId))
