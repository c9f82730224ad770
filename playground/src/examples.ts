// Ready requests of an app, made from its own openapi, with what the shop Dokan sells.

import { say } from "./words"

export interface Example { method: string, path: string, headers: Record<string, string>, body: string | null }

type Schema = Record<string, any>

const METHODS = ["get", "post", "put", "patch", "delete", "head", "options"]
const MOST_DEEP = 6

/** One for each route, in the order of the app. */
export function examples(openapi: Schema): Example[] {
  const found: Example[] = []
  for (const [path, operations] of Object.entries<Schema>(openapi["paths"] ?? {})) {
    for (const [method, operation] of Object.entries<Schema>(operations).filter(([method]) => METHODS.includes(method))) {
      found.push(example(openapi, method, path, [...operations["parameters"] ?? [], ...operation["parameters"] ?? []], operation))
    }
  }
  return found
}

function example(openapi: Schema, method: string, path: string, parameters: Schema[], operation: Schema): Example {
  const query = new URLSearchParams()
  for (const each of parameters.map(parameter => resolved(openapi, parameter))) {
    const value = () => text(each["example"] ?? valueOf(openapi, each["schema"] ?? {}, each["name"]))
    if (each["in"] === "path") path = path.replace(`{${each["name"]}}`, () => encodeURIComponent(value()))
    else if (each["in"] === "query" && each["required"]) query.set(each["name"], value())
  }
  const content = resolved(openapi, operation["requestBody"] ?? {})["content"] as Schema | undefined
  const type = content && ("application/json" in content ? "application/json" : Object.keys(content)[0])
  const asked = query.size ? `${path}?${query}` : path
  if (!type) return { method: method.toUpperCase(), path: asked, headers: {}, body: null }
  const given = content[type]
  const value = given["example"] ?? Object.values<Schema>(given["examples"] ?? {})[0]?.["value"] ?? valueOf(openapi, given["schema"] ?? {}, "")
  const body = type === "application/x-www-form-urlencoded" && value && typeof value === "object"
    ? new URLSearchParams(Object.entries(value).map(([name, each]) => [name, text(each)])).toString()
    : typeof value === "string" && !type.includes("json") ? value : JSON.stringify(value, null, 2)
  return { method: method.toUpperCase(), path: asked, headers: { "content-type": type }, body }
}

const text = (value: unknown): string => typeof value === "object" ? JSON.stringify(value) : String(value)

function resolved(openapi: Schema, schema: Schema): Schema {
  for (let times = 0; typeof schema["$ref"] === "string" && times < MOST_DEEP; times += 1) {
    const way = schema["$ref"].split("/").slice(1).map((step: string) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
    schema = way.reduce((at: Schema | undefined, step: string) => at?.[step], openapi) ?? {}
  }
  return schema
}

/** A value that the schema accepts, as far as it is easily found. */
function valueOf(openapi: Schema, given: Schema, name: string, depth = 0): unknown {
  let schema = resolved(openapi, given)
  if (depth > MOST_DEEP) return null
  if (schema["allOf"]) schema = { ...schema, ...Object.assign({}, ...schema["allOf"].map((each: Schema) => resolved(openapi, each))) }
  const known = [schema["example"], schema["examples"]?.[0], schema["const"], schema["enum"]?.[0]].find(value => value !== undefined)
  if (known !== undefined) return known
  const choices = (schema["anyOf"] ?? schema["oneOf"]) as Schema[] | undefined
  if (choices) return valueOf(openapi, choices.find(each => resolved(openapi, each)["type"] !== "null") ?? {}, name, depth + 1)
  switch ([schema["type"]].flat().find(type => type !== "null")) {
    case "object":
      return Object.fromEntries(Object.entries<Schema>(schema["properties"] ?? {}).map(([key, each]) => [key, valueOf(openapi, each, key, depth + 1)]))
    case "array":
      return Array.from({ length: Math.max(1, schema["minItems"] ?? 1) }, () => valueOf(openapi, schema["items"] ?? {}, name.replace(/s$/, ""), depth + 1))
    case "boolean":
      return schema["default"] ?? true
    case "integer":
      return bounded(schema, /stock|quantity/.test(name) ? 10 : 1)
    case "number":
      return bounded(schema, /price|amount|total/.test(name) ? 120 : 1)
    case "string":
      return stringOf(schema, name)
    default:
      return schema["properties"] ? valueOf(openapi, { ...schema, type: "object" }, name, depth + 1) : "text"
  }
}

function bounded(schema: Schema, value: number): number {
  const least = schema["minimum"] ?? (schema["exclusiveMinimum"] ?? -Infinity) + 1
  const most = schema["maximum"] ?? (schema["exclusiveMaximum"] ?? Infinity) - 1
  return Math.min(Math.max(value, least), most)
}

/** The first of the words for this name that has the length and the pattern asked for. */
function stringOf(schema: Schema, name: string): string {
  const formats: Record<string, string> = {
    "email": "nadia@example.com", "date-time": "2026-01-15T10:30:00Z", "date": "2026-01-15", "time": "10:30:00",
    "uuid": "7c9e6679-7425-40de-944b-e07fc1f90ae7", "uri": "https://example.com/", "password": "tea-and-mangoes",
  }
  const byName: [RegExp, string][] = [
    [/user_?name|login/, "nadia"], [/e?mail/, "nadia@example.com"], [/password/, "tea-and-mangoes"],
    [/price|amount|total|balance/, "120.00"], [/description|body|content|text|comment/, say("page_example_description")],
    [/display_name|customer|author|full_name/, say("page_example_person")], [/name|title|product/, say("page_example_product")],
  ]
  const fits = (word: string | undefined) => word !== undefined
    && word.length >= (schema["minLength"] ?? 0) && word.length <= (schema["maxLength"] ?? Infinity)
    && (!schema["pattern"] || matches(schema["pattern"], word))
  const words = [formats[schema["format"]], ...byName.filter(([pattern]) => pattern.test(name)).map(([, word]) => word), "nadia", "120.00", "text", "1"]
  return words.find(fits) ?? "tea".padEnd(schema["minLength"] ?? 0, "a").slice(0, schema["maxLength"])
}

function matches(pattern: string, word: string): boolean {
  try { return new RegExp(pattern, "u").test(word) } catch { return false } // Python's patterns are not all JavaScript's
}
