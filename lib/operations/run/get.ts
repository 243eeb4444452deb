import { runGet } from '../../contract/run'
import { implement } from '../implement'
import { runView } from './view'

export const getRun = implement(runGet, (ctx, { runId }) => runView(ctx, runId))
