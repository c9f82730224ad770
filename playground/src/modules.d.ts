declare module "*.css" {
  const text: string
  export default text
}

declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  export default function SwaggerUI(options: Record<string, unknown>): unknown
}

declare module "*/pyodide.mjs" {
  export { loadPyodide } from "pyodide"
}
