import { deploymentGet } from '../../contract/deployment'
import { implement } from '../implement'
import { deploymentView } from './view'

export const getDeployment = implement(deploymentGet, (ctx, { deploymentId }) => deploymentView(ctx, deploymentId))
