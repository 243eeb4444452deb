/** The canvas alone: the layout draws it, and no panel lies over it. */
export default function EnvironmentPage() {
  return null
}
