// How far the exercises are, by the rules of src/setu/exercises/work.py.

import type { Verdict } from "./protocol"
import { changeRecord, type ExerciseRecord } from "./store"

export type ExerciseState = "new" | "started" | "failed" | "passed"

/** `begun`: the reader has files of their own. */
export function stateOf(record: ExerciseRecord | undefined, begun: boolean): ExerciseState {
  if (record?.passed) return "passed"
  if (record?.outcome) return "failed"
  return begun ? "started" : "new"
}

/** Keep what a check said. */
export async function noteVerdict(verdict: Verdict): Promise<ExerciseRecord> {
  return await changeRecord(verdict.exercise, record => {
    record.attempts += 1
    record.outcome = verdict.outcome
    record.score = verdict.score
    record.max_score = verdict.max_score
    record.passed ||= verdict.passed
  })
}

export async function noteReset(exercise: string): Promise<ExerciseRecord> {
  return await changeRecord(exercise, record => { record.outcome = null; record.score = 0 })
}

export async function noteSolution(exercise: string): Promise<ExerciseRecord> {
  return await changeRecord(exercise, record => { record.solution_seen = true })
}

/** start.ts calls this when the reader opens a hint. */
export async function hintOpened(exercise: string, level: number): Promise<void> {
  await changeRecord(exercise, record => { record.hints = Math.max(record.hints, level) })
}
