import { variableList } from '../../contract/service'
import { sharedVariableList } from '../../contract/variable'
import { implement } from '../implement'
import { sharedVariablesView } from './shared-view'
import { variablesView } from './view'

export const listVariables = implement(variableList, (ctx, { serviceId }) => variablesView(ctx, serviceId))

export const listSharedVariables = implement(sharedVariableList, (ctx, { environmentId }) => sharedVariablesView(ctx, environmentId))
