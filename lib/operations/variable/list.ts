import { variableList } from '../../contract/service'
import { implement } from '../implement'
import { variablesView } from './view'

export const listVariables = implement(variableList, (ctx, { serviceId }) => variablesView(ctx, serviceId))
