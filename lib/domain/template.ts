// The bundled templates as data. Their files lie in templates/<source>; a template that draws more than one service wires
// them with references, so that the links appear on the canvas.

export type TemplateService = {
  /** Name on the canvas; references in `variables` use it. */
  name: string
  /** What goes into `source.template` of the service: a folder below templates/. */
  template: string
  /** Variables the service begins with; shown, not secret. */
  variables: Readonly<Record<string, string>>
}

export type Template = {
  id: string
  name: string
  summary: string
  services: readonly TemplateService[]
}

export const TEMPLATES_CATALOGUE: readonly Template[] = [
  {
    id: 'static-site',
    name: 'Static site',
    summary: 'One page of HTML and CSS, served as files. Nothing to install, nothing to build.',
    services: [{ name: 'site', template: 'static-site', variables: {} }],
  },
  {
    id: 'node-service',
    name: 'Node service',
    summary: 'A small HTTP server with a health check, request log and graceful stop. No dependencies.',
    services: [{ name: 'server', template: 'node-service', variables: {} }],
  },
  {
    id: 'two-services',
    name: 'Two services',
    summary: 'A web page that asks an API of the same environment and shows its answer.',
    services: [
      { name: 'web', template: 'two-services/web', variables: { API_URL: '${{api.URL}}' } },
      { name: 'api', template: 'two-services/api', variables: { GREETING: 'Hello from the API' } },
    ],
  },
]

/** The template with this id. */
export function findTemplate(id: string): Template | undefined {
  return TEMPLATES_CATALOGUE.find((template) => template.id === id)
}

/** Every value that `source.template` may have: folders below templates/. */
export const TEMPLATE_FOLDERS: readonly string[] = TEMPLATES_CATALOGUE.flatMap((template) => template.services.map((service) => service.template))
